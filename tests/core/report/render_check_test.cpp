#include "core/report/render_check.h"
#include "core/report/render_history.h"
#include "core/report/render_plan.h"
#include "core/report/render_status.h"
#include "core/report/render_text.h"
#include "tests/core/report/example_reports.h"

#include <gmock/gmock.h>
#include <nlohmann/json.hpp>

#include <ostream>

namespace sstp {
namespace {

using nlohmann::json;
using testing::EndsWith;
using testing::HasSubstr;
using testing::Not;
using testing::StartsWith;

std::string first_line(const std::string& text) { return text.substr(0, text.find('\n')); }

struct Monitored {
    const char* sentence;
    CycleReport report;
    std::string status_line;
    int check;
    int plan;
};
void PrintTo(const Monitored& each, std::ostream* out) { *out << each.sentence; }

class Monitoring : public testing::TestWithParam<Monitored> {};

TEST_P(Monitoring, sees) {
    const Monitored& each = GetParam();
    EXPECT_EQ(first_line(render_check_text(each.report, example::policy(), "")), each.status_line);
    EXPECT_EQ(check_exit_code(each.report), each.check);
    EXPECT_EQ(plan_exit_code(each.report), each.plan);
}

CycleReport with(CycleReport report, Finding finding) {
    report.findings.push_back(std::move(finding));
    report.healthy = false;
    return report;
}
CycleReport without_certificate() {
    CycleReport report = example::healthy();
    report.current.reset();
    report.decision = Refused{"no_fit_certificate", "Nothing fit is in the store.", {}};
    return with(std::move(report), {Reason::no_fit_certificate, Severity::critical, "MY", "Nothing fit is in the store."});
}
CycleReport observing(CycleReport report) {
    report.decision = Refused{"observe_mode", "The policy says observe.", {}};
    report.permission = Permission::observe_by_policy;
    return report;
}
CycleReport unreadable_and_unreachable() {
    return with(example::not_elevated(), {Reason::listener_unreachable_ipv4, Severity::critical, "127.0.0.1:443", "Nobody answers."});
}
CycleReport without_rras() {
    CycleReport report = with(example::healthy(), {Reason::service_stopped, Severity::critical, "RemoteAccess", "It is not installed."});
    for (const char* name : {"RemoteAccess", "RasMan", "SstpSvc"}) report.state.services[name] = Absent{};
    return report;
}
CycleReport without_ipv4_binding() {
    return with(example::healthy(), {Reason::binding_missing_ipv4, Severity::warning, "0.0.0.0:443", "There is none."});
}

INSTANTIATE_TEST_SUITE_P(
    Render, Monitoring,
    testing::Values(
        Monitored{"a healthy server is OK, and its certificate's days count", example::healthy(),
                  "SSTP OK - vpn.example.com valid 89 days, bindings match | 'days_left'=89;21:;7: 'findings'=0 'queue'=0;100;1000;0", 0,
                  0},
        Monitored{"what clients suffer comes first", example::broken(),
                  "SSTP CRITICAL - IPv6 clients get an expired certificate since 2026-11-21 02:14 UTC | 'days_left'=89;21:;7: 'findings'=2 "
                  "'queue'=21;100;1000;0",
                  2, 10},
        Monitored{"a spent budget refuses the plan, not the alarm", example::broken_out_of_budget(),
                  "SSTP CRITICAL - IPv6 clients get an expired certificate since 2026-11-21 02:14 UTC | 'days_left'=89;21:;7: 'findings'=2 "
                  "'queue'=21;100;1000;0",
                  2, 11},
        Monitored{"a load balancer's server is no alarm", example::behind_load_balancer(),
                  "SSTP OK - TLS ends at a load balancer (UseHttps = 0): no certificate to watch here | 'days_left'=U;21:;7: 'findings'=0 "
                  "'queue'=0;100;1000;0",
                  0, 11},
        Monitored{"without the right to look, the answer is unknown and never OK", example::not_elevated(),
                  "SSTP UNKNOWN - could not list the HTTP.SYS bindings: Access is denied. (5) | 'days_left'=89;21:;7: 'findings'=1 "
                  "'queue'=0;100;1000;0",
                  3, 3},
        Monitored{"what is known to be broken is critical, whatever else is unknown", unreadable_and_unreachable(),
                  "SSTP CRITICAL - IPv4 clients cannot connect | 'days_left'=89;21:;7: 'findings'=2 'queue'=0;100;1000;0", 2, 3},
        Monitored{"without a certificate the days are undetermined", without_certificate(),
                  "SSTP CRITICAL - no fit certificate is in the store | 'days_left'=U;21:;7: 'findings'=1 'queue'=0;100;1000;0", 2, 11},
        Monitored{"observe mode refuses, and alarms all the same", observing(example::broken()),
                  "SSTP CRITICAL - IPv6 clients get an expired certificate since 2026-11-21 02:14 UTC | 'days_left'=89;21:;7: 'findings'=2 "
                  "'queue'=21;100;1000;0",
                  2, 11},
        Monitored{"a computer without RRAS is told so before anything else", without_rras(),
                  "SSTP CRITICAL - RRAS is not installed on this computer (no services RemoteAccess and SstpSvc) | 'days_left'=89;21:;7: "
                  "'findings'=1 'queue'=0;100;1000;0",
                  2, 0},
        Monitored{
            "a warning names the object", without_ipv4_binding(),
            "SSTP WARNING - no certificate is bound for IPv4 on 0.0.0.0:443 | 'days_left'=89;21:;7: 'findings'=1 'queue'=0;100;1000;0", 1,
            0}));

TEST(Render, days_left_round_down_and_go_below_zero) {
    CycleReport report = example::healthy();
    report.current->not_after = report.state.looked_at.wall + std::chrono::hours{47};
    EXPECT_EQ(days_left(report), 1);
    report.current->not_after = report.state.looked_at.wall - std::chrono::minutes{1};
    EXPECT_EQ(days_left(report), -1);
}

TEST(Render, thresholds_are_the_policys) {
    Policy policy;
    policy.certificate.warn_before = std::chrono::hours{36};
    policy.certificate.replace_before = std::chrono::hours{12};
    EXPECT_THAT(render_check_text(example::healthy(), policy, ""), HasSubstr("'days_left'=89;1.5:;0.5: "));
}

TEST(Render, a_headline_names_what_is_wrong_with_our_own_footing) {
    const auto said = [](Reason reason, const char* subject) {
        return headline(with(example::healthy(), {reason, Severity::warning, subject, "Because."}));
    };
    EXPECT_EQ("policy.json is invalid", said(Reason::policy_invalid, "policy.json"));
    EXPECT_EQ("kill switch is invalid", said(Reason::policy_invalid, "kill switch"));
    EXPECT_EQ("LocalMachine\\MY cannot be followed", said(Reason::event_source_degraded, "LocalMachine\\MY"));
    EXPECT_EQ("state.db cannot be used", said(Reason::state_unreadable, "state.db"));
}

TEST(Render, every_reason_has_a_headline_that_fits_a_subject_line) {
    for (const Reason reason : all_reasons()) {
        const std::string text = headline(with(example::healthy(), {reason, Severity::critical, "[::]:443", "Because."}));
        EXPECT_GE(text.size(), 15U) << word(reason);
        EXPECT_LE(text.size(), 90U) << text;
        EXPECT_THAT(text, Not(HasSubstr("{}"))) << word(reason);
    }
}

TEST(Render, a_plan_that_nobody_will_run_says_so) {
    const std::string text = render_check_text(example::broken(), example::policy(), "The service SstpWatchdog is not running.");
    EXPECT_THAT(text, HasSubstr("Why not yet                The service SstpWatchdog is not running.\n"));
    EXPECT_THAT(render_check_text(example::broken(), example::policy(), ""), Not(HasSubstr("Why not yet")));
}

TEST(Render, what_several_subjects_share_is_said_once) {
    CycleReport report = example::not_elevated();
    report.findings = {
        3, {Reason::state_unreadable, Severity::warning, "HTTP.SYS", unread_parts(report.state).front() + ". Nothing is changed."}};
    const std::string text = render_check_text(report, example::policy(), "");
    EXPECT_EQ(text.find("state_unreadable"), text.rfind("state_unreadable")) << text;
    EXPECT_THAT(text, Not(HasSubstr("not known")));
}

TEST(Render, a_refusal_says_why_and_until_when) {
    const std::string text = render_check_text(example::broken_out_of_budget(), example::policy(), "");
    EXPECT_THAT(text, HasSubstr("Why not yet                3 heals in the last hour (limit 3)."));
    EXPECT_THAT(text, HasSubstr("I look again at 2026-11-21 03:02 UTC.\n"));
}

/// A certificate's names come from whoever issued it: none may forge a line, colour a console, or begin perfdata.
TEST(Render, hostile_text_stays_within_its_line) {
    const std::string hostile =
        "evil\nSSTP OK - fine | 'days_left'=9\x1B[2J\xE2\x80\xAE"
        "gpj\xFF\xC2\x85";
    CycleReport report = example::broken();
    report.current->dns_names = {hostile};
    report.current->subject = hostile;
    for (Finding& finding : report.findings) finding = {finding.reason, finding.severity, hostile, hostile};
    report.policy_problem = hostile;
    report.decision = Refused{hostile, hostile, {}};
    const std::string check = render_check_text(report, example::policy(), hostile);
    for (const std::string& text :
         {check, render_plan_text(report), render_status_text(render_status_json(report, example::record(), example::options())).value()}) {
        EXPECT_EQ(text.find('\x1B'), std::string::npos);
        EXPECT_EQ(text.find("\xE2\x80\xAE"), std::string::npos);
        EXPECT_EQ(text.find('\xFF'), std::string::npos);
        EXPECT_EQ(text.find("\nSSTP OK"), std::string::npos);
        EXPECT_THAT(text, EndsWith("\n"));
    }
    EXPECT_EQ(std::count(check.begin(), check.end(), '|'), 1);
    EXPECT_THAT(check, HasSubstr("evil\\x0ASSTP OK - fine / 'days_left'=9\\x1B[2J\\u202Egpj\\xFF\\x85"));
    for (const std::string& document : {render_check_json(report, example::options()), render_plan_json(report, example::options())}) {
        EXPECT_TRUE(std::all_of(document.begin(), document.end(), [](char c) { return static_cast<unsigned char>(c) < 0x80; }));
        EXPECT_EQ(json::parse(document)["findings"][0]["reason"], "certificate_expired");
    }
}

TEST(Render, text_that_is_plain_stays_as_it_is) {
    EXPECT_EQ(one_line("Zertifikat f\xC3\xBCr vpn \xF0\x9F\x94\x91"), "Zertifikat f\xC3\xBCr vpn \xF0\x9F\x94\x91");
    EXPECT_EQ(one_line("\xC0\xAF\xED\xA0\x80\xF4\x90\x80\x80"),
              "\\xC0\\xAF\\xED\\xA0\\x80\\xF4\\x90\\x80\\x80");   // overlong, surrogate, too large
    EXPECT_EQ(one_line("\xE2\x82"), "\\xE2\\x82");
}

TEST(Render, absent_unreadable_and_malformed_are_three_answers) {
    CycleReport report = example::not_elevated();
    report.state.settings.sha1_hash = Absent{};
    report.state.settings.sha256_hash = Malformed{{RawValue::kText, {1, 2}}, "REG_SZ instead of REG_BINARY"};
    const json listener = json::parse(render_check_json(report, example::options()))["listener"];
    EXPECT_TRUE(listener["sha1_hash"].is_null());
    EXPECT_EQ(listener["sha256_hash"]["malformed"]["explanation"], "REG_SZ instead of REG_BINARY");
    EXPECT_EQ(listener["ipv4"]["binding"]["unreadable"]["kind"], "access_denied");
    EXPECT_TRUE(listener["use_https"].is_null());
}

TEST(History, since_takes_a_time_a_date_or_an_age) {
    const WallTime now = from_rfc3339("2026-11-21T02:00:00Z").value();
    EXPECT_EQ(read_since("2026-11-20T23:30:00+01:00", now), from_rfc3339("2026-11-20T22:30:00Z"));
    EXPECT_EQ(read_since("2026-11-20", now), from_rfc3339("2026-11-20T00:00:00Z"));
    EXPECT_EQ(read_since("90m", now), now - std::chrono::minutes{90});
    EXPECT_EQ(read_since("7d", now), now - std::chrono::days{7});
    for (const char* text : {"", "soon", "d", "7", "-7d", "7w", "7dd", "99999999999d"})
        EXPECT_EQ(read_since(text, now), std::nullopt) << text;
}

TEST(Status, reads_back_as_written) {
    const StatusGlance glance = read_status(render_status_json(example::healed(), example::record(), example::options())).value();
    EXPECT_EQ(glance.version, "1.0.0");
    EXPECT_EQ(glance.cycle, 41U);
    EXPECT_EQ(glance.wakes, Wakes{Wake::administrator_heal});
    EXPECT_EQ(glance.began, example::healed().began.monotonic);
    EXPECT_EQ(glance.ended, example::healed().ended.wall);
    EXPECT_EQ(glance.status, "ok");
    EXPECT_EQ(glance.heal_result, "succeeded");
    EXPECT_EQ(glance.last_heal_at, example::healed().ended.wall);
    EXPECT_EQ(glance.last_heal_result, "succeeded");
    EXPECT_EQ(glance.refused_why, std::nullopt);
}

TEST(Status, a_refusal_reads_back) {
    const StatusGlance glance =
        read_status(render_status_json(example::broken_out_of_budget(), example::record(), example::options())).value();
    EXPECT_EQ(glance.refused_why, "budget_exhausted");
    EXPECT_EQ(glance.heal_result, std::nullopt);
    EXPECT_EQ(glance.status, "critical");
}

TEST(Status, what_is_no_status_of_ours_is_malformed_and_never_thrown) {
    const std::string whole = render_status_json(example::healed(), example::record(), example::options());
    for (std::size_t length = 0; length + 2 < whole.size(); length += 7) {
        EXPECT_EQ(read_status(std::string_view{whole}.substr(0, length)).error().kind, ErrorKind::malformed);
    }
    for (const char* text : {"", "null", "[]", "{}", "{\"version\": 3}", "\0\0\0"}) {
        EXPECT_EQ(render_status_text(text).error().kind, ErrorKind::malformed) << text;
        EXPECT_EQ(read_status(text).error().kind, ErrorKind::malformed) << text;
    }
}

TEST(Status, says_of_each_destination_what_became_of_it) {
    const std::string written = render_status_json(example::healed(), example::record(), example::options());
    const std::string text = render_status_text(written).value();
    EXPECT_THAT(text, HasSubstr("siem.example.com:6514 (tls): confirmed at 2026-11-21 02:20 UTC by siem.example.com:6514 over TLS 1.3"));
    EXPECT_THAT(text, HasSubstr("not confirmed at 2026-11-21 02:17 UTC, down since 2026-11-20 22:41 UTC: could not connect"));
    EXPECT_THAT(text, HasSubstr("21 wait since 2026-11-20 22:40 UTC; 4 lost (queue_full)"));
    EXPECT_EQ(21, json::parse(written).at("siem").at("archive").at("queued"));
    CycleReport report = example::healed();
    report.destinations[0].trouble = Error{ErrorKind::corrupt, "read", "state.db", 11, "database disk image is malformed"};
    EXPECT_THAT(render_status_text(render_status_json(report, example::record(), example::options())).value(),
                HasSubstr("siem.example.com:6514 (tls): could not read state.db: database disk image is malformed"));
    auto old = json::parse(written);
    old.erase("siem");
    EXPECT_TRUE(render_status_text(old.dump())) << "of a version that knew no destinations";
}

TEST(Render, a_queue_that_cannot_be_read_is_undetermined) {
    CycleReport report = example::broken();
    report.destinations[0].trouble = Error{ErrorKind::busy, "read", "state.db", 5, "database is locked"};
    EXPECT_THAT(render_check_text(report, example::policy(), ""), HasSubstr("'queue'=U;100;1000;0"));
}

TEST(Status, says_what_was_healed_and_what_is_left_of_the_budget) {
    const std::string text = render_status_text(render_status_json(example::healed(), example::record(), example::options())).value();
    EXPECT_THAT(text, StartsWith("SSTP OK - vpn.example.com valid 89 days, bindings match\n"));
    EXPECT_THAT(text, HasSubstr("Last heal                  2026-11-21 02:20 UTC, succeeded: Both listeners serve"));
    EXPECT_THAT(text, HasSubstr("Budget                     1 charged in the last hour, 2 in the last day"));
    EXPECT_THAT(text, HasSubstr("woken by administrator_heal, took 13782 ms"));
}

}  // namespace
}  // namespace sstp
