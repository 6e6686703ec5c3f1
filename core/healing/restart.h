#pragma once

#include "core/healing/heal_run.h"

#include <functional>
#include <optional>
#include <string>
#include <vector>

namespace sstp {

/// What a restart stops and starts. Names as the SCM spells them.
struct RestartScope {
    std::vector<std::string> stops;    ///< running ones, dependants first; they start in the reverse order
    std::vector<std::string> ended;    ///< RemoteAccess when it ended with an error: it only starts (DESIGN 7.7)
    [[nodiscard]] bool has(const std::string& name) const;
};

/// What a restart of `services` has to stop and to start again, found by asking. Nothing that an administrator stopped is in
/// it. Services that are not installed are passed over. Errors, all before anything is stopped: `service_hung` for one in a
/// pending state, `dependents_running` for one that does not accept a stop, `service_disabled` for one that runs but could not be
/// started again, and what a port could not read.
Result<RestartScope> what_to_restart(Ports& ports, const std::vector<std::string>& services);

/// Counts the sessions that end, commits the charge with all that is to be stopped, stops, starts, and stores what RRAS holds
/// then. `restart` and `then` give way to the kill switch between two stops and leave a RemoteAccess alone that somebody stopped;
/// `taking_back` and `recovery` go on. `before_start` runs between stop and start.
/// Nothing: RemoteAccess was started, or tried to; whether it runs is for the proof to see. Halts: nothing was restarted, or
/// a service hangs; what was stopped was started again as far as it could be.
std::optional<Halted> restart(HealRun& run, const std::vector<std::string>& services, ChargeKind kind,
                              const std::function<void()>& before_start = {});

/// Starts what this heal stopped and does not run (OpenHeal::to_start). Gives those that do not run yet; one that an
/// administrator has disabled or removed meanwhile is theirs and owed no longer. Never charged, never refused; one that failed is
/// tried again after 5 minutes, an hour, four hours, a day.
std::vector<std::string> start_owed(HealRun& run);

/// Nothing of what this heal stopped is waited for: asks all of it that is stopped to start. Our own stop is under way.
void ask_owed_to_start(HealRun& run);

/// What runs is owed no longer: after a crash of ours somebody else started it, and whoever stops it now means it.
void forget_what_runs(HealRun& run);

}  // namespace sstp
