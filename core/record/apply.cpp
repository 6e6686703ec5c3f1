#include "core/record/apply.h"

#include "core/record/state_members.h"

#include <algorithm>

namespace sstp {

namespace {

bool begins_a_heal(const RecordContents& before, const RecordContents& after) {
    return after.open_heal && (!before.open_heal || before.open_heal->id != after.open_heal->id);
}

void prune(std::vector<BudgetCharge>& charges) {
    if (charges.size() > kMostCharges) charges.erase(charges.begin(), charges.end() - static_cast<std::ptrdiff_t>(kMostCharges));
}

void replace(RecordContents& contents, const RecordContents& by) {
    RecordContents after = by;
    after.last_sequence = contents.last_sequence;
    after.running = contents.running;
    after.written = contents.written;
    after.heal_count = std::max(after.heal_count, contents.heal_count);
    if (begins_a_heal(contents, after)) after.heal_count = contents.heal_count + 1;
    prune(after.charges);
    contents = std::move(after);
}

/// Charges that the draft pruned go, those that it added and those that somebody else did stay: none may be lost.
std::vector<BudgetCharge> rebased_charges(const RecordContents& draft, const RecordContents& base, const RecordContents& now) {
    const auto is_in = [](const std::vector<BudgetCharge>& charges, const BudgetCharge& one) {
        return std::find(charges.begin(), charges.end(), one) != charges.end();
    };
    std::vector<BudgetCharge> charges = now.charges;
    std::erase_if(charges, [&](const BudgetCharge& each) { return is_in(base.charges, each) && !is_in(draft.charges, each); });
    for (const BudgetCharge& each : draft.charges) {
        if (!is_in(base.charges, each) && !is_in(charges, each)) charges.push_back(each);
    }
    return charges;
}

}  // namespace

void apply(RecordContents& contents, const RecordUpdate& update, const std::optional<Moment>& now) {
    if (update.contents) replace(contents, *update.contents);
    contents.last_sequence += update.events.size();
    contents.written = update.written.value_or(contents.written + 1);
    if (!now) return;
    contents.running = {running_time(contents.running, now->monotonic), now->monotonic};
    contents.written_at = std::max(contents.written_at.value_or(now->wall), now->wall);
}

bool same_when_stored(const RecordContents& one, const RecordContents& other) {
    const auto members = state_members();
    return std::all_of(members.begin(), members.end(),
                       [&](const StateMember& member) { return member.moved_on_by_the_record || member.same(one, other); });
}

RecordContents rebased(const RecordContents& draft, const RecordContents& base, const RecordContents& now) {
    RecordContents result = now;
    for (const StateMember& member : state_members()) {
        if (!member.same(draft, base)) member.copy(draft, result);
    }
    result.charges = rebased_charges(draft, base, now);
    return result;
}

void number(std::span<JournalEvent> events, std::uint64_t last_sequence) {
    for (JournalEvent& event : events) event.sequence = ++last_sequence;
}

std::vector<JournalEvent> numbered(const std::vector<JournalEvent>& events, std::uint64_t last_sequence) {
    std::vector<JournalEvent> result = events;
    number(result, last_sequence);
    return result;
}

}  // namespace sstp
