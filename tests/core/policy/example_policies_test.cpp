// Each file in config/examples, read as its comment promises.
#include "core/policy/read_policy.h"
#include "core/policy/schema.h"
#include "tests/core/policy/repository_files.h"
#include "tests/core/policy/schema_check.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <nlohmann/json.hpp>

#include <functional>
#include <set>

namespace sstp {
namespace {

using namespace std::chrono_literals;
using testing::IsEmpty;

struct ExamplePolicy {
    const char* file;
    std::function<void(Policy&)> differs;  ///< from the defaults
};

std::ostream& operator<<(std::ostream& out, const ExamplePolicy& example) { return out << example.file; }

MaintenanceWindow window(std::set<int> days_since_sunday, Duration start, Duration duration) {
    MaintenanceWindow made{{}, std::chrono::duration_cast<std::chrono::minutes>(start), duration};
    for (const int day : days_since_sunday) made.days[static_cast<std::size_t>(day)] = true;
    return made;
}

const std::vector<std::string> kVpn = {"vpn.example.com"};

const std::vector<ExamplePolicy>& examples() {
    static const std::vector<ExamplePolicy> kExamples = {
        {"single-server.json", [](Policy& p) { p.certificate.dns_names = kVpn; }},
        {"observe-first.json",
         [](Policy& p) {
             p.mode = Mode::observe;
             p.certificate.dns_names = kVpn;
         }},
        {"short-lived-public.json",
         [](Policy& p) {
             p.certificate.dns_names = kVpn;
             p.certificate.retire_old = RetireOld::archive;
             p.restart.window = window({0, 1, 2, 3, 4, 5, 6}, 3h, 2h);
             p.watch.interval = 1min;
         }},
        {"adcs-auto-enrolment.json",
         [](Policy& p) {
             p.certificate.dns_names = kVpn;
             p.certificate.issuer = "CN=Example Issuing CA 2,DC=example,DC=com";
             p.restart.window = window({6, 0}, 22h, 4h);
         }},
        {"strict-bank.json",
         [](Policy& p) {
             p.certificate.dns_names = kVpn;
             p.certificate.issuer = "CN=Example Issuing CA 2,O=Example Bank,C=GB";
             p.certificate.revocation = RevocationPolicy::require;
             p.certificate.minimum_rsa_bits = 3072;
             p.certificate.warn_before = 45 * 24h;
             p.certificate.replace_before = 10 * 24h;
             p.certificate.retire_old = RetireOld::archive;
             p.restart.window = window({0}, 22h, 4h);
             p.verify.ready_within = 5min;
             p.limits.restarts_per_hour = 2;
             p.limits.restarts_per_day = 4;
             p.siem.destinations = {{.name = "soc",
                                     .hosts = {{"siem1.example.com", 6514}, {"siem2.example.com", 6514}},
                                     .ca_file = "C:\\ProgramData\\SSTP Watchdog\\siem-ca.pem",
                                     .client_certificate = SelectClientCertificate{"Example Device CA", std::nullopt}}};
             p.siem.heartbeat = 1h;
         }},
        {"farm-of-three.json",
         [](Policy& p) {
             p.certificate.dns_names = kVpn;
             p.certificate.replace_before = 14 * 24h;
             p.restart.window = window({1, 2, 3, 4}, 1h, 5h);
             p.siem.destinations = {{.name = "siem.example.com", .hosts = {{"siem.example.com", 6514}}}};
         }},
        {"behind-a-balancer.json",
         [](Policy& p) {
             p.mode = Mode::observe;
             p.accepted = {Reason::hash_unknown_to_this_server};
         }},
        {"with-iis.json",
         [](Policy& p) {
             p.certificate.dns_names = kVpn;
             p.listener.port = 443;
             p.limits.quiet_period = 30s;
             p.accepted = {Reason::binding_foreign_owner};
         }},
        {"sentinel-cef.json",
         [](Policy& p) {
             p.siem.destinations = {{.name = "sentinel",
                                     .transport = SyslogTransport::tcp,
                                     .hosts = {{"forwarder.example.com", 514}},
                                     .format = SyslogFormat::cef,
                                     .header = SyslogHeader::rfc3164,
                                     .framing = SyslogFraming::lf}};
         }},
        {"ocsf-pipeline.json",
         [](Policy& p) {
             p.siem.destinations = {{.name = "pipeline",
                                     .hosts = {{"pipeline.example.com", 6514}},
                                     .format = SyslogFormat::ocsf,
                                     .header = SyslogHeader::none,
                                     .framing = SyslogFraming::lf},
                                    {.name = "lake",
                                     .type = DestinationType::https,
                                     .url = "https://lake.example.com/ingest",
                                     .profile = HttpsProfile::ocsf,
                                     .token_file = "C:\\ProgramData\\SSTP Watchdog\\lake.token"}};
         }},
        {"splunk-and-qradar.json",
         [](Policy& p) {
             p.siem.destinations = {{.name = "splunk",
                                     .type = DestinationType::https,
                                     .url = "https://splunk.example.com:8088/services/collector/event",
                                     .profile = HttpsProfile::hec,
                                     .token_file = "C:\\ProgramData\\SSTP Watchdog\\hec.token",
                                     .raw_events = false},
                                    {.name = "qradar",
                                     .hosts = {{"qradar.example.com", 6514}},
                                     .format = SyslogFormat::leef,
                                     .header = SyslogHeader::rfc3164,
                                     .framing = SyslogFraming::lf,
                                     .maximum_size = 4096}};
             p.siem.maximum_queued = 250000;
             p.siem.maximum_age = 14 * 24h;
         }},
        {"syslog-mutual-tls.json", [](Policy& p) {
             p.siem.destinations = {{.name = "soc",
                                     .hosts = {{"siem1.example.com", 6514}, {"2001:db8::5", 6514}},
                                     .enterprise_number = 32473,
                                     .ca_file = "C:\\ProgramData\\SSTP Watchdog\\siem-ca.pem",
                                     .client_certificate = SelectClientCertificate{"Example Device CA", std::nullopt}}};
             p.siem.heartbeat = 1h;
         }}};
    return kExamples;
}

class ExamplePolicies : public testing::TestWithParam<ExamplePolicy> {};

TEST_P(ExamplePolicies, says_what_its_comment_promises) {
    const std::string text = read_repository_file(std::filesystem::path("config/examples") / GetParam().file);
    const PolicyReading reading = read_policy(text);
    ASSERT_TRUE(reading.policy) << to_lines(reading.problems, GetParam().file);
    Policy expected;
    GetParam().differs(expected);
    EXPECT_EQ(*reading.policy, expected);
    const auto json = nlohmann::ordered_json::parse(text, nullptr, true, true);
    EXPECT_THAT(violations(nlohmann::ordered_json::parse(policy_schema()), json), IsEmpty());
    EXPECT_TRUE(text.starts_with("// ")) << "the first line says for whom it is";
}

INSTANTIATE_TEST_SUITE_P(Files, ExamplePolicies, testing::ValuesIn(examples()));

TEST(ExamplePolicies, every_file_is_in_this_table_and_in_the_page) {
    const std::string page = read_repository_file("config/README.md");
    std::set<std::string> tested;
    for (const ExamplePolicy& each : examples()) tested.insert(each.file);
    std::set<std::string> there;
    for (const auto& entry : std::filesystem::directory_iterator(repository() / "config/examples")) {
        there.insert(entry.path().filename().string());
        EXPECT_THAT(page, testing::HasSubstr("`" + entry.path().stem().string() + "`"));
    }
    EXPECT_EQ(tested, there);
}

}  // namespace
}  // namespace sstp
