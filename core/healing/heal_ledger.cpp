#include "core/healing/heal_ledger.h"

#include <algorithm>
#include <utility>

namespace sstp {

void HealLedger::open(OpenHeal heal) {
    ++contents_.heal_count;
    contents_.open_heal = std::move(heal);
}

void HealLedger::tell(EventType type, std::string text, Fields fields) {
    fields.emplace("heal_id", heal().id);
    fields.emplace("reason", words(heal().cures));
    fields.emplace("certificate_sha256", heal().target.hash.to_string());
    untold_.push_back({0, type, ports_.clock.wall(), std::move(text), std::move(fields)});
}

void HealLedger::charge(ChargeKind kind) { contents_.charges.push_back({running(), ports_.clock.wall(), heal().id, kind}); }

void HealLedger::restamp_charge() {
    if (contents_.charges.empty() || contents_.charges.back().heal_id != heal().id) return;
    contents_.charges.back().at = running();
    contents_.charges.back().wall = ports_.clock.wall();
}

void HealLedger::take_back_charge() {
    if (!contents_.charges.empty() && contents_.charges.back().heal_id == heal().id) contents_.charges.pop_back();
}

bool HealLedger::charged(ChargeKind kind) const {
    return std::any_of(contents_.charges.begin(), contents_.charges.end(),
                       [&](const BudgetCharge& each) { return each.heal_id == heal().id && each.what == kind; });
}

Result<void> HealLedger::save() {
    RecordUpdate update;
    update.events = std::exchange(untold_, {});
    update.contents = contents_;
    const auto committed = ports_.record.commit(update);
    if (committed) {
        stored_ = contents_.open_heal;
        return {};
    }
    untold_ = std::move(update.events);
    return committed.error();
}

Result<void> HealLedger::close(HealResult result, const std::string& explanation) {
    const auto open = std::exchange(contents_.open_heal, std::nullopt);
    if (open && result == HealResult::incomplete) contents_.incomplete = IncompleteHeal{open->id, open->target.hash, open->before};
    const auto owed = std::exchange(contents_.owed_starts, open ? open->to_start : std::vector<std::string>{});
    ++contents_.heals.total[word(result)];
    contents_.heals.last_at = ports_.clock.wall();
    contents_.heals.last_result = word(result);
    contents_.heals.last_text = explanation;
    auto saved = save();
    if (saved) return saved;
    contents_.open_heal = open;   // the rest is what a later process loads, which counts it when it closes it
    contents_.owed_starts = owed;
    return saved;
}

Result<void> HealLedger::leave_open(const std::string& why) {
    heal().left_open = why;
    if (untold_.empty() && stored_ == contents_.open_heal) return {};
    return save();
}

}  // namespace sstp
