#include "core/watchdog/told.h"

#include "core/record/notes.h"

#include <fmt/format.h>
#include <fmt/ranges.h>

#include <algorithm>
#include <charconv>
#include <utility>

namespace sstp {

namespace {

using namespace std::chrono_literals;

/// How long after the n-th telling it is told again.
constexpr Duration kIntervals[] = {1h, 4h, 24h};

/// The name of the note about a finding.
std::string note_of(const Finding& finding) {
    std::string name = kNoteToldPrefix;
    name += word(finding.reason);
    name += '|';
    name += finding.subject;
    return name;
}

const Finding* same(const Findings& findings, const Finding& wanted) {
    const auto found = std::find_if(findings.begin(), findings.end(),
                                    [&](const Finding& each) { return each.reason == wanted.reason && each.subject == wanted.subject; });
    return found == findings.end() ? nullptr : &*found;
}

/// Findings of ours, not of the server: they are known whatever could be read there.
bool is_our_own(Reason reason) {
    return reason == Reason::policy_invalid || reason == Reason::budget_exhausted || reason == Reason::event_source_degraded ||
           reason == Reason::state_unreadable;
}

EventType type_when_raised(Reason reason) {
    if (reason == Reason::budget_exhausted) return EventType::budget_exhausted;
    if (reason == Reason::event_source_degraded) return EventType::event_source_degraded;
    return EventType::finding_raised;
}

EventType type_when_cleared(Reason reason) {
    if (reason == Reason::budget_exhausted) return EventType::budget_restored;
    if (reason == Reason::event_source_degraded) return EventType::event_source_restored;
    return EventType::finding_cleared;
}

bool same_but_for_words(const std::vector<const Finding*>& left, const Findings& right) {
    return left.size() == right.size() && std::equal(left.begin(), left.end(), right.begin(), [](const Finding* a, const Finding& b) {
               return a->reason == b.reason && a->severity == b.severity && a->subject == b.subject;
           });
}

/// Waiting is no refusal: the heal will come by itself.
bool is_only_deferred(const std::string& why) { return why == "outside_window" || why == "waiting_for_confirmation" || why == "cooldown"; }

std::int64_t number_behind(std::string_view text, char mark) {
    const auto at = text.rfind(mark);
    std::int64_t number = 0;
    if (at != std::string_view::npos) std::from_chars(text.data() + at + 1, text.data() + text.size(), number);
    return number;
}

}  // namespace

/// A note `what|count|milliseconds`: what was told, how often, and when last.
struct Telling::Repetition {
    std::string_view what;
    std::size_t count = 0;
    WallTime last{};

    /// `what` lies in `note`.
    static Repetition from(std::string_view note) {
        const auto last_bar = note.rfind('|');
        const auto first_bar = last_bar == std::string_view::npos || last_bar == 0 ? std::string_view::npos : note.rfind('|', last_bar - 1);
        if (first_bar == std::string_view::npos) return {};
        return {note.substr(0, first_bar), static_cast<std::size_t>(number_behind(note.substr(0, last_bar), '|')),
                WallTime{Duration{number_behind(note, '|')}}};
    }

    [[nodiscard]] std::string to_note() const { return fmt::format("{}|{}|{}", what, count, last.time_since_epoch().count()); }
};

/// What is not stored yet counts as told already.
const std::string* Telling::note(const std::string& name) const {
    if (const auto pending = update_.notes.find(name); pending != update_.notes.end()) {
        return pending->second ? &*pending->second : nullptr;
    }
    const auto found = before_.notes.find(name);
    return found == before_.notes.end() ? nullptr : &found->second;
}

bool Telling::due(const std::string& name, std::string_view what) {
    const std::string* told = note(name);
    Repetition repetition = told != nullptr ? Repetition::from(*told) : Repetition{};
    if (repetition.what == what) {
        const Duration interval = kIntervals[std::min(std::max<std::size_t>(repetition.count, 1), std::size(kIntervals)) - 1];
        const Duration since = now_ - repetition.last;
        if (since >= Duration{0} && since < interval) return false;
        if (since < Duration{0} && -since < interval) return false;   // the clock was set back a little
        ++repetition.count;
    } else {
        repetition = {what, 1, {}};
    }
    repetition.last = now_;
    update_.notes[name] = repetition.to_note();
    return true;
}

void Telling::tell(EventType type, std::string text, std::map<std::string, std::string> fields) {
    update_.events.push_back({0, type, now_, std::move(text), std::move(fields)});
}

void Telling::raised(const Finding& finding, const std::optional<Certificate>& current, bool again) {
    std::map<std::string, std::string> fields{
        {"reason", word(finding.reason)}, {"severity", word(finding.severity)}, {"subject", finding.subject}};
    if (current) {
        fields["certificate_sha256"] = current->hash.to_string();
        fields["certificate_not_after"] = to_rfc3339(current->not_after);
    }
    if (again) fields["repeated"] = "true";
    if (finding.reason == Reason::certificate_expiring) {
        if (current) fields["days_left"] = std::to_string(std::chrono::floor<std::chrono::days>(current->not_after - now_).count());
        tell(EventType::certificate_expiring, finding.explanation, fields);
        if (again) return;
    }
    tell(type_when_raised(finding.reason), finding.explanation, std::move(fields));
}

void Telling::cleared(const Finding& finding) {
    tell(type_when_cleared(finding.reason), fmt::format("No longer: {}", finding.explanation),
         {{"reason", word(finding.reason)}, {"severity", word(finding.severity)}, {"subject", finding.subject}});
    update_.notes[note_of(finding)] = std::nullopt;
}

void Telling::findings(const Findings& findings, const std::optional<Certificate>& current) {
    std::vector<const Finding*> open;
    const Findings& before = update_.open_findings ? *update_.open_findings : before_.open_findings;
    const bool blind = has(findings, Reason::state_unreadable);
    for (const Finding& old : before) {
        if (same(findings, old)) continue;
        if (blind && !is_our_own(old.reason)) {
            open.push_back(&old);
        } else {
            cleared(old);
        }
    }
    for (const Finding& finding : findings) {
        const Finding* old = same(before, finding);
        const bool again = old != nullptr && old->severity == finding.severity;
        if (due(note_of(finding), word(finding.severity))) raised(finding, current, again);
        open.push_back(&finding);
    }
    // The words of a finding change with each day that passes: that alone is no reason to write.
    if (same_but_for_words(open, before)) return;
    Findings changed;
    for (const Finding* each : open) changed.push_back(*each);
    update_.open_findings = std::move(changed);
}

void Telling::decision(const Decision& decision) {
    const auto* refused = std::get_if<Refused>(&decision);
    if (refused == nullptr) {
        if (note(kNoteRefusal) != nullptr) update_.notes[kNoteRefusal] = std::nullopt;
        return;
    }
    if (!due(kNoteRefusal, refused->why)) return;
    std::map<std::string, std::string> fields{{"reason", refused->why}};
    if (refused->until) fields["until"] = to_rfc3339(*refused->until);
    tell(is_only_deferred(refused->why) ? EventType::heal_deferred : EventType::heal_refused, refused->explanation, std::move(fields));
}

void Telling::kill_switch(bool set, const std::string& explanation) {
    const bool was_set = note(kNoteKillSwitch) != nullptr;
    if (set == was_set) return;
    update_.notes[kNoteKillSwitch] = set ? std::optional<std::string>{"set"} : std::nullopt;
    if (set) {
        tell(EventType::kill_switch_set, explanation + " Nothing is changed until it is gone.", {{"reason", "kill_switch"}});
    } else {
        tell(EventType::kill_switch_cleared, "The kill switch no longer holds changes back.", {{"reason", "kill_switch"}});
    }
}

void Telling::certificate(const std::optional<Certificate>& current) {
    if (!current) return;
    const std::string* noted = note(kNoteCurrentCertificate);
    const std::string hash = current->hash.to_string();
    if (noted != nullptr && *noted == hash) return;
    const std::optional<std::string> known = noted != nullptr ? std::optional{*noted} : std::nullopt;
    update_.notes[kNoteCurrentCertificate] = hash;
    if (!known) return;   // the first one seen is no change
    tell(EventType::certificate_changed,
         fmt::format("The certificate in force is now {}, until {}.", brief(*current), to_minute(current->not_after)),
         {{"certificate_sha256", hash},
          {"certificate_sha1", current->thumbprint.to_string()},
          {"previous_sha256", *known},
          {"certificate_subject", current->subject},
          {"certificate_issuer", current->issuer},
          {"certificate_dns_names", fmt::format("{}", fmt::join(current->dns_names, ","))},
          {"certificate_not_after", to_rfc3339(current->not_after)}});
}

}  // namespace sstp
