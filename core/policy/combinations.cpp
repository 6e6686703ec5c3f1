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

/// Each may be given alone within its own bounds: the other one's default follows it. Only who gives both can contradict himself.
void finish_limits(LimitPolicy& policy, const Spot& spot, const GoodMembers& members, Problems& problems) {
    if (policy.restarts_per_hour <= policy.restarts_per_day || !members.good({"restarts_per_hour", "restarts_per_day"})) return;
    if (!members.given("restarts_per_hour")) {
        policy.restarts_per_hour = policy.restarts_per_day;
    } else if (!members.given("restarts_per_day")) {
        policy.restarts_per_day = policy.restarts_per_hour;
    } else {
        problems.say(at(spot, "restarts_per_day"),
                     fmt::format(R"(allows {} restarts in an hour but {} in a day: raise "restarts_per_day" or lower "restarts_per_hour")",
                                 policy.restarts_per_hour, policy.restarts_per_day));
    }
}

void finish_client_certificate(SelectClientCertificate& wanted, const Spot& spot, const GoodMembers& members, Problems& problems) {
    if (!wanted.issuer && !wanted.dns_name && members.good({"issuer", "dns_name"})) {
        problems.say(spot, R"(must have "issuer" or "dns_name"; null lets the server's request decide, "none" sends no certificate)");
    }
}

}  // namespace sstp
