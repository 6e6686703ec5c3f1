// Findings, refusals and the certificate in force, as events.

#include "core/journal/told.h"
#include "core/model/schedule.h"

#include <fmt/format.h>
#include <fmt/ranges.h>

namespace sstp {

namespace {

constexpr char kRefusal[] = "refusal";

std::string key_of(const Finding& finding) { return std::string{word(finding.reason)} + '|' + finding.subject; }

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
        case Reason::state_unreadable: return true;
        default: return false;
    }
}

/// Told by an event of their own, in pairs: no finding_raised besides (one condition, one alert).
bool has_an_event_of_its_own(Reason reason) {
    return reason == Reason::policy_invalid || reason == Reason::clock_not_believed;
}

EventType type_when_raised(Reason reason) {
    if (reason == Reason::budget_exhausted) return EventType::budget_exhausted;
    if (reason == Reason::event_source_degraded) return EventType::event_source_degraded;
    if (reason == Reason::heal_does_not_last) return EventType::heal_does_not_last;
    if (reason == Reason::certificate_expiring) return EventType::certificate_expiring;
    return EventType::finding_raised;
}

EventType type_when_cleared(Reason reason) {
    if (reason == Reason::budget_exhausted) return EventType::budget_restored;
    if (reason == Reason::event_source_degraded) return EventType::event_source_restored;
    if (reason == Reason::heal_does_not_last) return EventType::heal_does_last;
    return EventType::finding_cleared;
}

/// Is it time to tell it again? Remembers that it was. The wall clock may have been set back a little.
bool is_due(JournalDraft& draft, const std::string& key, std::string_view what, WallTime now) {
    Reminder& reminder = draft.contents.reminders[key];
    if (reminder.what == what) {
        const Duration since = now - reminder.last;
        const Duration wait = kReminderSchedule.after(reminder.times);
        if (since < wait && since > -wait) return false;
        ++reminder.times;
    } else {
        reminder = {std::string{what}, 1, now, now};
    }
    reminder.last = now;
    return true;
}

void raise(JournalDraft& draft, const Finding& finding, const std::optional<Certificate>& active, bool again, WallTime now) {
    std::map<std::string, std::string> fields{
        {"reason", word(finding.reason)}, {"severity", word(finding.severity)}, {"subject", finding.subject}};
    if (active) {
        fields["certificate_sha256"] = active->hash.to_string();
        fields["certificate_not_after"] = to_rfc3339(active->not_after);
    }
    if (again) fields["repeated"] = "true";
    if (finding.reason == Reason::certificate_expiring && active) {
        fields["days_left"] = std::to_string(std::chrono::floor<std::chrono::days>(active->not_after - now).count());
    }
    draft.tell(type_when_raised(finding.reason), now, finding.explanation, std::move(fields));
}

void clear(JournalDraft& draft, const Finding& finding, WallTime now) {
    draft.contents.reminders.erase(key_of(finding));
    if (has_an_event_of_its_own(finding.reason)) return;
    draft.tell(type_when_cleared(finding.reason), now, fmt::format("No longer: {}", finding.explanation),
               {{"reason", word(finding.reason)}, {"severity", word(finding.severity)}, {"subject", finding.subject}});
}

bool same_but_for_words(const Findings& left, const Findings& right) {
    return std::equal(left.begin(), left.end(), right.begin(), right.end(), [](const Finding& a, const Finding& b) {
        return a.reason == b.reason && a.severity == b.severity && a.subject == b.subject;
    });
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
        const Finding* old = same(before, finding);
        const bool again = old != nullptr && old->severity == finding.severity;
        if (!has_an_event_of_its_own(finding.reason) && is_due(draft, key_of(finding), word(finding.severity), now)) {
            raise(draft, finding, active, again, now);
        }
        open.push_back(finding);
    }
    // The words of a finding change with each day that passes: that alone is no reason to write.
    if (!same_but_for_words(open, before)) draft.contents.open_findings = std::move(open);
}

void tell_decision(JournalDraft& draft, const Decision& decision, WallTime now) {
    const auto* refused = std::get_if<Refused>(&decision);
    if (refused == nullptr) {
        draft.contents.reminders.erase(kRefusal);
        return;
    }
    if (!is_due(draft, kRefusal, refused->why, now)) return;
    std::map<std::string, std::string> fields{{"reason", refused->why}};
    if (refused->until) fields["until"] = to_rfc3339(*refused->until);
    draft.tell(refused->only_deferred ? EventType::heal_deferred : EventType::heal_refused, now, refused->explanation, std::move(fields));
}

void tell_active_certificate(JournalDraft& draft, const std::optional<Certificate>& active, WallTime now) {
    if (!active || draft.contents.active_told == active->hash) return;
    const auto known = draft.contents.active_told;
    draft.contents.active_told = active->hash;
    if (!known) return;   // the first one seen is no change
    draft.tell(EventType::certificate_changed, now,
               fmt::format("The certificate in force is now {}, until {}.", brief(*active), to_minute(active->not_after)),
               {{"certificate_sha256", active->hash.to_string()},
                {"certificate_sha1", active->thumbprint.to_string()},
                {"previous_sha256", known->to_string()},
                {"certificate_subject", active->subject},
                {"certificate_issuer", active->issuer},
                {"certificate_dns_names", fmt::format("{}", fmt::join(active->dns_names, ","))},
                {"certificate_not_after", to_rfc3339(active->not_after)}});
}

}  // namespace sstp
