#include "core/report/render_check.h"
#include "tests/core/report/example_reports.h"

#include <gtest/gtest.h>
#include <nlohmann/json.hpp>

namespace sstp {
namespace {

nlohmann::json check_of(const CycleReport& report) { return nlohmann::json::parse(render_check_json(report, example::head())); }

TEST(RenderJson, absent_unreadable_and_malformed_are_three_answers) {
    CycleReport report = example::not_elevated();
    report.state.settings.sha1_hash = Absent{};
    report.state.settings.sha256_hash = Malformed{{RawValue::kText, {1, 2}}, "REG_SZ instead of REG_BINARY"};
    const auto listener = check_of(report).at("listener");
    EXPECT_TRUE(listener.at("sha1_hash").is_null());
    EXPECT_EQ(listener.at("sha256_hash").at("malformed").at("explanation"), "REG_SZ instead of REG_BINARY");
    EXPECT_EQ(listener.at("ipv4").at("binding").at("unreadable").at("kind"), "access_denied");
    EXPECT_TRUE(listener.at("use_https").is_null());
}

TEST(RenderJson, says_what_is_in_force_what_should_be_and_what_waits) {
    const auto ended = check_of(example::ended());
    EXPECT_EQ(ended.at("certificate").at("thumbprint"), "3F2A61728394A5B6C7D8E9FA0B1C2D3E4F607191");
    EXPECT_EQ(ended.at("desired").at("thumbprint"), "8C10AEBFD0E1F2031425364758697A8B9CADBE4E");
    EXPECT_TRUE(ended.at("successor").is_null());
    EXPECT_TRUE(ended.at("planned_for").is_null());
    const auto waits = check_of(example::successor_waits());
    EXPECT_EQ(waits.at("desired").at("thumbprint"), "3F2A61728394A5B6C7D8E9FA0B1C2D3E4F607191");
    EXPECT_EQ(waits.at("successor").at("thumbprint"), "8C10AEBFD0E1F2031425364758697A8B9CADBE4E");
    EXPECT_EQ(from_rfc3339(waits.at("planned_for").get<std::string>()), example::successor_waits().planned_for);
}

TEST(RenderJson, says_whose_demand_the_names_and_the_ca_are) {
    const auto check = check_of(example::healthy());
    EXPECT_EQ(check.at("names").at("required"), nlohmann::json{"vpn.example.com"});
    EXPECT_EQ(check.at("names").at("origin"), "learned");
    EXPECT_EQ(check.at("ca").at("kind"), "public");
    EXPECT_EQ(check_of(example::look_at(example::healthy_server().wanting_names({"vpn.example.com"}))).at("names").at("origin"), "policy");
}

TEST(RenderJson, says_what_each_family_gets_and_how_many_are_connected) {
    const auto check = check_of(example::look_at(example::ipv6_put_back_server()));
    EXPECT_EQ(check.at("levels").at("ipv4"), "answers");
    EXPECT_EQ(check.at("levels").at("ipv6"), "refused");
    EXPECT_EQ(check.at("sessions").at("sstp"), 3);
    EXPECT_EQ(check.at("listener").at("probes").size(), 2U);
    EXPECT_TRUE(check_of(example::look_at(example::healthy_server().sessions_unreadable())).at("sessions").is_null());
}

TEST(RenderJson, names_who_stopped_changes) {
    test::Around around;
    around.permission = Permission::observe_by_kill_switch;
    const auto check = check_of(example::look_at(example::ended_server(), around));
    EXPECT_EQ(check.at("permission"), "observe_by_kill_switch");
    EXPECT_EQ(check.at("decision").at("why"), "kill_switch");
    EXPECT_FALSE(check.at("decision").at("only_deferred"));
}

}  // namespace
}  // namespace sstp
