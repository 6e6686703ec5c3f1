#include "core/report/render_check.h"
#include "core/report/render_plan.h"
#include "tests/core/report/example_reports.h"

#include <gmock/gmock.h>

#include <ostream>

namespace sstp {
namespace {

using test::v4;
using testing::HasSubstr;
using testing::Not;

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
    const std::string text = render_check_text(each.report, example::policy(), "");
    EXPECT_EQ(text.substr(0, text.find('\n')), each.status_line);
    EXPECT_EQ(check_exit_code(each.report), each.check);
    EXPECT_EQ(plan_exit_code(each.report), each.plan);
}

CycleReport allowed(Permission permission) {
    test::Around around;
    around.permission = permission;
    return example::look_at(example::ended_server(), around);
}

test::ServerBuilder without_rras() {
    return example::healthy_server().not_installed("RemoteAccess").not_installed("RasMan").not_installed("SstpSvc");
}

test::ServerBuilder not_in_use() {
    return example::healthy_server().without_record(v4).without_record(test::v6).without_hashes().unreachable().nothing_learned();
}

test::ServerBuilder sha1_left_behind() {
    return example::healthy_server().sha1(example::ended_certificate().thumbprint).parameters_written(30);
}

INSTANTIATE_TEST_SUITE_P(
    RenderCheck, Monitoring,
    testing::Values(
        Monitored{"a healthy server is OK, and its certificate's days count", example::healthy(),
                  "SSTP OK - vpn.example.com valid 89 days, bindings match | 'days_left'=89;21:;7: 'findings'=0 'queue'=0;100;1000;0", 0,
                  0},
        Monitored{"what clients suffer comes first", example::ended(),
                  "SSTP CRITICAL - IPv4 and IPv6 clients get an expired certificate since 2026-11-21 02:14 UTC | 'days_left'=-1;21:;7: "
                  "'findings'=1 'queue'=21;100;1000;0",
                  2, 10},
        Monitored{"which clients suffer is said", example::look_at(example::ipv6_put_back_server()),
                  "SSTP CRITICAL - IPv6 clients get an expired certificate since 2026-11-21 02:14 UTC | 'days_left'=89;21:;7: "
                  "'findings'=1 'queue'=0;100;1000;0",
                  2, 10},
        Monitored{"a spent budget refuses the plan, not the alarm", example::ended_out_of_budget(),
                  "SSTP CRITICAL - IPv4 and IPv6 clients get an expired certificate since 2026-11-21 02:14 UTC | 'days_left'=-1;21:;7: "
                  "'findings'=2 'queue'=21;100;1000;0",
                  2, 11},
        Monitored{"a successor that waits for the night is no alarm, and its time is said", example::successor_waits(),
                  "SSTP OK - vpn.example.com valid 9 days, bindings match; its successor is planned for 2026-11-19 04:34 UTC | "
                  "'days_left'=9;21:;7: 'findings'=0 'queue'=21;100;1000;0",
                  0, 11},
        Monitored{
            "a stale SHA-1 that RRAS does not read is put right without a restart, and is no alarm", example::look_at(sha1_left_behind()),
            "SSTP OK - vpn.example.com valid 89 days, bindings match | 'days_left'=89;21:;7: 'findings'=0 'queue'=0;100;1000;0", 0, 10},
        Monitored{"where RRAS reads the SHA-1, its next start would end tunnels", example::look_at(sha1_left_behind().sha1_enabled()),
                  "SSTP CRITICAL - tunnels will end once RRAS starts anew: Sha1CertificateHash names another certificate | "
                  "'days_left'=89;21:;7: 'findings'=1 'queue'=0;100;1000;0",
                  2, 10},
        Monitored{"a load balancer's server is no alarm", example::behind_load_balancer(),
                  "SSTP OK - TLS ends at a load balancer (UseHttps = 0): no certificate to watch here | 'days_left'=U;; "
                  "'findings'=0 'queue'=0;100;1000;0",
                  0, 11},
        Monitored{"nor is one that does not use SSTP", example::look_at(not_in_use()),
                  "SSTP OK - SSTP is not in use on this server | 'days_left'=U;; 'findings'=0 'queue'=0;100;1000;0", 0, 11},
        Monitored{"what could not be read is unknown, never OK", example::not_elevated(),
                  "SSTP UNKNOWN - could not list the HTTP.SYS bindings: Access is denied. (5) | 'days_left'=89;21:;7: 'findings'=3 "
                  "'queue'=0;100;1000;0",
                  3, 3},
        Monitored{"what is known to be broken is critical, whatever else is unknown",
                  example::look_at(example::not_elevated_server().unreachable(v4).seen(Reason::listener_unreachable_ipv4, 3)),
                  "SSTP CRITICAL - IPv4 clients cannot connect | 'days_left'=89;21:;7: 'findings'=4 'queue'=0;100;1000;0", 2, 3},
        Monitored{"one look that got no answer is a warning, and claims no more",
                  example::look_at(example::healthy_server().unreachable(v4).seen(Reason::listener_unreachable_ipv4, 1)),
                  "SSTP WARNING - IPv4 did not answer a probe | 'days_left'=89;21:;7: 'findings'=1 'queue'=0;100;1000;0", 1, 11},
        Monitored{"observe mode refuses, and alarms all the same", allowed(Permission::observe_by_policy),
                  "SSTP CRITICAL - IPv4 and IPv6 clients get an expired certificate since 2026-11-21 02:14 UTC | 'days_left'=-1;21:;7: "
                  "'findings'=1 'queue'=0;100;1000;0",
                  2, 11},
        Monitored{"so does the kill switch", allowed(Permission::observe_by_kill_switch),
                  "SSTP CRITICAL - IPv4 and IPv6 clients get an expired certificate since 2026-11-21 02:14 UTC | 'days_left'=-1;21:;7: "
                  "'findings'=1 'queue'=0;100;1000;0",
                  2, 11},
        Monitored{"a computer without RRAS is told so before anything else", example::look_at(without_rras()),
                  "SSTP WARNING - RRAS is not installed on this computer (no services RemoteAccess and SstpSvc) | 'days_left'=89;21:;7: "
                  "'findings'=3 'queue'=0;100;1000;0",
                  1, 11},
        Monitored{"a certificate that ends with no successor warns",
                  example::look_at(example::successor_server().deleting(example::renewed_certificate())),
                  "SSTP WARNING - the certificate vpn.example.com ends 2026-11-28 02:14 UTC | 'days_left'=9;21:;7: 'findings'=1 "
                  "'queue'=0;100;1000;0",
                  1, 0}));

TEST(RenderCheck, thresholds_are_the_policys) {
    Policy policy;
    policy.certificate.warn_before = std::chrono::hours{36};
    policy.certificate.replace_before = std::chrono::hours{12};
    EXPECT_THAT(render_check_text(example::healthy(), policy, ""), HasSubstr("'days_left'=89;1.5:;0.5: "));
}

TEST(RenderCheck, a_queue_that_cannot_be_read_is_undetermined) {
    CycleReport report = example::ended();
    report.destinations[0].trouble = Error{ErrorKind::busy, "read", "state.db", 5, "database is locked"};
    EXPECT_THAT(render_check_text(report, example::policy(), ""), HasSubstr("'queue'=U;100;1000;0"));
}

TEST(RenderCheck, the_plan_is_told_with_its_price) {
    const std::string text = render_check_text(example::ended(), example::policy(), "");
    EXPECT_THAT(text, HasSubstr("What I would do            Bind 8C10..4E on 0.0.0.0:443 (was 3F2A..91); "));
    EXPECT_THAT(text, HasSubstr("; restart RemoteAccess. Ends 3 sessions; about 12 s without VPN.\n"));
    EXPECT_THAT(text, Not(HasSubstr("Why")));
}

TEST(RenderCheck, a_plan_that_nobody_will_run_says_so) {
    const std::string text = render_check_text(example::ended(), example::policy(), "The service SstpWatchdog is not running.");
    EXPECT_THAT(text, HasSubstr("Why not yet                The service SstpWatchdog is not running.\n"));
}

TEST(RenderCheck, a_refusal_says_once_why_and_until_when) {
    const std::string text = render_check_text(example::ended_out_of_budget(), example::policy(), "");
    EXPECT_THAT(text, HasSubstr("Why not yet                Budget: 3 restarts in the last hour (limit 3); "));
    EXPECT_THAT(text, HasSubstr("Next allowed 2026-11-21 02:48 UTC. To override: sstp-watchdog heal\n"));
    EXPECT_EQ(text.find("3 restarts"), text.rfind("3 restarts")) << text;
    EXPECT_EQ(text.find("02:48"), text.rfind("02:48")) << text;
}

TEST(RenderCheck, a_look_that_follows_at_once_is_told_in_seconds) {
    const CycleReport report = example::look_at(example::healthy_server().uri_status(404).seen(Reason::sstp_uri_unhealthy, 1));
    EXPECT_THAT(render_check_text(report, example::policy(), ""), HasSubstr("\n  Next look                  in 2 s\n"));
}

TEST(RenderCheck, without_a_fit_certificate_it_says_what_to_do) {
    const CycleReport report = example::look_at(example::ended_server().deleting(example::renewed_certificate()));
    const std::string text = render_check_text(report, example::policy(), "");
    EXPECT_THAT(text, HasSubstr("To do                      Renew the certificate, or import one for vpn.example.com with its private key "
                                "into LocalMachine\\MY.\n"));
    EXPECT_THAT(text, HasSubstr("What I would do            Nothing as things stand (no_fit_certificate).\n"));
}

TEST(RenderCheck, on_a_computer_without_rras_it_says_what_to_do) {
    EXPECT_THAT(render_check_text(example::look_at(without_rras()), example::policy(), ""),
                HasSubstr("Install the role Remote Access here"));
}

TEST(RenderCheck, without_privileges_it_says_so_once_and_advises_nothing_else) {
    const std::string text = render_check_text(example::not_elevated(), example::policy(), "");
    EXPECT_THAT(text, HasSubstr("To do                      Run this in an elevated console (Run as administrator).\n"));
    EXPECT_EQ(text.find("\n  state_unreadable "), text.rfind("\n  state_unreadable ")) << "three parts, one cause: " << text;
    EXPECT_THAT(text, Not(HasSubstr("not known")));
    EXPECT_THAT(text, Not(HasSubstr("What I would do")));
}

TEST(RenderCheck, a_part_that_no_finding_names_is_told_all_the_same) {
    CycleReport report = example::not_elevated();
    report.findings.clear();
    EXPECT_THAT(render_check_text(report, example::policy(), ""),
                HasSubstr("not known                  could not list the HTTP.SYS bindings: Access is denied. (5)\n"));
}

}  // namespace
}  // namespace sstp
