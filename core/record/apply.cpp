#include "core/record/apply.h"

namespace sstp {

namespace {

void apply_heal(RecordContents& contents, const RecordUpdate& update) {
    if (update.close_heal) contents.open_heal.reset();
    if (!update.open_heal) return;
    if (!contents.open_heal || contents.open_heal->id != update.open_heal->id) ++contents.heal_count;
    contents.open_heal = update.open_heal;
}

void apply_budget(RecordContents& contents, const RecordUpdate& update) {
    if (update.kept_charges) contents.charges = *update.kept_charges;
    contents.charges.insert(contents.charges.end(), update.charges.begin(), update.charges.end());
    if (contents.charges.size() > kMostCharges) {
        contents.charges.erase(contents.charges.begin(), contents.charges.end() - static_cast<std::ptrdiff_t>(kMostCharges));
    }
    if (update.budget_unreadable) contents.budget_unreadable = *update.budget_unreadable;
}

}  // namespace

void apply(RecordContents& contents, const RecordUpdate& update) {
    contents.last_sequence += update.events.size();
    if (update.bookmark) contents.bookmark = update.bookmark;
    apply_heal(contents, update);
    apply_budget(contents, update);
    if (update.known_good) contents.known_good = update.known_good;
    if (update.last_good_policy) contents.last_good_policy = update.last_good_policy;
    if (update.trouble_at) contents.trouble_at = *update.trouble_at;
    if (update.open_findings) contents.open_findings = *update.open_findings;
    for (const auto& [name, value] : update.notes) {
        if (value) {
            contents.notes[name] = *value;
        } else {
            contents.notes.erase(name);
        }
    }
}

std::vector<JournalEvent> numbered(const std::vector<JournalEvent>& events, std::uint64_t last_sequence) {
    std::vector<JournalEvent> result = events;
    for (JournalEvent& event : result) event.sequence = ++last_sequence;
    return result;
}

}  // namespace sstp
