#include "core/record/apply.h"

#include <utility>

namespace sstp {

namespace {

/// `Update`: RecordUpdate, out of which values are moved, or const RecordUpdate, of which `std::move` makes copies.
template <class Update>
void apply_heal(RecordContents& contents, Update& update) {
    if (update.close_heal) contents.open_heal.reset();
    if (!update.open_heal) return;
    if (!contents.open_heal || contents.open_heal->id != update.open_heal->id) ++contents.heal_count;
    contents.open_heal = std::move(update.open_heal);
}

void apply_budget(RecordContents& contents, const RecordUpdate& update) {
    if (update.kept_charges) contents.charges = *update.kept_charges;
    contents.charges.insert(contents.charges.end(), update.charges.begin(), update.charges.end());
    if (contents.charges.size() > kMostCharges) {
        contents.charges.erase(contents.charges.begin(), contents.charges.end() - static_cast<std::ptrdiff_t>(kMostCharges));
    }
    if (update.budget_unreadable) contents.budget_unreadable = *update.budget_unreadable;
}

template <class Update>
void apply_each(RecordContents& contents, Update& update) {
    contents.last_sequence += update.events.size();
    apply_budget(contents, update);
    if (update.bookmark) contents.bookmark = std::move(update.bookmark);
    if (update.known_good) contents.known_good = std::move(update.known_good);
    if (update.last_good_policy) contents.last_good_policy = std::move(update.last_good_policy);
    if (update.trouble_at) contents.trouble_at = *update.trouble_at;
    if (update.open_findings) contents.open_findings = *std::move(update.open_findings);
    for (auto& [name, value] : update.notes) {
        if (value) {
            contents.notes[name] = *std::move(value);
        } else {
            contents.notes.erase(name);
        }
    }
    apply_heal(contents, update);
}

}  // namespace

void apply(RecordContents& contents, const RecordUpdate& update) { apply_each(contents, update); }

void apply(RecordContents& contents, RecordUpdate&& update) { apply_each(contents, update); }

void number(std::span<JournalEvent> events, std::uint64_t last_sequence) {
    for (JournalEvent& event : events) event.sequence = ++last_sequence;
}

std::vector<JournalEvent> numbered(const std::vector<JournalEvent>& events, std::uint64_t last_sequence) {
    std::vector<JournalEvent> result = events;
    number(result, last_sequence);
    return result;
}

}  // namespace sstp
