#pragma once

#include "core/healing/heal_run.h"
#include "core/healing/proof.h"
#include "core/model/heal_plan.h"

#include <optional>
#include <string>

namespace sstp {

/// Restarts `services`, having put back first what others deleted between our writes and the stop: RRAS reads the unit when it
/// starts, and then only.
std::optional<Halted> restart_on_whole_unit(HealRun& run, const std::vector<std::string>& services, ChargeKind kind);

/// Looks until ready, puts right what others break meanwhile, tries `then` once where the first restart did not suffice, and ends
/// the heal: kept, or taken back, or left open.
HealOutcome prove_and_end(HealRun& run, Patience patience);

/// The deadline has passed: kept if no family is lower than before, else taken back, else it stays.
HealOutcome end_not_ready(HealRun& run, const Judgement& seen);

}  // namespace sstp
