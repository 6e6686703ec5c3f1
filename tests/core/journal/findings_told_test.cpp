// Findings as pairs of events: told when they come, reminded at a falling rate, cleared when they go.

#include "core/journal/told.h"
#include "tests/core/journal/told_in_short.h"

#include <gtest/gtest.h>

namespace sstp {
namespace {

using namespace std::chrono_literals;

const WallTime kNow = *from_rfc3339("2026-11-21T02:14:00Z");

Finding finding(Reason reason, Severity severity = Severity::critical, const char* subject = "[::]:443") {
    return {reason, severity, subject, "Because."};
}

class ToldFindings : public testing::Test {
protected:
    /// What one look tells, in short.
    std::string look(const Findings& findings, Duration after = 0s) {
        draft.events.clear();
        tell_findings(draft, findings, active, kNow + after);
        return in_short(draft.events);
    }
    const std::map<std::string, std::string>& fields() const { return draft.events.at(0).fields; }

    JournalDraft draft;
    std::optional<Certificate> active;
};

TEST_F(ToldFindings, one_is_raised_when_it_comes_and_cleared_when_it_goes) {
    EXPECT_EQ("finding_raised binding_mismatch", look({finding(Reason::binding_mismatch)}));
    EXPECT_EQ("critical", fields().at("severity"));
    EXPECT_EQ("[::]:443", fields().at("subject"));
    EXPECT_EQ("2026-11-21T02:14:00.000Z", fields().at("since"));
    EXPECT_EQ("", look({finding(Reason::binding_mismatch)}, 5min));
    EXPECT_EQ("finding_cleared binding_mismatch", look({}, 10min));
    EXPECT_EQ("2026-11-21T02:14:00.000Z", fields().at("since")) << "how long it stood";
    EXPECT_EQ("", look({}, 15min));
    EXPECT_TRUE(draft.contents.reminders.empty());
}

TEST_F(ToldFindings, one_subject_is_not_another) {
    EXPECT_EQ("finding_raised binding_mismatch", look({finding(Reason::binding_mismatch)}));
    EXPECT_EQ("finding_cleared binding_mismatch, finding_raised binding_mismatch",
              look({finding(Reason::binding_mismatch, Severity::critical, "0.0.0.0:443")}));
}

/// DESIGN 2.5: reminders of standing findings after 1 h, 4 h, then daily.
TEST_F(ToldFindings, a_standing_one_is_reminded_of_after_one_hour_four_hours_then_daily) {
    std::vector<Duration> told;
    for (Duration at = 0s; at <= 80h; at += 5min) {
        if (look({finding(Reason::weak_key, Severity::warning)}, at).empty()) continue;
        told.push_back(at);
        EXPECT_EQ(at == 0s ? 0U : 1U, fields().count("repeated"));
    }
    EXPECT_EQ((std::vector<Duration>{0s, 1h, 5h, 29h, 53h, 77h}), told);
}

TEST_F(ToldFindings, a_clock_that_is_set_back_hurries_no_reminder_and_silences_none_for_ever) {
    EXPECT_NE("", look({finding(Reason::weak_key)}, 100h));
    EXPECT_EQ("", look({finding(Reason::weak_key)}, 100h - 30min));
    EXPECT_NE("", look({finding(Reason::weak_key)}, 0s));
}

TEST_F(ToldFindings, another_severity_is_told_at_once) {
    EXPECT_NE("", look({finding(Reason::sstp_uri_unhealthy, Severity::warning)}));
    EXPECT_EQ("finding_raised sstp_uri_unhealthy", look({finding(Reason::sstp_uri_unhealthy)}, 5s));
    EXPECT_EQ("critical", fields().at("severity"));
    EXPECT_EQ("2026-11-21T02:14:00.000Z", fields().at("since"));
    EXPECT_FALSE(fields().contains("repeated"));
}

/// servers.md row 45: one that is not installed is told once.
TEST_F(ToldFindings, information_and_a_missing_service_are_told_once) {
    const Findings standing{finding(Reason::successor_other_ca, Severity::information),
                            finding(Reason::service_missing, Severity::warning, "RasMan")};
    EXPECT_EQ("finding_raised successor_other_ca, finding_raised service_missing", look(standing));
    for (Duration at = 1h; at < 100h; at += 1h) EXPECT_EQ("", look(standing, at));
    EXPECT_EQ("finding_cleared successor_other_ca, finding_cleared service_missing", look({}, 100h));
}

/// Found live: a missing binding and a wrong hash, healed at once, left nothing but notices.
TEST_F(ToldFindings, what_is_healed_in_the_cycle_that_sees_it_is_raised_and_cleared_in_one_draft) {
    tell_findings(draft, {finding(Reason::binding_missing_ipv6), finding(Reason::hash_sha256_mismatch)}, {}, kNow);
    tell_findings(draft, {}, {}, kNow + 12s);
    EXPECT_EQ(
        "finding_raised binding_missing_ipv6, finding_raised hash_sha256_mismatch, finding_cleared binding_missing_ipv6, "
        "finding_cleared hash_sha256_mismatch",
        in_short(draft.events));
}

TEST_F(ToldFindings, what_could_not_be_seen_is_not_cleared) {
    const Finding unreadable = finding(Reason::state_unreadable, Severity::warning, "certificates");
    EXPECT_NE("", look({finding(Reason::certificate_expired), finding(Reason::policy_invalid, Severity::warning, "Group Policy\\Issuer")}));
    EXPECT_EQ("finding_cleared policy_invalid, finding_raised state_unreadable", look({unreadable}, 5min)) << "ours is known all the same";
    EXPECT_EQ(2U, draft.contents.open_findings.size());
    EXPECT_EQ("finding_cleared certificate_expired, finding_cleared state_unreadable", look({}, 10min));
}

/// One condition, one alert (found live: certificate_expiring and finding_raised in the same second).
TEST_F(ToldFindings, what_has_an_event_of_its_own_is_told_by_that_alone) {
    struct Row {
        Reason reason;
        const char* raised;
        const char* cleared;
    };
    for (const Row& row :
         {Row{Reason::certificate_expiring, "certificate_expiring certificate_expiring", "finding_cleared certificate_expiring"},
          Row{Reason::budget_exhausted, "budget_exhausted budget_exhausted", "budget_restored budget_exhausted"},
          Row{Reason::event_source_degraded, "event_source_degraded event_source_degraded", "event_source_restored event_source_degraded"},
          Row{Reason::heal_does_not_last, "heal_does_not_last heal_does_not_last", "heal_does_last heal_does_not_last"}}) {
        EXPECT_EQ(row.raised, look({finding(row.reason, Severity::warning)}));
        EXPECT_EQ(row.cleared, look({}));
    }
    for (const Finding& elsewhere :
         {finding(Reason::policy_invalid, Severity::warning, kPolicyFileSubject), finding(Reason::clock_not_believed)}) {
        EXPECT_EQ("", look({elsewhere})) << word(elsewhere.reason);
        EXPECT_EQ("", look({})) << word(elsewhere.reason);
    }
}

TEST_F(ToldFindings, a_boot_and_what_stands_below_its_cause_are_no_events_until_they_are_more_than_information) {
    for (const Reason echo :
         {Reason::service_starting, Reason::listener_unreachable_ipv4, Reason::binding_mismatch, Reason::hash_sha256_mismatch}) {
        EXPECT_EQ("", look({finding(echo, Severity::information)})) << word(echo);
        EXPECT_EQ("", look({})) << word(echo) << ": what was not told is not cleared";
    }
    const Reason probe = Reason::listener_unreachable_ipv4;
    EXPECT_EQ("", look({finding(probe, Severity::information)}));
    EXPECT_EQ("finding_raised listener_unreachable_ipv4", look({finding(probe, Severity::critical)}));
    EXPECT_EQ("", look({finding(probe, Severity::information)}, 2h)) << "it has a cause now";
    EXPECT_EQ("finding_cleared listener_unreachable_ipv4", look({}));
    EXPECT_NE("", look({finding(Reason::names_presumed, Severity::information)})) << "what is information by itself is told once";
}

TEST_F(ToldFindings, an_expiring_certificate_is_told_with_its_days_and_serial) {
    active = Certificate{};
    active->serial = "04A1B2";
    active->not_after = kNow + 9 * 24h + 5h;
    EXPECT_NE("", look({finding(Reason::certificate_expiring, Severity::warning)}));
    EXPECT_EQ("9", fields().at("days_left"));
    EXPECT_EQ("04A1B2", fields().at("certificate_serial"));
    EXPECT_EQ(to_rfc3339(active->not_after), fields().at("certificate_not_after"));
}

TEST_F(ToldFindings, other_words_alone_are_no_reason_to_write) {
    (void)look({finding(Reason::certificate_expiring, Severity::warning)});
    const RecordContents before = draft.contents;
    Finding tomorrow = finding(Reason::certificate_expiring, Severity::warning);
    tomorrow.explanation = "One day less.";
    (void)look({tomorrow}, 5min);
    EXPECT_EQ(before, draft.contents);
}

class ToldDecisions : public ToldFindings {
protected:
    std::string decided(const Decision& decision, Duration after = 0s) {
        draft.events.clear();
        tell_decision(draft, decision, kNow + after);
        return in_short(draft.events);
    }
};

TEST_F(ToldDecisions, a_refusal_is_told_when_it_comes_and_reminded_of_and_ends_silently) {
    const Refused refused{"no_fit_certificate", "There is none.", std::nullopt, false};
    EXPECT_EQ("heal_refused no_fit_certificate", decided(refused));
    EXPECT_EQ("", decided(refused, 59min));
    EXPECT_EQ("heal_refused no_fit_certificate", decided(refused, 1h));
    EXPECT_EQ("", decided(NothingToDo{}, 2h));
    EXPECT_EQ("heal_refused no_fit_certificate", decided(refused, 2h + 1s)) << "it comes anew";
}

TEST_F(ToldDecisions, waiting_is_no_refusal_and_says_until_when) {
    EXPECT_EQ("heal_deferred outside_window", decided(Refused{"outside_window", "At night.", kNow + 3h, true}));
    EXPECT_EQ("2026-11-21T05:14:00.000Z", fields().at("until"));
    EXPECT_EQ("heal_refused observe_mode", decided(Refused{"observe_mode", "Only looking.", std::nullopt, false}, 1min));
}

TEST_F(ToldDecisions, a_service_that_is_busy_is_told_when_it_stays_so_and_ends_silently) {
    const Refused window{"outside_window", "At night.", kNow + 3h, true};
    const Refused busy{"service_busy", "RemoteAccess runs, but accepts no stop just now.", kNow + 1min, true};
    EXPECT_EQ("heal_deferred outside_window", decided(window));
    EXPECT_EQ("", decided(busy, 1min));
    EXPECT_EQ("", decided(window, 2min)) << "it passed, and nothing else is new";
    EXPECT_EQ("", decided(busy, 3min));
    EXPECT_EQ("", decided(busy, 7min));
    EXPECT_EQ("heal_deferred service_busy", decided(busy, 8min));
    EXPECT_EQ("", decided(busy, 67min));
    EXPECT_EQ("heal_deferred service_busy", decided(busy, 68min)) << "an hour later, as all that stays";
    EXPECT_EQ("", decided(NothingToDo{}, 69min));
    EXPECT_EQ("", decided(busy, 70min)) << "it comes anew";
}

TEST_F(ToldDecisions, that_of_the_budget_is_the_findings_to_tell) {
    EXPECT_EQ("", decided(Refused{"budget_exhausted", "Eight of eight.", kNow + 3h, false}));
}

TEST_F(ToldDecisions, where_sstp_is_not_in_use_or_tls_ends_before_this_server_no_heal_is_refused) {
    EXPECT_EQ("", decided(Refused{"sstp_not_configured", "RRAS offers no SSTP.", std::nullopt, false}));
    EXPECT_EQ("", decided(Refused{"tls_offloaded", "UseHttps is 0.", std::nullopt, false}, 1h));
}

TEST_F(ToldDecisions, a_certificate_that_comes_into_force_is_told_whole_but_not_the_first_one_seen) {
    Certificate one;
    one.hash = *CertificateHash::parse(std::string(64, '1'));
    Certificate two = one;
    two.hash = *CertificateHash::parse(std::string(64, '2'));
    two.serial = "77";
    two.key_algorithm = KeyAlgorithm::rsa;
    two.key_bits = 2048;
    two.dns_names = {"vpn.example.com", "www.example.com"};
    for (const auto& seen : {std::optional<Certificate>{}, std::optional{one}, std::optional<Certificate>{}, std::optional{one}}) {
        tell_active_certificate(draft, seen, kNow);
    }
    EXPECT_TRUE(draft.events.empty());
    tell_active_certificate(draft, two, kNow);
    EXPECT_EQ("certificate_changed", in_short(draft.events));
    EXPECT_EQ(std::string(64, '1'), fields().at("previous_sha256"));
    EXPECT_EQ("77", fields().at("certificate_serial"));
    EXPECT_EQ("2048", fields().at("certificate_key_bits"));
    EXPECT_EQ("vpn.example.com,www.example.com", fields().at("certificate_dns_names"));
}

}  // namespace
}  // namespace sstp
