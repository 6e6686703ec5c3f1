#pragma once

#include "core/healing/heal_run.h"
#include "core/healing/proof.h"

#include <string>

namespace sstp {

inline constexpr std::uint32_t kMostRecoveries = 3;   ///< of one heal (DESIGN 2.5)

// How a heal ends, or is left. Each stores its end with the events that are still to be told.

/// Everything is as wanted; `seen.open`, if anything, is told with the success.
HealOutcome succeed(HealRun& run, const Judgement& seen);
/// Everything is as it was found. After a restart RRAS is given ready_within to come up, so that what is told is true.
HealOutcome close_undone(HealRun& run, const std::string& why);
/// Somebody's choice stands: nothing is restarted, nothing taken back.
HealOutcome overtaken(HealRun& run, const std::string& explanation);
/// The heal stays open for `recover`; `why` is OpenHeal::left_open. In a recovery it is closed instead, after a day, after the third
/// recovery, or when an administrator asked for a heal, unless a service that we stopped still hangs (DESIGN 2.5).
HealOutcome leave_open(HealRun& run, const std::string& why, const std::string& explanation);

}  // namespace sstp
