#include "core/record/unsaved.h"

#include "core/record/state_members.h"

#include <algorithm>

namespace sstp {

namespace {

constexpr char kOvertaken[] = "overtaken";

}  // namespace

Result<void> take_changes(const std::map<std::string, std::string>& changed, RecordContents& contents) {
    for (const auto& [name, value] : changed) {
        const StateMember* member = state_member(name);
        if (member == nullptr) continue;
        if (auto taken = member->from_json(value, contents); !taken) return taken;
    }
    return {};
}

void put_on_top_of(const RecordContents& stored, const std::set<std::string>& changed, RecordContents& unseen) {
    // A record that begins with nothing has a running time of 0 at the boot.
    const auto shift = [&stored](RunningTime& time) { time = running_time(stored.running, MonotonicTime{time.total}); };
    // An earlier process may have known what is stored, and have left it in the file with more.
    std::erase_if(unseen.charges, [&stored](const BudgetCharge& each) {
        return std::find(stored.charges.begin(), stored.charges.end(), each) != stored.charges.end();
    });
    for (BudgetCharge& each : unseen.charges) shift(each.at);
    for (Cure& each : unseen.cures) shift(each.at);
    for (PutBack& each : unseen.put_backs) shift(each.last);
    for (Attempts& each : unseen.attempts) shift(each.last);
    if (unseen.open_heal) shift(unseen.open_heal->began_running);
    if (changed.contains("charges")) unseen.charges.insert(unseen.charges.begin(), stored.charges.begin(), stored.charges.end());
    if (changed.contains("heal_count")) unseen.heal_count += stored.heal_count;
}

JournalEvent overtaken(const std::string& heal_id, WallTime when) {
    return {0,
            EventType::recovered_after_crash,
            when,
            "A heal was open in the state database while that could not be read, and another was begun meanwhile. What the first had "
            "changed was not taken back: the other looked at everything anew.",
            {{"heal_id", heal_id}, {"outcome", kOvertaken}}};
}

bool tells_of_overtaken_heal(const std::vector<JournalEvent>& events) {
    if (events.empty() || events.front().type != EventType::recovered_after_crash) return false;
    const auto outcome = events.front().fields.find("outcome");
    return outcome != events.front().fields.end() && outcome->second == kOvertaken;
}

}  // namespace sstp
