#pragma once

#include "core/healing/heal_ledger.h"

#include <functional>
#include <string>

namespace sstp {

using Progress = std::function<void(const std::string&)>;

/// What the parts of one heal share while it runs.
struct HealRun {
    Ports& ports;
    const Policy& policy;
    const Memory& memory;
    HealLedger& ledger;
    const Progress& on_progress;
    std::uint32_t restarts = 0;   ///< of this heal, by this process

    void say(const std::string& line) const {
        if (on_progress) on_progress(line);
    }
    [[nodiscard]] bool stop_requested() const { return !ports.clock.pause(Duration{0}); }
};

/// Asked before every change: is the kill switch clear and nobody telling us to stop? Errors: `stopped` for our own stop,
/// `access_denied` for the kill switch.
Result<void> may_change(const HealRun& run);

/// Does the step at `index` of the open heal: durable intent, act, read back, settle. Errors: the undo has to look.
Result<void> do_step(HealRun& run, std::size_t index);

/// Appends one more restart of the policy's services to the open heal. `charged` as: "restart", "undo", "recovery"; nothing
/// when the heal's own charge covers it. Gives the step's index; the charge becomes durable with the step's intent.
std::size_t append_restart(HealRun& run, const char* charged);

}  // namespace sstp
