#include "core/healing/heal_run.h"

#include <algorithm>

namespace sstp {

const Look& HealRun::look() {
    auto [state, assessment] = context.look(memory);
    last = Look{std::move(state), std::move(assessment)};
    // What RRAS holds outlives a crash of ours only if it is stored with the start that it belongs to.
    ledger.contents().held = memory.held;
    return *last;
}

bool HealRun::rras_holds(Unit unit) const {
    if (!memory.held) return false;
    const auto is_ours = [&](const FieldId& field) {
        const auto& changes = heal().changes;
        return std::any_of(changes.begin(), changes.end(),
                           [&](const RecordedChange& each) { return each.phase != ChangePhase::theirs && field_of(each.step) == field; });
    };
    HeldByRras held = *memory.held;
    if (!is_ours(SstpValue::sha256_certificate_hash)) held.sha256 = sha256_of(unit);
    if (!is_ours(SstpValue::sha1_certificate_hash)) held.sha1 = sha1_of(unit);
    std::erase_if(unit, [&](const auto& each) { return std::holds_alternative<Endpoint>(each.first) && !is_ours(each.first); });
    return holds(held, unit, reads_sha1);
}

std::optional<Halted> may_go_on(const HealRun& run) {
    if (run.stop_requested()) {
        return Halted{Halt::our_stop,
                      {ErrorKind::stopped, "go on with the heal", run.heal().id, 0, "the watchdog itself is being stopped"}};
    }
    if (!run.may_change()) {
        return Halted{Halt::kill_switch,
                      {ErrorKind::access_denied, "go on with the heal", run.heal().id, 0, "the mode or the kill switch says observe"}};
    }
    return std::nullopt;
}

}  // namespace sstp
