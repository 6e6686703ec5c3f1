#pragma once

#include "core/healing/heal_run.h"

#include <functional>
#include <optional>
#include <string>
#include <vector>

namespace sstp {

/// Counts the sessions that end, commits the charge with all that is to be stopped, stops, starts, and stores what RRAS holds
/// then. `restart` and `then` give way to the kill switch between two stops and leave a RemoteAccess alone that somebody stopped;
/// `taking_back` and `recovery` go on. With the flag at 1 none stops an RRAS that would not start on the hashes that stand there by now
/// (Halt::changed_by_others). `before_start` runs between stop and start; what was deleted is taken to be put back there.
/// Nothing: RemoteAccess was started, or tried to; whether it runs is for the proof to see. Halts: nothing was restarted, or
/// a service hangs; what was stopped was started again as far as it could be.
std::optional<Halted> restart(HealRun& run, const std::vector<std::string>& services, ChargeKind kind,
                              const std::function<void()>& before_start = {});

/// `unit` has isHashConfiguredByAdmin = 1.
bool is_an_administrators(const Unit& unit);
/// What of the hashes in `unit` RRAS does not start on, with the event that says so (facts: rras-sstp sections 1 and 2); empty: nothing, as
/// far as the last look knows the store.
std::string why_rras_would_not_start(const HealRun& run, const Unit& unit);

/// Starts what this heal stopped and does not run (OpenHeal::to_start). Gives those that do not run yet; one that an
/// administrator has disabled or removed meanwhile is theirs and owed no longer. Never charged, never refused; one that failed is
/// tried again after 5 minutes, an hour, four hours, a day.
std::vector<std::string> start_owed(HealRun& run);

}  // namespace sstp
