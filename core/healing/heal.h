#pragma once

#include "core/decision/heal_plan.h"
#include "core/diagnosis/diagnose.h"
#include "core/policy/policy.h"
#include "core/ports/ports.h"

#include <functional>
#include <optional>
#include <string>

namespace sstp {

enum class HealResult : std::uint8_t {
    succeeded,        ///< verified by a fresh look and both listeners
    undone,           ///< something failed; everything is as it was
    undo_incomplete,  ///< something failed and so did an undo step: it is retried at every cycle and start until done
    not_begun,        ///< the intent could not be made durable, the kill switch was set or our stop requested before the first step
};
const char* word(HealResult result) noexcept;

struct HealOutcome {
    HealResult result = HealResult::not_begun;
    std::string heal_id;
    std::string explanation;              ///< for a person: what failed, or what proves it healthy
    std::uint32_t restarts = 0;
    std::optional<ServerState> verified;  ///< the fresh look behind `succeeded`
};

/// Runs a plan: per step kill switch, durable intent with undo value, act, read back, settle; then verification with
/// at most `restart.attempts` restarts; any failure undoes in reverse. Every intent and outcome is journalled.
/// `on_progress` (may be empty) is told a line for each step, for consoles and SCM checkpoints.
HealOutcome run_heal(Ports& ports, const Policy& policy, const Memory& memory, const HealPlan& plan,
                     const std::function<void(const std::string&)>& on_progress);

/// Finishes what a dead process began: proves the open heal healthy and closes it, or undoes it (promise undo).
/// Nothing when there was none. Runs before the first cycle, and again in each while an undo is incomplete.
std::optional<HealOutcome> recover(Ports& ports, const Policy& policy, const Memory& memory,
                                   const std::function<void(const std::string&)>& on_progress);

}  // namespace sstp
