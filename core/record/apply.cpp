#include "core/record/apply.h"

#include <type_traits>
#include <utility>

namespace sstp {

namespace {

/// `Update` is a const reference, of which values are copied, or an rvalue, out of which they are moved.
template <class Update>
void apply_heal(RecordContents& contents, Update&& update) {
    if (update.close_heal) contents.open_heal.reset();
    if (!update.open_heal) return;
    if (!contents.open_heal || contents.open_heal->id != update.open_heal->id) ++contents.heal_count;
    contents.open_heal = std::forward<Update>(update).open_heal;
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
void apply_each(RecordContents& contents, Update&& update) {
    contents.last_sequence += update.events.size();
    apply_budget(contents, update);
    if (update.bookmark) contents.bookmark = std::forward<Update>(update).bookmark;
    if (update.known_good) contents.known_good = std::forward<Update>(update).known_good;
    if (update.last_good_policy) contents.last_good_policy = std::forward<Update>(update).last_good_policy;
    if (update.trouble_at) contents.trouble_at = *update.trouble_at;
    if (update.open_findings) contents.open_findings = *std::forward<Update>(update).open_findings;
    for (auto& [name, value] : update.notes) {
        if (!value) {
            contents.notes.erase(name);
        } else if constexpr (std::is_lvalue_reference_v<Update>) {
            contents.notes[name] = *value;
        } else {
            contents.notes[name] = *std::move(value);
        }
    }
    apply_heal(contents, std::forward<Update>(update));
}

}  // namespace

void apply(RecordContents& contents, const RecordUpdate& update) { apply_each(contents, update); }

void apply(RecordContents& contents, RecordUpdate&& update) { apply_each(contents, std::move(update)); }

void number(std::vector<JournalEvent>& events, std::uint64_t last_sequence) {
    for (JournalEvent& event : events) event.sequence = ++last_sequence;
}

std::vector<JournalEvent> numbered(const std::vector<JournalEvent>& events, std::uint64_t last_sequence) {
    std::vector<JournalEvent> result = events;
    number(result, last_sequence);
    return result;
}

}  // namespace sstp
