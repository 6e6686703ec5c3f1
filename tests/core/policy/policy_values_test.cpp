// policy show --origins, and the fingerprint by which the schedule of failed heals knows another policy.
#include "core/policy/policy_values.h"

#include "core/policy/read_policy.h"
#include "core/policy/show_policy.h"
#include "tests/core/policy/any_policy.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <nlohmann/json.hpp>

#include <algorithm>
#include <sstream>

namespace sstp {
namespace {

using testing::IsEmpty;

std::vector<PolicyValue> values_of(std::string_view text, const GroupPolicyValues& group_policy = {}, bool kill_switch = false) {
    const PolicyReading reading = read_policy(text);
    EXPECT_TRUE(reading.policy) << to_lines(reading.problems, "file");
    return policy_values(under_group_policy(reading.policy.value_or(Policy{}), group_policy), reading.given, kill_switch);
}

/// "file certificate.ca = "any"" of each value that is not a default.
std::string chosen(const std::vector<PolicyValue>& values) {
    std::string lines;
    for (const PolicyValue& each : values) {
        if (each.origin != ValueOrigin::built_in) lines += std::string(word(each.origin)) + " " + each.key + " = " + each.value + "\n";
    }
    return lines;
}

TEST(PolicyValues, of_an_empty_file_are_all_defaults) {
    const auto values = values_of("{}");
    EXPECT_EQ(chosen(values), "");
    EXPECT_GE(values.size(), 40U);
    EXPECT_EQ(values.front(), (PolicyValue{"/version", "version", "1", ValueOrigin::built_in}));
}

TEST(PolicyValues, what_the_file_says_is_the_files_even_where_it_is_the_default) {
    EXPECT_EQ(chosen(values_of(R"({"mode": "heal", "restart": {"window": {"days": ["sun", "sat"]}}, "siem": {"destinations": [
                                   {"hosts": ["siem"], "client_certificate": {"issuer": "Example CA"}}]}})")),
              "file mode = \"heal\"\n"
              "file restart.window.days = [\"sat\",\"sun\"]\n"
              "file siem.destinations[0].hosts = [\"siem:6514\"]\n"
              "file siem.destinations[0].client_certificate.issuer = \"Example CA\"\n");
}

TEST(PolicyValues, an_empty_list_of_the_file_is_the_files) {
    EXPECT_EQ(chosen(values_of(R"({"siem": {"destinations": []}, "accepted": []})")), "file accepted = []\nfile siem.destinations = []\n");
}

TEST(PolicyValues, what_group_policy_decides_is_its_own) {
    GroupPolicyValues group_policy;
    group_policy.window = std::string("sat 02:00 3h");
    group_policy.restarts_per_day = 2U;
    group_policy.siem_hosts = std::vector<std::string>{"siem.example.com"};
    EXPECT_EQ(chosen(values_of(R"({"certificate": {"ca": "any"}, "restart": {"window": {"start": "01:00"}}, "siem": {"destinations": [
                                   {"name": "old", "hosts": ["old"], "facility": 3}]}})",
                               group_policy)),
              "file certificate.ca = \"any\"\n"
              "group policy restart.window.days = [\"sat\"]\n"
              "group policy restart.window.start = \"02:00\"\n"
              "group policy restart.window.duration = \"3h\"\n"
              "group policy limits.restarts_per_hour = 2\n"
              "group policy limits.restarts_per_day = 2\n"
              "group policy siem.destinations[0].hosts = [\"siem.example.com:6514\"]\n");
}

TEST(PolicyValues, of_mode_and_kill_switch_the_stricter_is_shown) {
    EXPECT_EQ(chosen(values_of("{}", {}, true)), "group policy mode = \"observe\"\n");
    EXPECT_EQ(chosen(values_of(R"({"mode": "heal"})", {}, true)), "group policy mode = \"observe\"\n");
    EXPECT_EQ(chosen(values_of(R"({"mode": "observe"})", {}, true)), "file mode = \"observe\"\n");
    EXPECT_EQ(chosen(values_of(R"({"mode": "observe"})", {}, false)), "file mode = \"observe\"\n");
}

TEST(PolicyValues, of_a_url_only_what_is_ever_shown) {
    constexpr const char* kFile = R"({"siem": {"destinations": [{"type": "https", "url": "https://h:1/in/5up3r?t=5up3r"}]}})";
    EXPECT_EQ(chosen(values_of(kFile)),
              "file siem.destinations[0].type = \"https\"\nfile siem.destinations[0].url = \"https://h:1/in/...\"\n");
    EXPECT_THAT(show_policy(*read_policy(kFile).policy, ShownUrls::shortened), testing::Not(testing::HasSubstr("5up3r")));
}

TEST(RenderPolicyValues, fits_a_console_of_80_columns) {
    std::mt19937 random(7);
    for (int i = 0; i < 50; ++i) {
        const Policy policy = any_policy(random);
        const PolicyReading reading = read_policy(show_policy(policy));
        const auto values = policy_values(under_group_policy(policy, {}), reading.given, false);
        std::istringstream lines(render_policy_values(values));
        for (std::string line; std::getline(lines, line);) ASSERT_LE(line.size(), 79U) << line;
    }
}

TEST(RenderPolicyValues, reads_like_a_table) {
    GroupPolicyValues group_policy;
    group_policy.dns_names = std::vector<std::string>{"vpn.example.com", "vpn-london.example.com", "vpn-new-york.example.com"};
    const std::string text = render_policy_values(values_of(R"({"mode": "observe"})", group_policy));
    EXPECT_THAT(text, testing::StartsWith("default       version = 1\n"
                                          "file          mode = \"observe\"\n"
                                          "group policy  certificate.dns_names = [\"vpn.example.com\",\n"
                                          "                \"vpn-london.example.com\",\"vpn-new-york.example.com\"]\n"
                                          "default       certificate.thumbprint = null\n"));
}

TEST(PolicyValuesJson, has_each_value_with_its_origin) {
    const auto values = values_of(R"({"mode": "observe"})");
    const auto json = nlohmann::json::parse(policy_values_json(values, {{"Group Policy, Ca", "It is wrong."}}));
    ASSERT_EQ(json.at("values").size(), values.size());
    EXPECT_EQ(json.at("values").at(1), nlohmann::json::parse(R"({"pointer": "/mode", "value": "observe", "origin": "file"})"));
    EXPECT_EQ(json.at("problems"), nlohmann::json::parse(R"([{"subject": "Group Policy, Ca", "text": "It is wrong."}])"));
}

TEST(PolicyFingerprint, is_the_same_on_every_build) {
    EXPECT_EQ(policy_fingerprint(Policy{}), "cbf29ce484222325");
    EXPECT_EQ(policy_fingerprint(*read_policy(R"({"certificate": {"ca": "any"}})").policy),
              "1aea897d2f098c06");  // FNV-1a of `/certificate/ca "any"` and a line feed
}

TEST(PolicyFingerprint, tells_policies_apart_that_heal_differently) {
    std::vector<std::string> seen = {policy_fingerprint(Policy{})};
    for (const char* text :
         {R"({"mode": "observe"})", R"({"certificate": {"dns_names": ["a"]}})", R"({"certificate": {"dns_names": ["b"]}})",
          R"({"certificate": {"thumbprint": "3F2A19C0557B1D089E44216FA0338C5E72B10D91"}})", R"({"listener": {"ipv6": false}})",
          R"({"listener": {"ipv4": false}})", R"({"restart": {"timeout": "1m"}})", R"({"restart": {"window": {"days": ["sat"]}}})",
          R"({"verify": {"ready_within": "1m"}})", R"({"limits": {"quiet_period": "1m"}})"}) {
        const std::string fingerprint = policy_fingerprint(*read_policy(text).policy);
        EXPECT_EQ(std::count(seen.begin(), seen.end(), fingerprint), 0) << text;
        seen.push_back(fingerprint);
    }
}

TEST(PolicyFingerprint, does_not_change_with_spelling_or_with_whom_we_tell) {
    for (const char* text : {R"({"mode": "heal", "restart": {"timeout": "5m", "window": {"duration": "180m"}}} // a comment)",
                             R"({"siem": {"destinations": [{"hosts": ["a"]}], "heartbeat": "1h"}})", R"({"log": {"level": "debug"}})",
                             R"({"accepted": ["weak_key"]})", R"({"watch": {"interval": "1m"}})", R"({"metrics_file": null})",
                             R"({"windows_event_log": false})"}) {
        EXPECT_EQ(policy_fingerprint(*read_policy(text).policy), policy_fingerprint(Policy{})) << text;
    }
}

TEST(PolicyFingerprint, survives_being_shown_and_read) {
    std::mt19937 random(11);
    for (int i = 0; i < 100; ++i) {
        const Policy policy = any_policy(random);
        ASSERT_EQ(policy_fingerprint(*read_policy(show_policy(policy)).policy), policy_fingerprint(policy));
    }
}

}  // namespace
}  // namespace sstp
