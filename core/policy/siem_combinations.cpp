// What no single value of a SIEM destination can tell: combinations that cannot work, and values that follow from others.
#include "core/policy/policy_rule.h"

#include <fmt/format.h>

namespace sstp {

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
            if (one.port != other.port || !equal_ignoring_case(one.host, other.host)) continue;
            problems.say(at(spot, "hosts").element(i), fmt::format("is the same receiver as entry {}", j + 1));
            break;
        }
    }
}

/// DESIGN 5.1: RFC 3164 for CEF and LEEF, none for bare lines of JSON (ECS or OCSF) and LEEF, RFC 5424 for all.
void check_header(const SiemDestination& destination, const Spot& spot, const GoodMembers& members, Problems& problems) {
    if (!members.given("header") || !members.good({"type", "format"}) || destination.type != DestinationType::syslog) return;
    const auto format = destination.format;
    const char* reason = nullptr;
    if (destination.header == SyslogHeader::rfc3164 && format != SyslogFormat::cef && format != SyslogFormat::leef)
        reason = "the old header stands before CEF and LEEF";
    const bool has_bare_lines = format == SyslogFormat::json || format == SyslogFormat::ocsf || format == SyslogFormat::leef;
    if (destination.header == SyslogHeader::none && !has_bare_lines) reason = "bare lines are JSON, OCSF or LEEF";
    if (!reason) return;
    problems.say(at(spot, "header"),
                 fmt::format(R"(cannot be "{}" while "format" is "{}": {})", word_of(destination.header), word_of(format), reason));
}

void settle_framing(SiemDestination& destination, const Spot& spot, const GoodMembers& members, Problems& problems) {
    if (!members.given("framing")) {
        destination.framing = destination.header == SyslogHeader::rfc5424 ? SyslogFraming::octet_counting : SyslogFraming::lf;
    } else if (destination.framing == SyslogFraming::octet_counting && destination.header == SyslogHeader::none) {
        problems.say(at(spot, "framing"), R"(cannot be "octet_counting" while "header" is "none": a bare line ends with a line feed)");
    }
}

}  // namespace

void finish_destination(SiemDestination& destination, const Spot& spot, const GoodMembers& members, Problems& problems) {
    if (members.good({"type"})) check_address(destination, spot, members, problems);
    if (members.good({"type", "transport", "hosts"})) fill_ports(destination, spot, problems);
    check_header(destination, spot, members, problems);
    if (members.good({"header", "framing"})) settle_framing(destination, spot, members, problems);
    const bool is_datagram = destination.type == DestinationType::syslog && destination.transport == SyslogTransport::udp;
    if (is_datagram && !members.given("maximum_size")) destination.maximum_size = 1180;  // RFC 5426 3.2: what IPv6 surely carries
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
        const bool is_named = !destination.name.empty();
        const bool is_syslog = destination.type == DestinationType::syslog;
        if (!is_named) destination.name = is_syslog ? destination.hosts.front().host : host_of_url(destination.url);
        for (std::size_t j = 0; j < i; ++j) {
            if (!equal_ignoring_case(destination.name, policy.destinations[j].name)) continue;
            const Spot where = at(spot, "destinations").element(i);
            problems.say(at(where, "name"), fmt::format(R"(is {}{}, the name of destination {} as well{})", in_quotes(destination.name),
                                                        is_named ? "" : " after its host", j + 1, is_named ? "" : R"(. Give it a "name")"));
            break;
        }
    }
}

}  // namespace sstp
