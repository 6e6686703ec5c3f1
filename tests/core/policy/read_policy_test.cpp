#include "core/policy/read_policy.h"

#include "core/policy/show_policy.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <fmt/format.h>

namespace sstp {
namespace {

using namespace std::chrono_literals;
using testing::HasSubstr;

Policy good(std::string_view text) {
    const PolicyReading reading = read_policy(text);
    EXPECT_TRUE(reading.policy) << to_lines(reading.problems, "policy.json");
    return reading.policy.value_or(Policy{});
}

TEST(ReadPolicy, an_empty_object_is_a_complete_policy) { EXPECT_EQ(good("{}"), Policy{}); }

TEST(ReadPolicy, comments_and_a_byte_order_mark_are_passed_over) {
    EXPECT_EQ(good("\xEF\xBB\xBF// first\n{ /* \"mode\": 1, */ \"mode\": \"observe\" } // last").mode, Mode::observe);
}

TEST(ReadPolicy, the_file_of_the_design_is_the_defaults_and_a_destination) {
    const Policy policy = good(R"({ "$schema": "policy.schema.json", "version": 1,
      "mode": "heal",                                  // or "observe"; the stricter of file and Group Policy holds
      "certificate": {
        "dns_names": [], "thumbprint": null, "issuer": null, "ca": "same",   // or "any"
        "allow_missing_eku": false,
        "chain": "require",                            // require | warn | ignore
        "revocation": "best_effort",                   // off | best_effort | require
        "minimum_rsa_bits": 2048,
        "warn_before": "auto",                         // a third of the lifetime, at most 21d
        "replace_before": "auto",                      // a tenth, at most 7d
        "retire_old": "keep" },                        // keep | archive | delete
      "listener": { "port": "auto", "ipv4": true, "ipv6": true, "foreign_owner": "report" },   // or take_over
      "restart": { "window": { "days": ["mon","tue","wed","thu","fri","sat","sun"], "start": "02:00", "duration": "3h" },   // local time
                   "services": ["RemoteAccess"], "then": ["RemoteAccess", "RasMan", "SstpSvc"], "timeout": "300s" },
      "verify": { "timeout": "15s", "ready_within": "2m", "uri_status": [401], "confirmations": 3 },
      "limits": { "restarts_per_hour": 3, "restarts_per_day": 8, "quiet_period": "15s" },
      "watch": { "interval": "5m", "channels": ["System", "Application"] },
      "accepted": [],
      "siem": { "destinations": [ { "name": "soc", "type": "syslog", "transport": "tls", "hosts": ["siem.example.com:6514"], "format": "rfc5424",
                                    "confirmation": "end", "ca_file": null, "server_fingerprint": null, "client_certificate": null,
                                    "facility": 16, "enterprise_number": null, "raw_events": true } ],
                "maximum_queued": 100000, "maximum_age": "30d", "heartbeat": "6h" },
      "windows_event_log": true, "metrics_file": "default", "log": { "level": "info", "maximum_size": "10MB", "maximum_files": 5 } })");
    Policy expected;
    expected.siem.destinations = {SiemDestination{.name = "soc", .hosts = {{"siem.example.com", 6514}}}};
    EXPECT_EQ(policy, expected);
}

TEST(ReadPolicy, a_host_is_a_complete_destination_and_its_name) {
    const Policy policy = good(R"({"siem": {"destinations": [{"hosts": ["siem.example.com", "spare.example.com"]}]}})");
    EXPECT_EQ(policy.siem.destinations.at(0),
              (SiemDestination{.name = "siem.example.com", .hosts = {{"siem.example.com", 6514}, {"spare.example.com", 6514}}}));
}

TEST(ReadPolicy, a_part_of_the_window_leaves_the_rest_at_its_default) {
    const Policy policy = good(R"({"restart": {"window": {"days": ["sat", "sun"]}}})");
    EXPECT_EQ(policy.restart.window, (MaintenanceWindow{{true, false, false, false, false, false, true}, 2h, 3h}));
}

TEST(ReadPolicy, of_the_two_limits_the_one_that_is_not_given_follows_the_other_within_its_own_bounds) {
    EXPECT_EQ(2U, good(R"({"limits": {"restarts_per_day": 2}})").limits.restarts_per_hour);
    EXPECT_EQ(3U, good(R"({"limits": {"restarts_per_day": 200}})").limits.restarts_per_hour);
    EXPECT_EQ(60U, good(R"({"limits": {"restarts_per_hour": 60}})").limits.restarts_per_day);
    EXPECT_EQ(8U, good(R"({"limits": {"restarts_per_hour": 2}})").limits.restarts_per_day);
}

TEST(ReadPolicy, an_issuer_may_be_a_whole_DN_that_is_longer_than_a_name) {
    const std::string name = "CN=Example CA," + std::string("OU=A part of an organisation that has long names,") + std::string(250, 'x');
    EXPECT_EQ(name, good(R"({"certificate": {"issuer": ")" + name + R"("}})").certificate.issuer);
}

TEST(ReadPolicy, every_key_reaches_its_value) {
    const Policy policy = good(R"({ "$schema": "policy.schema.json", "mode": "observe",
      "certificate": { "dns_names": ["vpn.example.com", "*.example.net", "192.0.2.7", "2001:DB8:0::7"],
        "thumbprint": "3f2a19c0 557b1d08 9e44216f a0338c5e 72b10d91",
        "issuer": "CN=Example CA,O=Example", "ca": "any", "allow_missing_eku": true, "chain": "warn", "revocation": "require",
        "minimum_rsa_bits": 3072, "warn_before": "30d", "replace_before": "36h", "retire_old": "delete" },
      "listener": { "port": 8443, "ipv4": false, "foreign_owner": "take_over" },
      "restart": { "window": {"days": ["sat", "sun"], "start": "22:30", "duration": "4h"}, "services": ["SstpSvc"], "then": ["RasMan"], "timeout": "1h" },
      "verify": { "timeout": "1s", "ready_within": "10m", "uri_status": [401, 403], "confirmations": 10 },
      "limits": { "restarts_per_hour": 60, "restarts_per_day": 200, "quiet_period": "1500ms" },
      "watch": { "interval": "5s", "channels": ["Microsoft-Windows-RasSstp/Operational"] },
      "accepted": ["binding_shadowed", "weak_key"],
      "siem": { "maximum_queued": 5, "maximum_age": "1h", "heartbeat": "0s" },
      "windows_event_log": false, "metrics_file": null, "log": { "level": "trace", "maximum_size": "1GB", "maximum_files": 1 } })");
    Policy expected;
    expected.mode = Mode::observe;
    expected.certificate = {{"vpn.example.com", "*.example.net", "192.0.2.7", "2001:db8::7"},
                            *Thumbprint::parse("3F2A19C0557B1D089E44216FA0338C5E72B10D91"),
                            "CN=Example CA,O=Example",
                            CaPolicy::any,
                            true,
                            ChainPolicy::warn,
                            RevocationPolicy::require,
                            3072,
                            720h,
                            36h,
                            RetireOld::remove};
    expected.listener = {std::uint16_t{8443}, false, true, ForeignOwner::take_over};
    expected.restart = {MaintenanceWindow{{true, false, false, false, false, false, true}, 22h + 30min, 4h}, {"SstpSvc"}, {"RasMan"}, 1h};
    expected.verify = {1s, 10min, {401, 403}, 10};
    expected.limits = {60, 200, 1500ms};
    expected.watch = {5s, {"Microsoft-Windows-RasSstp/Operational"}};
    expected.accepted = {Reason::binding_shadowed, Reason::weak_key};
    expected.siem = {{}, 5, 1h, 0s};
    expected.windows_event_log = false;
    expected.metrics_file = std::nullopt;
    expected.log = {LogLevel::trace, 1'000'000'000, 1};
    EXPECT_EQ(policy, expected);
}

TEST(ReadPolicy, auto_is_worked_out_by_whoever_knows_the_certificate) {
    const Policy policy = good(R"({"certificate": {"warn_before": "auto", "replace_before": "0s"}})");
    EXPECT_EQ(policy.certificate.warn_before, std::nullopt);
    EXPECT_EQ(policy.certificate.replace_before, Duration{0});
}

TEST(ReadPolicy, every_kind_of_destination_is_read_to_the_letter) {
    const Policy policy = good(R"({"siem": {"destinations": [
      {"name": "arc", "transport": "tcp", "hosts": ["[::1]", "192.0.2.7:1514"], "format": "cef", "header": "rfc3164", "facility": 23},
      {"transport": "udp", "hosts": ["[2001:db8::5]:10514"], "format": "leef", "raw_events": false},
      {"hosts": ["siem-1"], "enterprise_number": 32473, "client_certificate": "none", "ca_file": "C:\\keys\\ca.pem", "framing": "lf"},
      {"hosts": ["logstash"], "format": "json", "header": "none", "confirmation": "sent", "maximum_size": 4096},
      {"hosts": ["siem-2"], "client_certificate": {"issuer": "Example CA"},
       "server_fingerprint": "sha-256:00:11:22:33:44:55:66:77:88:99:AA:BB:CC:DD:EE:FF:00:11:22:33:44:55:66:77:88:99:AA:BB:CC:DD:EE:FF"},
      {"type": "https", "url": "https://splunk.example.com:8088/services/collector/event", "profile": "hec", "token_file": "D:\\hec.token"},
      {"type": "https", "url": "HTTPS://[::1]/in?x=1"} ]}})");
    const auto fingerprint = *CertificateHash::parse("00112233445566778899AABBCCDDEEFF00112233445566778899AABBCCDDEEFF");
    const std::vector<SiemDestination> expected = {{.name = "arc",
                                                    .transport = SyslogTransport::tcp,
                                                    .hosts = {{"::1", 514}, {"192.0.2.7", 1514}},
                                                    .format = SyslogFormat::cef,
                                                    .header = SyslogHeader::rfc3164,
                                                    .framing = SyslogFraming::lf,
                                                    .facility = 23},
                                                   {.name = "2001:db8::5",
                                                    .transport = SyslogTransport::udp,
                                                    .hosts = {{"2001:db8::5", 10514}},
                                                    .format = SyslogFormat::leef,
                                                    .maximum_size = 1180,
                                                    .raw_events = false},
                                                   {.name = "siem-1",
                                                    .hosts = {{"siem-1", 6514}},
                                                    .framing = SyslogFraming::lf,
                                                    .enterprise_number = 32473,
                                                    .ca_file = "C:\\keys\\ca.pem",
                                                    .client_certificate = NoClientCertificate{}},
                                                   {.name = "logstash",
                                                    .hosts = {{"logstash", 6514}},
                                                    .format = SyslogFormat::json,
                                                    .header = SyslogHeader::none,
                                                    .framing = SyslogFraming::lf,
                                                    .confirmation = Confirmation::sent,
                                                    .maximum_size = 4096},
                                                   {.name = "siem-2",
                                                    .hosts = {{"siem-2", 6514}},
                                                    .server_fingerprint = fingerprint,
                                                    .client_certificate = SelectClientCertificate{"Example CA", std::nullopt}},
                                                   {.name = "splunk.example.com",
                                                    .type = DestinationType::https,
                                                    .url = "https://splunk.example.com:8088/services/collector/event",
                                                    .profile = HttpsProfile::hec,
                                                    .token_file = "D:\\hec.token"},
                                                   {.name = "::1", .type = DestinationType::https, .url = "HTTPS://[::1]/in?x=1"}};
    EXPECT_EQ(policy.siem.destinations, expected);
    EXPECT_EQ(good(show_policy(policy)), policy);
}

/// One fault, and what the administrator is told: `line:column: pointer: sentence`, compared as a whole.
struct Fault {
    const char* sentence;
    const char* text;
    const char* told;
};

std::ostream& operator<<(std::ostream& out, const Fault& fault) { return out << fault.sentence; }

class Faults : public testing::TestWithParam<Fault> {};

TEST_P(Faults, is_told_with_its_place) {
    const PolicyReading reading = read_policy(GetParam().text);
    EXPECT_FALSE(reading.policy);
    EXPECT_EQ(to_lines(reading.problems, "f"), fmt::format("f:{}\n", GetParam().told)) << GetParam().sentence;
}

INSTANTIATE_TEST_SUITE_P(
    Syntax, Faults,
    testing::Values(
        Fault{"an empty file is no policy", "", "1:1: The file ends too early: a closing brace or bracket is missing."},
        Fault{"a file that ends in the middle", "{\n  \"mode\": \"heal\",",
              "2:18: The file ends too early: a closing brace or bracket is missing."},
        Fault{"a comma after the last member", "{\n  \"mode\": \"heal\",\n}",
              "3:1: There is a comma before this, and nothing follows it. Remove the comma."},
        Fault{"a comma after the last entry", R"({"verify": {"uri_status": [401,]}})",
              "1:32: /verify/uri_status: There is a comma before this, and nothing follows it. Remove the comma."},
        Fault{"a comma that is missing", "{ \"mode\": \"heal\"\n  \"log\": {} }", "2:3: A comma or a colon is missing before this."},
        Fault{"a quote that is missing", "{ \"mode\": \"heal\n}", "1:11: This text has no closing quote on its line."},
        Fault{"single quotes", "{ 'mode': 'heal' }", "1:3: Names and texts stand in double quotes (\")."},
        Fault{"a path with single backslashes", R"({"metrics_file": "C:\metrics\sstp.prom"})",
              R"(1:22: A backslash begins an escape here. Write it twice: "C:\\folder\\file.pem".)"},
        Fault{"something behind the end", "{} {}", "1:4: Something follows the closing brace of the policy."},
        Fault{"a comment that never ends", "{} /* and so on",
              "1:4: This comment is not one: write // to the end of the line, or /* and */ around it."},
        Fault{"a list instead of an object", "[]", "1:1: The policy must be an object in braces { }; this is a list"},
        Fault{"a byte that is no UTF-8, even in a comment", "{}\n// gr\xFC\xDF", "2:6: Byte 0xFC is not UTF-8. Save the file as UTF-8."},
        Fault{"a surrogate half is no UTF-8", "{\"a\": \"\xED\xA0\x80\"}", "1:8: Byte 0xED is not UTF-8. Save the file as UTF-8."},
        Fault{"UTF-16, as an old Notepad saves it", "\xFF\xFE{", "1:1: The file is UTF-16. Save it as UTF-8."}));

INSTANTIATE_TEST_SUITE_P(
    Keys, Faults,
    testing::Values(
        Fault{"an unknown key", R"({"colour": 1})", R"(1:2: /colour: "colour" is no key of a policy.)"},
        Fault{"a misspelt key", "{\n  \"certificate\": { \"warn_befor\": \"1d\" } }",
              R"(2:20: /certificate/warn_befor: "warn_befor" is no key of "certificate". Did you mean "warn_before"?)"},
        Fault{"a key in capitals", R"({"Mode": "heal"})", R"(1:2: /Mode: "Mode" is no key of a policy. Did you mean "mode"?)"},
        Fault{"a key of another section", R"({"interval": "5m"})",
              R"(1:2: /interval: "interval" is no key of a policy. It belongs to /watch.)"},
        Fault{"a key of the outermost object", R"({"log": {"mode": "heal"}})",
              R"(1:10: /log/mode: "mode" is no key of "log". It belongs to the outermost object.)"},
        Fault{"a key that is given twice", R"({"mode": "heal", "mode": "observe"})",
              R"(1:18: /mode: "mode" is given twice: which one counts would be a guess. Remove one.)"},
        Fault{"a key with characters that a pointer escapes", R"({"a/b~c": 1})", R"(1:2: /a~1b~0c: "a/b~c" is no key of a policy.)"},
        Fault{"columns count characters, not bytes", R"({"siem": {"destinations": [{"name": "Zürich", "hosts": ["a"], "hostz": 1}]}})",
              R"(1:63: /siem/destinations/0/hostz: "hostz" is no key of "destinations" entry 1. Did you mean "hosts"?)"}));

INSTANTIATE_TEST_SUITE_P(
    Values, Faults,
    testing::Values(
        Fault{"a word that is none", R"({"mode": "heel"})",
              R"(1:10: /mode: "mode" must be "heal" or "observe"; this is the text "heel". Did you mean "heal"?)"},
        Fault{"a word of three", R"({"certificate": {"chain": "none"}})",
              R"(1:27: /certificate/chain: "chain" must be "require", "warn" or "ignore"; this is the text "none")"},
        Fault{"a number instead of a duration", R"({"watch": {"interval": 300}})",
              R"(1:24: /watch/interval: "interval" must be a text in double quotes; this is the number 300)"},
        Fault{"a duration without a unit", R"({"watch": {"interval": "300"}})",
              R"(1:24: /watch/interval: "interval" must be a whole number with ms, s, m, h or d, such as "5m"; this is "300")"},
        Fault{"a duration with a fraction", R"({"watch": {"interval": "1.5h"}})",
              R"(1:24: /watch/interval: "interval" must be a whole number with ms, s, m, h or d, such as "5m"; this is "1.5h")"},
        Fault{"a duration that is too short", R"({"watch": {"interval": "4s"}})",
              R"(1:24: /watch/interval: "interval" must be from 5s to 1d; this is "4s")"},
        Fault{"a duration beyond all counting", R"({"limits": {"quiet_period": "999999999999999999d"}})",
              R"(1:29: /limits/quiet_period: "quiet_period" must be from 0s to 366d; this is "999999999999999999d")"},
        Fault{"true in quotes", R"({"listener": {"ipv6": "true"}})",
              R"(1:23: /listener/ipv6: "ipv6" must be true or false, without quotes; this is the text "true")"},
        Fault{"a number in quotes", R"({"listener": {"port": "443"}})",
              R"(1:23: /listener/port: "port" must be "auto" or a port from 1 to 65535, without quotes; this is the text "443")"},
        Fault{"a port that is none", R"({"listener": {"port": 65536}})",
              R"(1:23: /listener/port: "port" must be from 1 to 65535; this is 65536)"},
        Fault{
            "a number with a fraction", R"({"verify": {"confirmations": 2.0}})",
            R"(1:30: /verify/confirmations: "confirmations" must be a whole number, without quotes; this is a number with a fraction or an exponent)"},
        Fault{"a number beyond 64 bits is still a number", R"({"limits": {"restarts_per_hour": 18446744073709551615}})",
              R"(1:34: /limits/restarts_per_hour: "restarts_per_hour" must be from 2 to 60; this is 9223372036854775807)"},
        Fault{"a version that we do not know", R"({"version": 2})", R"(1:13: /version: "version" must be from 1 to 1; this is 2)"},
        Fault{
            "a thumbprint with a digit missing", R"({"certificate": {"thumbprint": "3f2a"}})",
            R"(1:32: /certificate/thumbprint: "thumbprint" must be a certificate's SHA-1 or SHA-256: 40 or 64 hex digits; this is "3f2a")"},
        Fault{
            "a name that is nearly an address", R"({"certificate": {"dns_names": ["192.0.2.256"]}})",
            R"(1:32: /certificate/dns_names/0: "dns_names" entry 1 must be a name or an address that clients dial, such as "vpn.example.com", "192.0.2.7" or "2001:db8::7"; this is "192.0.2.256")"},
        Fault{"one address in two spellings", R"({"certificate": {"dns_names": ["2001:db8::7", "2001:0DB8:0:0::7"]}})",
              R"(1:47: /certificate/dns_names/1: "dns_names" entry 2 is the same as entry 1)"},
        Fault{"a share of the lifetime that is a number", R"({"certificate": {"warn_before": 21}})",
              R"(1:33: /certificate/warn_before: "warn_before" must be "auto" or a duration, such as "14d"; this is the number 21)"},
        Fault{
            "auto that is misspelt", R"({"certificate": {"replace_before": "atuo"}})",
            R"(1:36: /certificate/replace_before: "replace_before" must be "auto" or a duration, such as "14d"; this is the text "atuo". Did you mean "auto"?)"},
        Fault{"a warning longer than a year", R"({"certificate": {"warn_before": "367d"}})",
              R"(1:33: /certificate/warn_before: "warn_before" must be from 0s to 366d; this is "367d")"},
        Fault{"another CA than these two", R"({"certificate": {"ca": "Any"}})",
              R"(1:24: /certificate/ca: "ca" must be "same" or "any"; this is the text "Any". Did you mean "any"?)"},
        Fault{"a single restart an hour, with which no heal begins", R"({"limits": {"restarts_per_hour": 1}})",
              R"(1:34: /limits/restarts_per_hour: "restarts_per_hour" must be from 2 to 60; this is 1)"},
        Fault{"a single restart a day", R"({"limits": {"restarts_per_day": 1}})",
              R"(1:33: /limits/restarts_per_day: "restarts_per_day" must be from 2 to 200; this is 1)"},
        Fault{"SSTP that has no time at all to answer", R"({"verify": {"ready_within": "0s"}})",
              R"(1:29: /verify/ready_within: "ready_within" must be from 1s to 1h; this is "0s")"},
        Fault{"a probe that may take longer than an hour", R"({"verify": {"timeout": "61m"}})",
              R"(1:24: /verify/timeout: "timeout" must be from 1s to 1h; this is "61m")"},
        Fault{
            "a reason that is none", R"({"accepted": ["binding_shadow"]})",
            R"(1:15: /accepted/0: "accepted" entry 1 must be the reason of a finding as `check` prints it, such as "binding_shadowed"; this is "binding_shadow". Did you mean "binding_shadowed"?)"},
        Fault{"a reason without quotes", R"({"accepted": [1006]})",
              R"(1:15: /accepted/0: "accepted" entry 1 must be the reason of a finding as `check` prints it, such as "binding_shadowed")"},
        Fault{"a reason that is accepted twice", R"({"accepted": ["weak_key", "weak_key"]})",
              R"(1:27: /accepted/1: "accepted" entry 2 is the same as entry 1)"},
        Fault{
            "a name in its own script", R"({"certificate": {"dns_names": ["a", "vpn.zürich.example"]}})",
            R"(1:37: /certificate/dns_names/1: "dns_names" entry 2 must have only ASCII characters: write an international name in its xn-- form; this is "vpn.zürich.example")"},
        Fault{"a status twice", R"({"verify": {"uri_status": [401, 403, 401]}})",
              R"(1:38: /verify/uri_status/2: "uri_status" entry 3 is the same as entry 1)"},
        Fault{"a service twice, in another case", R"({"restart": {"services": ["RemoteAccess", "remoteaccess"]}})",
              R"(1:43: /restart/services/1: "services" entry 2 is the same as entry 1)"},
        Fault{"an empty list of services", R"({"restart": {"services": []}})", R"(1:26: /restart/services: "services" must not be empty)"},
        Fault{"null where a value is needed", R"({"restart": {"timeout": null}})",
              R"(1:25: /restart/timeout: "timeout" must be a text in double quotes; this is null)"},
        Fault{"a section that is null", R"({"log": null})", R"(1:9: /log: "log" must be an object in braces { }; this is null)"},
        Fault{"a size without a unit", R"({"log": {"maximum_size": "10"}})",
              R"(1:26: /log/maximum_size: "maximum_size" must be a whole number with B, KB, MB or GB, such as "10MB"; this is "10")"},
        Fault{
            "a path without a drive", R"({"metrics_file": "sstp.prom"})",
            R"(1:18: /metrics_file: "metrics_file" must be a full path on a local drive, such as "C:\\ProgramData\\SSTP Watchdog\\ca.pem"; this is "sstp.prom")"},
        Fault{
            "a path on a share", R"({"metrics_file": "\\\\server\\share\\sstp.prom"})",
            R"(1:18: /metrics_file: "metrics_file" must be a full path on a local drive, such as "C:\\ProgramData\\SSTP Watchdog\\ca.pem"; this is "\\\\server\\share\\sstp.prom")"},
        Fault{"a time of day that is none", R"({"restart": {"window": {"start": "24:00"}}})",
              R"(1:34: /restart/window/start: "start" must be a time of day from "00:00" to "23:59"; this is "24:00")"},
        Fault{"control characters are shown, not printed", R"({"certificate": {"issuer": "C\u001bA"}})",
              R"(1:28: /certificate/issuer: "issuer" must not have control characters; this is "C\u001bA")"}));

// Keys of the first edition, which no installation has.
INSTANTIATE_TEST_SUITE_P(
    GoneKeys, Faults,
    testing::Values(
        Fault{"the store", R"({"certificate": {"store": "MY"}})", R"(1:18: /certificate/store: "store" is no key of "certificate".)"},
        Fault{"the purposes", R"({"certificate": {"purposes": []}})",
              R"(1:18: /certificate/purposes: "purposes" is no key of "certificate".)"},
        Fault{"the attempts", R"({"restart": {"attempts": 2}})", R"(1:14: /restart/attempts: "attempts" is no key of "restart".)"},
        Fault{"the maintenance window", R"({"restart": {"maintenance_window": null}})",
              R"(1:14: /restart/maintenance_window: "maintenance_window" is no key of "restart".)"},
        Fault{"the settle time", R"({"verify": {"settle": "2s"}})", R"(1:13: /verify/settle: "settle" is no key of "verify".)"},
        Fault{"the heals per hour", R"({"limits": {"heals_per_hour": 3}})",
              R"(1:13: /limits/heals_per_hour: "heals_per_hour" is no key of "limits".)"},
        Fault{"the heals per day", R"({"limits": {"heals_per_day": 3}})",
              R"(1:13: /limits/heals_per_day: "heals_per_day" is no key of "limits".)"},
        Fault{"the cool-down", R"({"limits": {"cooldown": "5m"}})", R"(1:13: /limits/cooldown: "cooldown" is no key of "limits".)"},
        Fault{"the event ids", R"({"watch": {"event_ids": [13]}})", R"(1:12: /watch/event_ids: "event_ids" is no key of "watch".)"},
        Fault{"the events of HTTP.SYS", R"({"watch": {"http_events": true}})",
              R"(1:12: /watch/http_events: "http_events" is no key of "watch".)"},
        Fault{"the watch of the store", R"({"watch": {"certificate_store": true}})",
              R"(1:12: /watch/certificate_store: "certificate_store" is no key of "watch".)"},
        Fault{"the watch of the registry", R"({"watch": {"registry": true}})",
              R"(1:12: /watch/registry: "registry" is no key of "watch".)"}));

}  // namespace
}  // namespace sstp
