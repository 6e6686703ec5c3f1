#include "core/healing/heal_run.h"

namespace sstp {

const Look& HealRun::look() {
    auto [state, assessment] = context.look(memory);
    last = Look{std::move(state), std::move(assessment)};
    // What RRAS holds outlives a crash of ours only if it is stored with the start that it belongs to.
    ledger.contents().held = memory.held;
    return *last;
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
