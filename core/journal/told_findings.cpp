// Findings, refusals and the certificate in force, as events.

#include "core/diagnosis/assess.h"
#include "core/journal/certificate_fields.h"
#include "core/journal/reminders.h"
#include "core/journal/told.h"

#include <fmt/format.h>

#include <algorithm>
#include <array>

namespace sstp {

namespace {

using Fields = std::map<std::string, std::string>;

constexpr char kRefusal[] = "refusal";
constexpr char kBusy[] = "refusal|service_busy";
constexpr Duration kBusyForLong = std::chrono::minutes{5};

const Finding* same(const Findings& findings, const Finding& wanted) {
    const auto found = std::find_if(findings.begin(), findings.end(),
                                    [&](const Finding& each) { return each.reason == wanted.reason && each.subject == wanted.subject; });
    return found == findings.end() ? nullptr : &*found;
}

/// Findings of ours, not of the server: they are known whatever could be read there.
bool is_our_own(Reason reason) {
    switch (reason) {
        case Reason::policy_invalid:
        case Reason::kill_switch_invalid:
        case Reason::budget_exhausted:
        case Reason::event_source_degraded:
        case Reason::clock_not_believed:
        case Reason::record_unwritable:
        case Reason::client_certificate_unfit:
        case Reason::heal_incomplete:
        case Reason::heal_does_not_last:
        case Reason::no_client_since_heal:
        case Reason::state_unreadable: return true;
        default: return false;
    }
}

/// The policy file and the clock are told by tell_policy_rejected and tell_clock: one condition is one alert.
bool is_told_elsewhere(const Finding& finding) {
    return finding.reason == Reason::clock_not_believed ||
           (finding.reason == Reason::policy_invalid && finding.subject == kPolicyFileSubject);
}

/// As information these stand below their cause, or pass by themselves: a service that starts, what is not confirmed yet. A boot is no
/// event.
bool is_echo(const Finding& finding) {
    if (finding.severity != Severity::information) return false;
    switch (finding.reason) {
        case Reason::service_starting:
        case Reason::binding_missing_ipv4:
        case Reason::binding_missing_ipv6:
        case Reason::binding_mismatch:
        case Reason::hash_sha256_missing:
        case Reason::hash_sha256_malformed:
        case Reason::hash_sha256_mismatch: return true;
        default: return is_symptom(finding.reason);
    }
}

/// What is only information, and a service that the policy names and this server lacks, is told once (servers.md row 45).
Telling telling_of(const Finding& finding) {
    return finding.severity == Severity::information || finding.reason == Reason::service_missing ? Telling::once : Telling::reminded;
}

/// An event of its own takes the place of finding_raised: one condition is one alert.
EventType type_when_raised(Reason reason) {
    switch (reason) {
        case Reason::budget_exhausted: return EventType::budget_exhausted;
        case Reason::event_source_degraded: return EventType::event_source_degraded;
        case Reason::heal_does_not_last: return EventType::heal_does_not_last;
        case Reason::certificate_expiring: return EventType::certificate_expiring;
        default: return EventType::finding_raised;
    }
}

EventType type_when_cleared(Reason reason) {
    switch (reason) {
        case Reason::budget_exhausted: return EventType::budget_restored;
        case Reason::event_source_degraded: return EventType::event_source_restored;
        case Reason::heal_does_not_last: return EventType::heal_does_last;
        default: return EventType::finding_cleared;
    }
}

Fields fields_of(const JournalDraft& draft, const Finding& finding) {
    Fields fields{{"reason", word(finding.reason)}, {"severity", word(finding.severity)}, {"subject", finding.subject}};
    add_since(fields, draft, reminder_key(finding));
    return fields;
}

void raise(JournalDraft& draft, const Finding& finding, const std::optional<Certificate>& active, WallTime now) {
    Fields fields = fields_of(draft, finding);
    const bool expires = finding.reason == Reason::certificate_expiring;
    if (active) add_validity(fields, *active);
    if (active && expires) fields["days_left"] = std::to_string(std::chrono::floor<std::chrono::days>(active->not_after - now).count());
    draft.tell(type_when_raised(finding.reason), now, finding.explanation, std::move(fields));
}

void clear(JournalDraft& draft, const Finding& finding, WallTime now) {
    if (is_told_elsewhere(finding)) return;
    Fields fields = fields_of(draft, finding);
    fields.erase("repeated");
    if (!forget(draft, reminder_key(finding))) return;
    draft.tell(type_when_cleared(finding.reason), now, fmt::format("No longer: {}", finding.explanation), std::move(fields));
}

bool same_but_for_words(const Findings& left, const Findings& right) {
    return std::equal(left.begin(), left.end(), right.begin(), right.end(), [](const Finding& a, const Finding& b) {
        return a.reason == b.reason && a.severity == b.severity && a.subject == b.subject;
    });
}

/// That the budget is exhausted is told as that; that a service starts passes, or becomes a finding. Where SSTP is not in use, or TLS ends
/// before this server, there is nothing that a heal could be refused for (DESIGN 2.1: information, nothing else).
bool is_told_as_a_finding(const Refused& refused) {
    constexpr std::array kTold{Reason::budget_exhausted, Reason::service_starting, Reason::tls_offloaded, Reason::sstp_not_configured};
    return std::any_of(kTold.begin(), kTold.end(), [&](Reason each) { return refused.why == word(each); });
}

/// A pending state passes, or becomes a finding; RemoteAccess that accepts no stop may stay so.
bool is_told_when_it_lasts(const Refused& refused) { return refused.why == "service_busy" && refused.only_deferred; }

bool is_refusal_due(JournalDraft& draft, const Refused& refused, WallTime now) {
    if (is_told_when_it_lasts(refused)) return is_due_once_it_lasts(draft, kBusy, refused.why, kBusyForLong, now);
    forget(draft, kBusy);
    return is_due(draft, kRefusal, refused.why, Telling::reminded, now);
}

}  // namespace

void tell_findings(JournalDraft& draft, const Findings& findings, const std::optional<Certificate>& active, WallTime now) {
    const Findings before = draft.contents.open_findings;
    const bool blind = has(findings, Reason::state_unreadable);
    Findings open;
    for (const Finding& old : before) {
        if (same(findings, old)) continue;
        if (blind && !is_our_own(old.reason)) {
            open.push_back(old);
        } else {
            clear(draft, old, now);
        }
    }
    for (const Finding& finding : findings) {
        if (!is_told_elsewhere(finding) && !is_echo(finding) &&
            is_due(draft, reminder_key(finding), word(finding.severity), telling_of(finding), now)) {
            raise(draft, finding, active, now);
        }
        open.push_back(finding);
    }
    // The words of a finding change with each day that passes: that alone is no reason to write.
    if (!same_but_for_words(open, before)) draft.contents.open_findings = std::move(open);
}

void tell_decision(JournalDraft& draft, const Decision& decision, WallTime now) {
    const auto* refused = std::get_if<Refused>(&decision);
    if (refused == nullptr || is_told_as_a_finding(*refused)) {
        forget(draft, kRefusal);
        forget(draft, kBusy);
        return;
    }
    if (!is_refusal_due(draft, *refused, now)) return;
    Fields fields{{"reason", refused->why}};
    if (refused->until) fields["until"] = to_rfc3339(*refused->until);
    draft.tell(refused->only_deferred ? EventType::heal_deferred : EventType::heal_refused, now, refused->explanation, std::move(fields));
}

void tell_active_certificate(JournalDraft& draft, const std::optional<Certificate>& active, WallTime now) {
    if (!active || draft.contents.active_told == active->hash) return;
    const auto known = draft.contents.active_told;
    draft.contents.active_told = active->hash;
    if (!known) return;   // the first one seen is no change
    Fields fields{{"previous_sha256", known->to_string()}};
    add_certificate(fields, *active);
    draft.tell(EventType::certificate_changed, now,
               fmt::format("The certificate in force is now {}, until {}.", brief(*active), to_minute(active->not_after)),
               std::move(fields));
}

}  // namespace sstp
