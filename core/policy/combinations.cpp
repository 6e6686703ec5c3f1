// What no single value can tell: combinations that cannot work. Those of a SIEM destination are in siem_combinations.cpp.
#include "core/policy/policy_rule.h"

#include <fmt/format.h>

namespace sstp {

Spot at(const Spot& object, std::string_view name) {
    const JsonValue* found = object.value.find(name);
    return found ? object.member(*found) : object;
}

void finish_certificate(CertificatePolicy& policy, const Spot& spot, const GoodMembers& members, Problems& problems) {
    const bool contradicts = policy.chain == ChainPolicy::ignore && policy.revocation == RevocationPolicy::require;
    if (contradicts && members.good({"chain", "revocation"})) {
        problems.say(at(spot, "revocation"), R"(cannot be "require" while "chain" is "ignore": revocation is found out along the chain)");
    }
}

void finish_listener(ListenerPolicy& policy, const Spot& spot, const GoodMembers& members, Problems& problems) {
    if (!policy.ipv4 && !policy.ipv6 && members.good({"ipv4", "ipv6"})) {
        problems.say(at(spot, "ipv6"),
                     R"(cannot be false while "ipv4" is false: nothing would be watched. For reports only, set "mode": "observe")");
    }
}

void finish_window(MaintenanceWindow& window, const Spot& spot, const GoodMembers& members, Problems& problems) {
    if (window.duration <= Duration::zero() && members.given("duration"))
        problems.say(at(spot, "duration"), "must be longer than 0: the window would never open");
}

namespace {

void refuse_ourselves(const std::vector<std::string>& services, const Spot& list, Problems& problems) {
    constexpr std::string_view kOurselves = "SstpWatchdog";
    for (std::size_t i = 0; i < services.size(); ++i) {
        if (!equal_ignoring_case(services[i], kOurselves)) continue;
        problems.say(list.element(i), "is this service itself, which cannot start again what it stopped");
    }
}

}  // namespace

void finish_restart(RestartPolicy& policy, const Spot& spot, const GoodMembers& members, Problems& problems) {
    if (members.given("services")) refuse_ourselves(policy.services, at(spot, "services"), problems);
    if (members.given("then")) refuse_ourselves(policy.then, at(spot, "then"), problems);
}

void finish_limits(LimitPolicy& policy, const Spot& spot, const GoodMembers& members, Problems& problems) {
    if (policy.restarts_per_hour <= policy.restarts_per_day || !members.good({"restarts_per_hour", "restarts_per_day"})) return;
    const bool day_is_given = members.given("restarts_per_day");
    const bool hour_is_given = members.given("restarts_per_hour");
    problems.say(at(spot, day_is_given ? "restarts_per_day" : "restarts_per_hour"),
                 fmt::format(R"(allows {} restarts in an hour{} but {} in a day{}: raise "restarts_per_day" or lower "restarts_per_hour")",
                             policy.restarts_per_hour, hour_is_given ? "" : " (the default)", policy.restarts_per_day,
                             day_is_given ? "" : " (the default)"));
}

void finish_client_certificate(SelectClientCertificate& wanted, const Spot& spot, const GoodMembers& members, Problems& problems) {
    if (!wanted.issuer && !wanted.dns_name && members.good({"issuer", "dns_name"})) {
        problems.say(spot, R"(must have "issuer" or "dns_name"; null lets the server's request decide, "none" sends no certificate)");
    }
}

}  // namespace sstp
