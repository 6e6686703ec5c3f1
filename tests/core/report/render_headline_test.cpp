#include "core/report/render_text.h"
#include "tests/core/report/example_reports.h"

#include <gmock/gmock.h>

namespace sstp {
namespace {

using testing::HasSubstr;
using testing::Not;

/// Findings of every reason, also those that this server cannot have.
std::string headline_with(Reason reason, Severity severity, const char* subject) {
    CycleReport report = example::healthy();
    report.findings = {{reason, severity, subject, "Because."}};
    return headline(report);
}

TEST(RenderHeadline, every_reason_has_one_that_fits_a_subject_line) {
    for (const Reason reason : all_reasons()) {
        for (const Severity severity : {Severity::warning, Severity::critical}) {
            const std::string text = headline_with(reason, severity, "[::]:443");
            EXPECT_GE(text.size(), 15U) << word(reason);
            EXPECT_LE(text.size(), 90U) << text;
            EXPECT_THAT(text, Not(HasSubstr("{}"))) << word(reason);
            EXPECT_FALSE(text.ends_with('.')) << text;
        }
    }
}

TEST(RenderHeadline, names_what_is_wrong_with_our_own_footing) {
    const auto said = [](Reason reason, const char* subject) { return headline_with(reason, Severity::warning, subject); };
    EXPECT_EQ("policy.json is invalid", said(Reason::policy_invalid, "policy.json"));
    EXPECT_EQ("SiemHosts is invalid", said(Reason::policy_invalid, "SiemHosts"));
    EXPECT_EQ("the kill switch of Group Policy is invalid", said(Reason::kill_switch_invalid, "Mode"));
    EXPECT_EQ("LocalMachine\\MY cannot be followed", said(Reason::event_source_degraded, "LocalMachine\\MY"));
    EXPECT_EQ("the clock of this machine is not believed", said(Reason::clock_not_believed, "clock"));
    EXPECT_EQ("what happens cannot be recorded", said(Reason::record_unwritable, "state.db"));
}

TEST(RenderHeadline, a_warning_does_not_claim_that_somebody_is_locked_out) {
    const auto warned = [](Reason reason) { return headline_with(reason, Severity::warning, "SstpSvc"); };
    EXPECT_EQ("whether RRAS has read the stored hash is not known", warned(Reason::hash_newer_than_service));
    EXPECT_EQ("IPv6 did not answer a probe", warned(Reason::listener_unreachable_ipv6));
    EXPECT_EQ("tunnels end after sign-in: RRAS has not read the stored hash yet",
              headline_with(Reason::hash_newer_than_service, Severity::critical, "SstpSvc"));
}

TEST(RenderHeadline, a_wrong_hash_ends_tunnels_only_once_rras_has_read_it) {
    CycleReport report = example::healthy();
    report.findings = {{Reason::hash_sha256_mismatch, Severity::critical, "Sha256CertificateHash", "Because."}};
    EXPECT_EQ("tunnels will end once RRAS starts anew: Sha256CertificateHash names another certificate", headline(report));
    report.assessment.levels[AddressFamily::ipv4] = Level::refused;
    EXPECT_EQ("tunnels end after sign-in: Sha256CertificateHash names another certificate", headline(report));
}

TEST(RenderHeadline, says_when_the_successor_takes_over) {
    CycleReport report = example::successor_waits();
    EXPECT_THAT(headline(report), HasSubstr("; its successor is planned for 2026-11-19 04:34 UTC"));
    report.planned_for.reset();
    EXPECT_EQ("vpn.example.com valid 9 days, bindings match", headline(report));
}

TEST(RenderHeadline, days_left_round_down_and_go_below_zero) {
    CycleReport report = example::healthy();
    Certificate& active = *report.assessment.desired.active;
    active.not_after = report.state.looked_at.wall + std::chrono::hours{47};
    EXPECT_EQ(days_left(report), 1);
    active.not_after = report.state.looked_at.wall - std::chrono::minutes{1};
    EXPECT_EQ(days_left(report), -1);
    report.assessment.desired.active.reset();
    EXPECT_EQ(days_left(report), std::nullopt);
}

}  // namespace
}  // namespace sstp
