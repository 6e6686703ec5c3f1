#include "core/report/render_plan.h"
#include "core/report/render_text.h"
#include "tests/core/report/example_reports.h"

#include <gmock/gmock.h>
#include <nlohmann/json.hpp>

#include <ostream>

namespace sstp {
namespace {

using nlohmann::json;
using testing::HasSubstr;
using testing::Not;
using testing::StartsWith;

json plan_of(const CycleReport& report) { return json::parse(render_plan_json(report, example::head())); }

test::ServerBuilder sha1_is_stale() {
    return example::healthy_server().sha1(example::ended_certificate().thumbprint).parameters_written(30);
}

struct Priced {
    const char* sentence;
    std::optional<Sessions> sessions;
    std::optional<Duration> without_sstp;
    const char* price;
};
void PrintTo(const Priced& each, std::ostream* out) { *out << each.sentence; }

class PriceOfAPlan : public testing::TestWithParam<Priced> {};

TEST_P(PriceOfAPlan, is_said) {
    HealPlan plan = *example::ended().plan;
    plan.price = {GetParam().sessions, GetParam().without_sstp};
    EXPECT_EQ(price_sentence(plan), GetParam().price);
}

INSTANTIATE_TEST_SUITE_P(
    RenderPlan, PriceOfAPlan,
    testing::Values(Priced{"sessions of every tunnel end, and experience says for how long", Sessions{{2, {}}, {1, {}}}, Duration{12'000},
                           "Ends 3 sessions; about 12 s without VPN"},
                    Priced{"one is one", Sessions{{1, {}}, {}}, {}, "Ends 1 session"},
                    Priced{"part of a second is one", Sessions{{2, {}}, {}}, Duration{200}, "Ends 2 sessions; about 1 s without VPN"},
                    Priced{"nobody is connected", Sessions{}, Duration{9'000}, "No session is open; about 9 s without VPN"},
                    Priced{"what cannot be counted may be many", {}, {}, "Ends every VPN session"}));

TEST(RenderPlan, has_each_step_its_target_and_its_price) {
    const std::string text = render_plan_text(example::ended());
    EXPECT_THAT(text, StartsWith("There is a plan of 5 steps: IPv4 and IPv6 clients get an expired certificate"));
    EXPECT_THAT(text, HasSubstr("\n  4. write Sha256CertificateHash = 4E6B..D1 (was 91AE..14)\n  5. restart RemoteAccess\n"));
    EXPECT_THAT(text, HasSubstr("Target                     8C10..4E (vpn.example.com), valid until 2027-02-19 00:00 UTC\n"));
    EXPECT_THAT(text, HasSubstr("Replaces                   3F2A..91 (vpn.example.com), valid until 2026-11-21 02:14 UTC\n"));
    EXPECT_THAT(text, HasSubstr("Urgency                    now: by what is seen, clients cannot connect\n"));
    EXPECT_THAT(text, HasSubstr("Price                      Ends 3 sessions; about 12 s without VPN\n"));
    EXPECT_THAT(text, HasSubstr("Cannot be taken back       3F2A..91 (vpn.example.com) ended"));
    EXPECT_THAT(text, HasSubstr("To run it now              sstp-watchdog heal\n"));
}

TEST(RenderPlan, one_that_restarts_nothing_costs_nothing_and_waits_for_no_window) {
    const std::string text = render_plan_text(example::look_at(sha1_is_stale()));
    EXPECT_THAT(text, HasSubstr("There is a plan of 1 step"));
    EXPECT_THAT(text, HasSubstr("nothing is restarted, so no window is waited for\n"));
    EXPECT_THAT(text, HasSubstr("Price                      No VPN session ends\n"));
}

TEST(RenderPlan, what_only_waits_for_its_time_is_not_called_refused) {
    const std::string text = render_plan_text(example::successor_waits());
    EXPECT_THAT(text, StartsWith("Not yet (outside_window): what is planned waits until 2026-11-19 04:34 UTC.\n"));
    EXPECT_THAT(text, HasSubstr("waits until 2026-11-19 04:34 UTC (restart.window). To do it now: sstp-watchdog heal --ignore-window\n"));
    EXPECT_THAT(text, Not(HasSubstr("Next look"))) << "the time was said";
    EXPECT_THAT(render_plan_text(example::ended_out_of_budget()), StartsWith("Refused (budget_exhausted): "));
}

TEST(RenderPlan, a_refusal_that_a_finding_has_told_is_said_once) {
    const std::string text = render_plan_text(example::behind_load_balancer());
    EXPECT_THAT(text, StartsWith("Refused (tls_offloaded): "));
    EXPECT_EQ(text.find("whose certificate is looked after there"), text.rfind("whose certificate is looked after there")) << text;
}

TEST(RenderPlan, what_could_not_be_read_is_no_answer_to_what_would_you_do) {
    EXPECT_THAT(render_plan_text(example::not_elevated()), StartsWith("Unknown: could not list the HTTP.SYS bindings"));
    EXPECT_EQ("unknown", plan_of(example::not_elevated()).at("verdict"));
    EXPECT_EQ(3, plan_exit_code(example::not_elevated()));
}

TEST(RenderPlan, for_machines_says_the_price_and_why_not) {
    const json ended = plan_of(example::ended());
    EXPECT_EQ("plan", ended.at("verdict"));
    EXPECT_EQ("now", ended.at("plan").at("urgency"));
    EXPECT_EQ(3, ended.at("plan").at("sessions_that_end"));
    EXPECT_EQ(12000, ended.at("plan").at("milliseconds_without_sstp"));
    EXPECT_EQ("3F2A61728394A5B6C7D8E9FA0B1C2D3E4F607191", ended.at("plan").at("replaced").at("thumbprint"));
    const json waits = plan_of(example::successor_waits());
    EXPECT_EQ("refused", waits.at("verdict"));
    EXPECT_EQ(11, waits.at("exit_code"));
    EXPECT_EQ("planned", waits.at("plan").at("urgency"));
    EXPECT_EQ("outside_window", waits.at("decision").at("why"));
    EXPECT_TRUE(waits.at("decision").at("only_deferred"));
    const json unpriced = plan_of(example::look_at(example::ended_server().sessions_unreadable()));
    EXPECT_TRUE(unpriced.at("plan").at("sessions_that_end").is_null());
    EXPECT_TRUE(unpriced.at("plan").at("milliseconds_without_sstp").is_null());
}

}  // namespace
}  // namespace sstp
