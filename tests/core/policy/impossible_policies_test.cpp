// Combinations that cannot work, destinations to the letter, bounds, and that all problems are told at once.
#include "core/policy/json_document.h"
#include "core/policy/read_policy.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <fmt/format.h>

namespace sstp {
namespace {

struct Combination {
    const char* sentence;
    const char* text;
    const char* told;
};

std::ostream& operator<<(std::ostream& out, const Combination& combination) { return out << combination.sentence; }

class Combinations : public testing::TestWithParam<Combination> {};

TEST_P(Combinations, is_told_with_its_place) {
    const PolicyReading reading = read_policy(GetParam().text);
    EXPECT_FALSE(reading.policy);
    EXPECT_EQ(to_lines(reading.problems, "f"), fmt::format("f:{}\n", GetParam().told)) << GetParam().sentence;
}

INSTANTIATE_TEST_SUITE_P(
    Sections, Combinations,
    testing::Values(
        Combination{
            "both listeners off", R"({"listener": {"ipv4": false, "ipv6": false}})",
            R"(1:38: /listener/ipv6: "ipv6" cannot be false while "ipv4" is false: nothing would be watched. For reports only, set "mode": "observe")"},
        Combination{
            "more restarts in an hour than in a day", R"({"limits": {"restarts_per_hour": 5, "restarts_per_day": 4}})",
            R"(1:57: /limits/restarts_per_day: "restarts_per_day" allows 5 restarts in an hour but 4 in a day: raise "restarts_per_day" or lower "restarts_per_hour")"},
        Combination{
            "revocation required of a chain that nobody builds", R"({"certificate": {"chain": "ignore", "revocation": "require"}})",
            R"(1:51: /certificate/revocation: "revocation" cannot be "require" while "chain" is "ignore": revocation is found out along the chain)"},
        Combination{"a window without days", R"({"restart": {"window": {"days": []}}})",
                    R"(1:33: /restart/window/days: "days" must not be empty)"},
        Combination{"a window that never opens", R"({"restart": {"window": {"duration": "0s"}}})",
                    R"(1:37: /restart/window/duration: "duration" must be longer than 0: the window would never open)"},
        Combination{"no window at all", R"({"restart": {"window": null}})",
                    R"(1:24: /restart/window: "window" must be an object in braces { }; this is null)"},
        Combination{"ourselves among the services that are stopped", R"({"restart": {"services": ["RemoteAccess", "sstpwatchdog"]}})",
                    R"(1:43: /restart/services/1: "services" entry 2 is this service itself, which cannot start again what it stopped)"},
        Combination{"ourselves in the second step", R"({"restart": {"then": ["SstpWatchdog"]}})",
                    R"(1:23: /restart/then/0: "then" entry 1 is this service itself, which cannot start again what it stopped)"},
        Combination{"a second step of nothing", R"({"restart": {"then": []}})", R"(1:22: /restart/then: "then" must not be empty)"},
        Combination{"events that are too old at once", R"({"siem": {"maximum_age": "0s"}})",
                    R"(1:26: /siem/maximum_age: "maximum_age" must be longer than 0: every event would be too old at once)"}));

// Each stands alone in the list of destinations; columns count from the line on which it stands.
struct BadDestination {
    const char* sentence;
    const char* text;
    const char* told;
};

std::ostream& operator<<(std::ostream& out, const BadDestination& bad) { return out << bad.sentence; }

class Destinations : public testing::TestWithParam<BadDestination> {};

TEST_P(Destinations, is_told_with_its_place) {
    const PolicyReading reading = read_policy(fmt::format("{{\"siem\": {{\"destinations\": [\n{}]}}}}", GetParam().text));
    EXPECT_FALSE(reading.policy);
    EXPECT_EQ(to_lines(reading.problems, "f"), fmt::format("f:2:{}\n", GetParam().told)) << GetParam().sentence;
}

constexpr const char* kNeedsHosts =
    R"(1: /siem/destinations/0: "destinations" entry 1 must have "hosts": the receivers, such as ["siem.example.com"])";

INSTANTIATE_TEST_SUITE_P(
    Keys, Destinations,
    testing::Values(
        BadDestination{"syslog without a host", R"({})", kNeedsHosts},
        BadDestination{
            "https without a URL", R"({"type": "https"})",
            R"(1: /siem/destinations/0: "destinations" entry 1 must have "url": where events are sent, such as "https://siem.example.com/events")"},
        BadDestination{
            "a collector without a token", R"({"type": "https", "url": "https://a/", "profile": "hec"})",
            R"(1: /siem/destinations/0: "destinations" entry 1 must have "token_file": the HTTP Event Collector takes nothing without a token)"},
        BadDestination{"a URL for syslog", R"({"hosts": ["a"], "url": "https://a/"})",
                       R"(18: /siem/destinations/0/url: "url" belongs to an https destination (it has "type": "https"). Remove it here.)"},
        BadDestination{"hosts for https", R"({"type": "https", "url": "https://a/", "hosts": ["a"]})",
                       R"(40: /siem/destinations/0/hosts: "hosts" belongs to a syslog destination. Remove it here.)"},
        BadDestination{"a CA over TCP", R"({"transport": "tcp", "hosts": ["a"], "ca_file": "C:\\ca.pem"})",
                       R"(38: /siem/destinations/0/ca_file: "ca_file" belongs to a destination over TLS. Remove it here.)"},
        BadDestination{
            "framing of datagrams", R"({"transport": "udp", "hosts": ["a"], "framing": "lf"})",
            R"(38: /siem/destinations/0/framing: "framing" belongs to a syslog destination over TLS or TCP: a UDP datagram is one message, and nothing confirms it. Remove it here.)"},
        BadDestination{
            "confirmation of datagrams", R"({"transport": "udp", "hosts": ["a"], "confirmation": "sent"})",
            R"(38: /siem/destinations/0/confirmation: "confirmation" belongs to a syslog destination over TLS or TCP: a UDP datagram is one message, and nothing confirms it. Remove it here.)"},
        BadDestination{"a size of messages over HTTPS", R"({"type": "https", "url": "https://a/", "maximum_size": 4096})",
                       R"(40: /siem/destinations/0/maximum_size: "maximum_size" belongs to a syslog destination. Remove it here.)"},
        BadDestination{
            "an old header before RFC 5424", R"({"hosts": ["a"], "header": "rfc3164"})",
            R"(28: /siem/destinations/0/header: "header" cannot be "rfc3164" while "format" is "rfc5424": the old header stands before CEF and LEEF)"},
        BadDestination{
            "an old header before JSON", R"({"hosts": ["a"], "header": "rfc3164", "format": "json"})",
            R"(28: /siem/destinations/0/header: "header" cannot be "rfc3164" while "format" is "json": the old header stands before CEF and LEEF)"},
        BadDestination{
            "a bare line of CEF", R"({"hosts": ["a"], "header": "none", "format": "cef"})",
            R"(28: /siem/destinations/0/header: "header" cannot be "none" while "format" is "cef": bare lines are JSON, OCSF or LEEF)"},
        BadDestination{
            "counted bare lines", R"({"hosts": ["a"], "header": "none", "format": "leef", "framing": "octet_counting"})",
            R"(65: /siem/destinations/0/framing: "framing" cannot be "octet_counting" while "header" is "none": a bare line ends with a line feed)"},
        BadDestination{
            "structured data without a place for it", R"({"hosts": ["a"], "format": "cef", "header": "rfc3164", "enterprise_number": 1})",
            R"(56: /siem/destinations/0/enterprise_number: "enterprise_number" belongs to a syslog destination with an RFC 5424 header. Remove it here.)"},
        BadDestination{
            "a CA that is never asked",
            R"({"hosts": ["a"], "ca_file": "C:\\ca.pem", "server_fingerprint": "sha-256:AAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAA"})",
            R"(29: /siem/destinations/0/ca_file: "ca_file" says nothing beside "server_fingerprint", which replaces the check of the chain. Remove one)"}));

INSTANTIATE_TEST_SUITE_P(
    Values, Destinations,
    testing::Values(
        BadDestination{
            "a host without brackets", R"({"hosts": ["::1"]})",
            R"(12: /siem/destinations/0/hosts/0: "hosts" entry 1 must have an IPv6 address in brackets, such as "[2001:db8::1]:6514"; this is "::1")"},
        BadDestination{
            "brackets around nonsense", R"({"hosts": ["[1::2::3]"]})",
            R"(12: /siem/destinations/0/hosts/0: "hosts" entry 1 must have an IPv6 address between the brackets, such as "[2001:db8::1]:6514"; this is "[1::2::3]")"},
        BadDestination{
            "a port that is none", R"({"hosts": ["siem:0"]})",
            R"(12: /siem/destinations/0/hosts/0: "hosts" entry 1 must have a port from 1 to 65535 behind the colon, such as "siem.example.com:6514"; this is "siem:0")"},
        BadDestination{
            "an address with a number too large", R"({"hosts": ["192.0.2.256"]})",
            R"(12: /siem/destinations/0/hosts/0: "hosts" entry 1 must be a name, an IPv4 address such as "192.0.2.1" or an IPv6 address in brackets; this is "192.0.2.256")"},
        BadDestination{"one receiver in two spellings", R"({"hosts": ["siem", "SIEM:6514"]})",
                       R"(20: /siem/destinations/0/hosts/1: "hosts" entry 2 is the same receiver as entry 1)"},
        BadDestination{
            "no encryption", R"({"type": "https", "url": "http://a/"})",
            R"(26: /siem/destinations/0/url: "url" must begin with "https://": events are never sent unencrypted here; this is "http://a/")"},
        BadDestination{
            "a password in the URL", R"({"type": "https", "url": "https://u:p@a/"})",
            R"(26: /siem/destinations/0/url: "url" must not hold a user or password: put the token into a "token_file"; this is "https://a/...")"},
        BadDestination{
            "a token in a URL that is no URL", R"({"type": "https", "url": "hec.example.com/services/collector?token=5up3r"})",
            R"(26: /siem/destinations/0/url: "url" must begin with "https://": events are never sent unencrypted here; this is "hec.example.com/services/...")"},
        BadDestination{
            "a URL among the hosts", R"({"hosts": ["https://u:p@siem.example.com/in/5up3r"]})",
            R"(12: /siem/destinations/0/hosts/0: "hosts" entry 1 must be a host without scheme and path, such as "siem.example.com:6514"; this is "https://siem.example.com/in/...")"},
        BadDestination{"a message of hardly any size", R"({"hosts": ["a"], "maximum_size": 480})",
                       R"(34: /siem/destinations/0/maximum_size: "maximum_size" must be from 1000 to 65507; this is 480)"},
        BadDestination{"a message larger than any datagram", R"({"hosts": ["a"], "maximum_size": 65508})",
                       R"(34: /siem/destinations/0/maximum_size: "maximum_size" must be from 1000 to 65507; this is 65508)"},
        BadDestination{"a confirmation of another kind", R"({"hosts": ["a"], "confirmation": "best_effort"})",
                       R"(34: /siem/destinations/0/confirmation: "confirmation" must be "end" or "sent"; this is the text "best_effort")"},
        BadDestination{
            "a fingerprint of the wrong kind", R"({"hosts": ["a"], "server_fingerprint": "sha-1:00"})",
            R"(40: /siem/destinations/0/server_fingerprint: "server_fingerprint" must be "sha-256:" and the 64 hex digits of the server certificate's SHA-256, such as "sha-256:3F:2A:..."; this is "sha-1:00")"},
        BadDestination{
            "a client certificate of no description", R"({"hosts": ["a"], "client_certificate": {}})",
            R"(40: /siem/destinations/0/client_certificate: "client_certificate" must have "issuer" or "dns_name"; null lets the server's request decide, "none" sends no certificate)"},
        BadDestination{
            "a client certificate that is a word", R"({"hosts": ["a"], "client_certificate": "auto"})",
            R"(40: /siem/destinations/0/client_certificate: "client_certificate" must be null, "none", or an object with "issuer" or "dns_name")"},
        BadDestination{"a facility that is none", R"({"hosts": ["a"], "facility": 24})",
                       R"(30: /siem/destinations/0/facility: "facility" must be from 0 to 23; this is 24)"},
        BadDestination{"two destinations of one name", R"({"name": "soc", "hosts": ["a"]}, {"hosts": ["b"], "name": "SOC"})",
                       R"(59: /siem/destinations/1/name: "name" is "SOC", the name of destination 1 as well)"},
        BadDestination{
            "two destinations of one host", R"({"hosts": ["siem"]}, {"hosts": ["Siem:514"], "transport": "tcp"})",
            R"(22: /siem/destinations/1: "destinations" entry 2 is "Siem" after its host, the name of destination 1 as well. Give it a "name")"},
        BadDestination{
            "a URL of the host of another destination", R"({"hosts": ["siem"]}, {"type": "https", "url": "https://siem:8443/"})",
            R"(22: /siem/destinations/1: "destinations" entry 2 is "siem" after its host, the name of destination 1 as well. Give it a "name")"}));

TEST(ReadPolicy, there_are_at_most_16_destinations) {
    std::string list;
    for (int i = 0; i < 17; ++i) list += fmt::format("{}{{\"hosts\": [\"siem{}\"]}}", i == 0 ? "" : ", ", i);
    EXPECT_EQ(to_lines(read_policy(fmt::format("{{\"siem\": {{\"destinations\": [{}]}}}}", list)).problems, "f"),
              "f:1:27: /siem/destinations: \"destinations\" must have at most 16 entries, and has 17\n");
}

TEST(ReadPolicy, all_problems_are_told_in_the_order_of_the_file) {
    const PolicyReading reading = read_policy(R"({
  "mode": "repair",
  "certificate": { "warn_before": 21, "dns_names": ["-"] },
  "limits": { "restarts_per_hour": 0 },
  "listner": {},
  "siem": { "destinations": [ { "transport": "tcp", "hosts": [], "ca_file": "C:\\x" }, { "type": "https" } ] }
})");
    std::string places;
    for (const PolicyProblem& problem : reading.problems)
        places += fmt::format("{}:{} {}\n", problem.line, problem.column, problem.pointer);
    EXPECT_EQ(places,
              "2:11 /mode\n3:35 /certificate/warn_before\n3:53 /certificate/dns_names/0\n4:36 /limits/restarts_per_hour\n5:3 /listner\n"
              "6:62 /siem/destinations/0/hosts\n6:66 /siem/destinations/0/ca_file\n6:88 /siem/destinations/1\n");
}

TEST(ReadPolicy, a_bad_value_does_not_draw_conclusions_about_others) {
    const PolicyReading reading =
        read_policy(R"({"limits": {"restarts_per_hour": 9, "restarts_per_day": "x"}, "listener": {"ipv4": false, "ipv6": 0}})");
    EXPECT_EQ(reading.problems.size(), 2U) << to_lines(reading.problems, "f");
}

TEST(ReadPolicy, size_depth_and_number_of_problems_are_bounded) {
    const PolicyReading large = read_policy(std::string(kPolicySizeBound + 1, ' '));
    EXPECT_EQ(to_lines(large.problems, "f"), "f:1:1: The file has 1048577 bytes; a policy has at most 1048576.\n");

    const PolicyReading deep = read_policy(R"({"log": )" + std::string(500'000, '[') + std::string(500'000, ']') + "}");
    ASSERT_EQ(deep.problems.size(), 1U);
    EXPECT_EQ(deep.problems[0].sentence, "Braces and brackets are nested deeper than 16.");
    EXPECT_EQ(deep.problems[0].column, 9 + 15);

    std::string many = "{";
    for (int i = 0; i < 1000; ++i) many += fmt::format("{}\"unknown{}\": 0", i == 0 ? "" : ",", i);
    EXPECT_EQ(read_policy(many + "}").problems.size(), kProblemBound);
}

TEST(ReadPolicy, a_file_of_zeros_is_damaged_not_empty) {
    EXPECT_EQ(to_lines(read_policy(std::string(4096, '\0')).problems, "f"),
              "f:1:1: There is a NUL byte: the file is damaged (a power loss can leave zeros), or UTF-16.\n");
    EXPECT_FALSE(read_policy(std::string("{}\0{", 4)).policy);
}

TEST(ReadPolicy, long_texts_are_cut_in_sentences) {
    const PolicyReading reading = read_policy(fmt::format(R"({{"mode": "{}"}})", std::string(500, 'x')));
    ASSERT_EQ(reading.problems.size(), 1U);
    EXPECT_THAT(reading.problems[0].sentence, testing::HasSubstr("this is the text \"" + std::string(60, 'x') + "...\""));
}

}  // namespace
}  // namespace sstp
