// What no single value can tell: combinations that cannot work, and values that follow from others.
#include "core/policy/policy_rule.h"

#include <fmt/format.h>

#include <algorithm>

namespace sstp {

namespace {

/// Where to point: the member, if the file has it, else the object.
Spot at(const Spot& object, std::string_view name) {
    const JsonValue* found = object.value.find(name);
    return found ? object.member(*found) : object;
}

}  // namespace

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

void finish_restart(RestartPolicy& policy, const Spot& spot, const GoodMembers& members, Problems& problems) {
    constexpr std::string_view kOurselves = "SstpWatchdog";
    if (!members.good({"services"})) return;
    for (std::size_t i = 0; i < policy.services.size(); ++i) {
        if (!same_name(policy.services[i], kOurselves)) continue;
        problems.say(at(spot, "services").element(i), "is this service itself, which cannot start again what it stopped");
    }
}

void finish_limits(LimitPolicy& policy, const Spot& spot, const GoodMembers& members, Problems& problems) {
    if (policy.heals_per_hour <= policy.heals_per_day || !members.good({"heals_per_hour", "heals_per_day"})) return;
    const bool day_is_given = members.given("heals_per_day");
    problems.say(at(spot, day_is_given ? "heals_per_day" : "heals_per_hour"),
                 fmt::format(R"(allows {} heals in an hour but {} in a day{}: raise "heals_per_day" or lower "heals_per_hour")",
                             policy.heals_per_hour, policy.heals_per_day, day_is_given ? "" : " (the default)"));
}

void finish_client_certificate(SelectClientCertificate& wanted, const Spot& spot, const GoodMembers& members, Problems& problems) {
    if (!wanted.issuer && !wanted.dns_name && members.good({"issuer", "dns_name"})) {
        problems.say(spot, R"(must have "issuer" or "dns_name"; null lets the server's request decide, "none" sends no certificate)");
    }
}

namespace {

void check_address(const SiemDestination& destination, const Spot& spot, const GoodMembers& members, Problems& problems) {
    if (destination.type == DestinationType::syslog) {
        if (!spot.value.find("hosts")) problems.say(spot, R"(must have "hosts": the receivers, such as ["siem.example.com"])");
        return;
    }
    if (!spot.value.find("url")) problems.say(spot, R"(must have "url": where events are sent, such as "https://siem.example.com/events")");
    const bool needs_token = destination.profile == HttpsProfile::hec && !destination.token_file;
    if (needs_token && members.good({"profile", "token_file"})) {
        problems.say(spot, R"(must have "token_file": the HTTP Event Collector takes nothing without a token)");
    }
}

void fill_ports(SiemDestination& destination, const Spot& spot, Problems& problems) {
    const std::uint16_t usual = destination.transport == SyslogTransport::tls ? 6514 : 514;
    for (HostAndPort& host : destination.hosts) {
        if (host.port == 0) host.port = usual;
    }
    for (std::size_t i = 0; i < destination.hosts.size(); ++i) {
        for (std::size_t j = 0; j < i; ++j) {
            const HostAndPort& one = destination.hosts[i];
            const HostAndPort& other = destination.hosts[j];
            if (one.port != other.port || !same_name(one.host, other.host)) continue;
            problems.say(at(spot, "hosts").element(i), fmt::format("is the same receiver as entry {}", j + 1));
            break;
        }
    }
}

}  // namespace

void finish_destination(SiemDestination& destination, const Spot& spot, const GoodMembers& members, Problems& problems) {
    if (members.good({"type"})) check_address(destination, spot, members, problems);
    if (members.good({"type", "transport", "hosts"})) fill_ports(destination, spot, problems);
    if (destination.ca_file && destination.server_fingerprint) {
        problems.say(at(spot, "ca_file"), R"(says nothing beside "server_fingerprint", which replaces the check of the chain. Remove one)");
    }
}

void finish_siem(SiemPolicy& policy, const Spot& spot, const GoodMembers& members, Problems& problems) {
    if (policy.maximum_age <= Duration::zero())
        problems.say(at(spot, "maximum_age"), "must be longer than 0: every event would be too old at once");
    if (!members.good({"destinations"})) return;
    for (std::size_t i = 0; i < policy.destinations.size(); ++i) {
        SiemDestination& destination = policy.destinations[i];
        if (destination.name.empty()) destination.name = fmt::format("{}-{}", word_of(destination.type), i + 1);
        for (std::size_t j = 0; j < i; ++j) {
            if (!same_name(destination.name, policy.destinations[j].name)) continue;
            const Spot where = at(spot, "destinations").element(i);
            problems.say(at(where, "name"), fmt::format("is {}, the name of destination {} as well", in_quotes(destination.name), j + 1));
            break;
        }
    }
}

}  // namespace sstp
