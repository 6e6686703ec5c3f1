// DESIGN 5, end: each value of Group Policy replaces the file's; an invalid one leaves its setting at the last good value.
#include "core/policy/group_policy.h"

#include "core/policy/read_policy.h"
#include "core/policy/show_policy.h"
#include "tests/core/policy/any_policy.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <functional>

namespace sstp {
namespace {

using namespace std::chrono_literals;
using testing::ElementsAre;
using testing::IsEmpty;
using Texts = std::vector<std::string>;

GroupPolicyValues values(const std::function<void(GroupPolicyValues&)>& set) {
    GroupPolicyValues made;
    set(made);
    return made;
}

Policy file(std::string_view text) {
    const PolicyReading reading = read_policy(text);
    EXPECT_TRUE(reading.policy) << to_lines(reading.problems, "file");
    return reading.policy.value_or(Policy{});
}

struct GroupPolicyCase {
    const char* sentence;
    const char* file;
    std::function<void(GroupPolicyValues&)> set;
    const char* equals;  ///< a file that says what is in force then
    std::vector<std::string> decided;
};

std::ostream& operator<<(std::ostream& out, const GroupPolicyCase& row) { return out << row.sentence; }

class GroupPolicyValue : public testing::TestWithParam<GroupPolicyCase> {};

TEST_P(GroupPolicyValue, replaces_the_files) {
    const GroupPolicyValues set = values(GetParam().set);
    const PolicyUnderGroupPolicy in_force = under_group_policy(file(GetParam().file), set);
    EXPECT_EQ(show_policy(in_force.policy), show_policy(file(GetParam().equals))) << GetParam().sentence;
    EXPECT_EQ(in_force.decided, GetParam().decided);
    EXPECT_THAT(in_force.problems, IsEmpty());
    EXPECT_EQ(in_force.in_force, set);
}

INSTANTIATE_TEST_SUITE_P(
    Good, GroupPolicyValue,
    testing::Values(
        GroupPolicyCase{"nothing is set", R"({"mode": "observe"})", [](auto&) {}, R"({"mode": "observe"})", {}},
        GroupPolicyCase{"names are replaced, not merged",
                        R"({"certificate": {"dns_names": ["old.example.com"], "ca": "any"}})",
                        [](auto& v) { v.dns_names = Texts{"vpn.example.com", "192.0.2.7"}; },
                        R"({"certificate": {"dns_names": ["vpn.example.com", "192.0.2.7"], "ca": "any"}})",
                        {"/certificate/dns_names"}},
        GroupPolicyCase{"blanks and empty lines of the editor do not count",
                        "{}",
                        [](auto& v) { v.dns_names = Texts{"", " vpn.example.com ", "\t"}; },
                        R"({"certificate": {"dns_names": ["vpn.example.com"]}})",
                        {"/certificate/dns_names"}},
        GroupPolicyCase{"SIEM hosts are one destination in place of all of the file's",
                        R"({"siem": {"destinations": [{"hosts": ["old"]}, {"name": "x", "hosts": ["old2"]}], "heartbeat": "1h"}})",
                        [](auto& v) { v.siem_hosts = Texts{"siem.example.com", "[2001:db8::5]:10514"}; },
                        R"({"siem": {"destinations": [{"hosts": ["siem.example.com", "[2001:db8::5]:10514"]}], "heartbeat": "1h"}})",
                        {"/siem/destinations/0/hosts"}},
        GroupPolicyCase{"issuer",
                        R"({"certificate": {"issuer": "Old CA"}})",
                        [](auto& v) { v.issuer = std::string(" Example CA "); },
                        R"({"certificate": {"issuer": "Example CA"}})",
                        {"/certificate/issuer"}},
        GroupPolicyCase{"thumbprint, as certmgr copies it",
                        "{}",
                        [](auto& v) {
                            v.thumbprint = std::string(
                                "\xE2\x80\x8E"
                                "3f 2a 19 c0 55 7b 1d 08 9e 44 21 6f a0 33 8c 5e 72 b1 0d 91");
                        },
                        R"({"certificate": {"thumbprint": "3F2A19C0557B1D089E44216FA0338C5E72B10D91"}})",
                        {"/certificate/thumbprint"}},
        GroupPolicyCase{"CA, in any case of letters",
                        "{}",
                        [](auto& v) { v.ca = std::string("Any "); },
                        R"({"certificate": {"ca": "any"}})",
                        {"/certificate/ca"}},
        GroupPolicyCase{"the window of the design",
                        R"({"restart": {"window": {"start": "23:00", "duration": "1h"}, "timeout": "10m"}})",
                        [](auto& v) { v.window = std::string("sat,sun 02:00 3h"); },
                        R"({"restart": {"window": {"days": ["sat", "sun"], "start": "02:00", "duration": "3h"}, "timeout": "10m"}})",
                        {"/restart/window/days", "/restart/window/start", "/restart/window/duration"}},
        GroupPolicyCase{"a window with more blanks and capitals",
                        "{}",
                        [](auto& v) { v.window = std::string("  Sat , SUN  22:30\t90m "); },
                        R"({"restart": {"window": {"days": ["sat", "sun"], "start": "22:30", "duration": "90m"}}})",
                        {"/restart/window/days", "/restart/window/start", "/restart/window/duration"}},
        GroupPolicyCase{"restarts a day",
                        "{}",
                        [](auto& v) { v.restarts_per_day = 20U; },
                        R"({"limits": {"restarts_per_day": 20}})",
                        {"/limits/restarts_per_day"}},
        GroupPolicyCase{"restarts a day below those of an hour lower these too",
                        R"({"limits": {"restarts_per_hour": 5}})",
                        [](auto& v) { v.restarts_per_day = 2U; },
                        R"({"limits": {"restarts_per_hour": 2, "restarts_per_day": 2}})",
                        {"/limits/restarts_per_day", "/limits/restarts_per_hour"}}));

struct BadGroupPolicy {
    const char* sentence;
    std::function<void(GroupPolicyValues&)> set;
    const char* subject;
    const char* why;
};

std::ostream& operator<<(std::ostream& out, const BadGroupPolicy& row) { return out << row.sentence; }

class InvalidGroupPolicy : public testing::TestWithParam<BadGroupPolicy> {};

TEST_P(InvalidGroupPolicy, leaves_the_setting_alone_and_is_told) {
    const Policy policy =
        file(R"({"mode": "observe", "certificate": {"dns_names": ["vpn.example.com"]}, "limits": {"restarts_per_day": 9}})");
    const PolicyUnderGroupPolicy in_force = under_group_policy(policy, values(GetParam().set));
    EXPECT_EQ(in_force.policy, policy);
    EXPECT_THAT(in_force.decided, IsEmpty());
    EXPECT_EQ(in_force.in_force, GroupPolicyValues{});
    ASSERT_EQ(in_force.problems.size(), 1U);
    EXPECT_EQ(in_force.problems[0].subject, GetParam().subject);
    const std::string name = std::string(GetParam().subject).substr(14);
    EXPECT_EQ(in_force.problems[0].text, "Group Policy's value " + name + " (HKLM\\SOFTWARE\\Policies\\SSTP Watchdog) " + GetParam().why +
                                             ". The policy file holds for it until it is mended.");
}

INSTANTIATE_TEST_SUITE_P(
    Bad, InvalidGroupPolicy,
    testing::Values(
        BadGroupPolicy{
            "a name that is none", [](auto& v) { v.dns_names = Texts{"vpn.example.com", "vpn example"}; }, "Group Policy, DnsNames",
            R"(is invalid: "dns_names" entry 2 must be a DNS name: letters, digits and hyphens, at most 63 between two dots, such as "vpn.example.com"; this is "vpn example")"},
        BadGroupPolicy{"an empty list of names", [](auto& v) { v.dns_names = Texts{}; }, "Group Policy, DnsNames", "is empty"},
        BadGroupPolicy{"a list of blank names", [](auto& v) { v.dns_names = Texts{" ", ""}; }, "Group Policy, DnsNames", "is empty"},
        BadGroupPolicy{"a host that is none", [](auto& v) { v.siem_hosts = Texts{"::1"}; }, "Group Policy, SiemHosts",
                       R"(is invalid: "hosts" entry 1 must have an IPv6 address in brackets, such as "[2001:db8::1]:6514"; this is "::1")"},
        BadGroupPolicy{"no host", [](auto& v) { v.siem_hosts = Texts{""}; }, "Group Policy, SiemHosts", "is empty"},
        BadGroupPolicy{"no issuer", [](auto& v) { v.issuer = std::string("  "); }, "Group Policy, Issuer", "is empty"},
        BadGroupPolicy{"a thumbprint with a digit missing", [](auto& v) { v.thumbprint = std::string("3f2a"); }, "Group Policy, Thumbprint",
                       R"(is invalid: "thumbprint" must be a certificate's SHA-1 or SHA-256: 40 or 64 hex digits; this is "3f2a")"},
        BadGroupPolicy{"a third word", [](auto& v) { v.ca = std::string("every"); }, "Group Policy, Ca",
                       R"(is invalid: "ca" must be "same" or "any"; this is the text "every")"},
        BadGroupPolicy{"a window without duration", [](auto& v) { v.window = std::string("sat,sun 02:00"); }, "Group Policy, Window",
                       R"(must be days, start and duration, such as "sat,sun 02:00 3h")"},
        BadGroupPolicy{"a window at no time of day", [](auto& v) { v.window = std::string("sat 25:00 3h"); }, "Group Policy, Window",
                       R"(is invalid: "start" must be a time of day from "00:00" to "23:59"; this is "25:00")"},
        BadGroupPolicy{"a window that never opens", [](auto& v) { v.window = std::string("sat 02:00 0h"); }, "Group Policy, Window",
                       R"(is invalid: "duration" must be longer than 0: the window would never open)"},
        BadGroupPolicy{"a window on a day that is none", [](auto& v) { v.window = std::string("sat,,sun 02:00 3h"); },
                       "Group Policy, Window",
                       R"(is invalid: "days" entry 2 must be "mon", "tue", "wed", "thu", "fri", "sat" or "sun"; this is the text "")"},
        BadGroupPolicy{"a budget with which no heal begins", [](auto& v) { v.restarts_per_day = 1U; }, "Group Policy, RestartsPerDay",
                       R"(is invalid: "restarts_per_day" must be from 2 to 200; this is 1)"},
        BadGroupPolicy{"a value of another type",
                       [](auto& v) {
                           v.restarts_per_day =
                               Unreadable{{ErrorKind::malformed, "read", "RestartsPerDay", 0, "it is REG_SZ, not REG_DWORD"}};
                       },
                       "Group Policy, RestartsPerDay", "cannot be used: could not read RestartsPerDay: it is REG_SZ, not REG_DWORD"},
        BadGroupPolicy{"text that is no UTF-8", [](auto& v) { v.ca = std::string("\xFF"); }, "Group Policy, Ca",
                       "is invalid: \"ca\" must be \"same\" or \"any\"; this is the text \"\xEF\xBF\xBD\""}));

TEST(UnderGroupPolicy, an_invalid_value_leaves_its_setting_at_the_last_good_one) {
    const auto good = under_group_policy(Policy{}, values([](auto& v) {
                                             v.window = std::string("sat 02:00 3h");
                                             v.ca = std::string("any");
                                         }));
    const auto bad = values([](auto& v) {
        v.window = std::string("sat 02:00");
        v.ca = std::string("any");
    });
    const auto then = under_group_policy(Policy{}, bad, good.in_force);
    EXPECT_EQ(then.policy, good.policy);
    EXPECT_THAT(then.decided, ElementsAre("/certificate/ca", "/restart/window/days", "/restart/window/start", "/restart/window/duration"));
    ASSERT_EQ(then.problems.size(), 1U);
    EXPECT_THAT(then.problems[0].text, testing::EndsWith("3h\". Its last good value holds until it is mended."));
    // And on, for as long as it stays bad.
    EXPECT_EQ(under_group_policy(Policy{}, bad, then.in_force), then);
    // Gone is gone: the file's holds again.
    EXPECT_EQ(under_group_policy(Policy{}, {}, then.in_force).policy, Policy{});
    EXPECT_EQ(under_group_policy(Policy{}, {}, then.in_force).in_force, GroupPolicyValues{});
}

TEST(UnderGroupPolicy, a_key_that_cannot_be_read_is_one_problem_and_leaves_what_held_in_force) {
    const auto good = under_group_policy(Policy{}, values([](auto& v) { v.ca = std::string("any"); }));
    const Unreadable denied{{ErrorKind::access_denied, "read", "the key", 5, "Access is denied"}};
    const auto then = under_group_policy(Policy{}, {denied, denied, denied, denied, denied, denied, denied}, good.in_force);
    EXPECT_EQ(then.policy, good.policy);
    ASSERT_EQ(then.problems.size(), 1U);
    EXPECT_EQ(then.problems[0].subject, "Group Policy");
    EXPECT_EQ(
        then.problems[0].text,
        "Group Policy's values (HKLM\\SOFTWARE\\Policies\\SSTP Watchdog) cannot be read: could not read the key: Access is denied (5). "
        "Those that held last hold, and the policy file for the others, until they can be.");
    const Unreadable another{{ErrorKind::malformed, "read", "Ca", 0, "it is REG_DWORD, not REG_SZ"}};
    EXPECT_EQ(under_group_policy(Policy{}, {denied, denied, denied, denied, another, denied, denied}, good.in_force).problems.size(), 7U);
}

TEST(UnderGroupPolicy, what_holds_is_kept_as_a_text_and_read_back) {
    const GroupPolicyValues all = values([](auto& v) {
        v.dns_names = Texts{"vpn.example.com", "*.example.net"};
        v.siem_hosts = Texts{"siem.example.com", "[::1]:6514"};
        v.issuer = std::string("CN=\"Example\" CA");
        v.thumbprint = std::string(40, 'A');
        v.ca = std::string("any");
        v.window = std::string("sat,sun 02:00 3h");
        v.restarts_per_day = 4U;
    });
    EXPECT_EQ(from_kept_text(kept_text(all)), all);
    EXPECT_EQ(kept_text({}), std::nullopt);
    EXPECT_EQ(from_kept_text(std::nullopt), GroupPolicyValues{});
    for (const char* text : {"", "[]", "7", "{", R"({"Window": 7})", R"({"RestartsPerDay": "many"})", R"({"DnsNames": [1]})"})
        EXPECT_EQ(from_kept_text(text), GroupPolicyValues{}) << text;
}

TEST(UnderGroupPolicy, names_the_values_that_are_set) {
    EXPECT_EQ(set_values({}), "");
    EXPECT_EQ(set_values(values([](auto& v) {
                  v.window = std::string("x");
                  v.dns_names = Texts{"a"};
                  v.ca = Unreadable{};
              })),
              "DnsNames, Ca, Window");
}

TEST(UnderGroupPolicy, what_is_in_force_is_a_valid_policy_whatever_file_and_group_policy_say) {
    std::mt19937 random(20270301);
    const std::vector<std::string> windows = {"sat,sun 02:00 3h", "mon 23:59 366d", "x", "", "sun 1:00 1h"};
    for (int i = 0; i < 500; ++i) {
        const auto pick = [&](unsigned of) { return static_cast<unsigned>(random() % of); };
        const Policy policy = any_policy(random);
        const Policy other = any_policy(random);
        const auto set = values([&](GroupPolicyValues& v) {
            if (pick(2)) v.dns_names = other.certificate.dns_names;
            if (pick(2)) v.siem_hosts = Texts{"siem" + std::to_string(pick(9)), "[::1]:" + std::to_string(pick(70000))};
            if (pick(2)) v.issuer = std::string(pick(300), 'x');
            if (pick(2)) v.thumbprint = std::string(pick(2) ? 40 : 64, 'a');
            if (pick(2)) v.ca = std::string(pick(2) ? "same" : "any");
            if (pick(2)) v.window = windows[pick(static_cast<unsigned>(windows.size()))];
            if (pick(2)) v.restarts_per_day = pick(250);
        });
        const PolicyUnderGroupPolicy in_force = under_group_policy(policy, set);
        const PolicyReading reading = read_policy(show_policy(in_force.policy));
        ASSERT_TRUE(reading.policy) << to_lines(reading.problems, "in force");
        ASSERT_EQ(*reading.policy, in_force.policy);
        ASSERT_EQ(in_force.policy.mode, policy.mode);
        // What holds stays good by itself.
        const auto again = under_group_policy(policy, in_force.in_force);
        ASSERT_THAT(again.problems, IsEmpty());
        ASSERT_EQ(again.policy, in_force.policy);
    }
}

}  // namespace
}  // namespace sstp
