#pragma once

#include "core/healing/heal_run.h"

#include <optional>
#include <string>
#include <vector>

namespace sstp {

/// How stopping several services went.
struct Stopping {
    bool accepted = false;  ///< some service accepted a control of ours, as its state shows, or was sent one and did not answer
    std::optional<Halted> halted;
    bool reported = false;  ///< the SCM reported a stop as done, whatever its state shows since
};

/// Stops `order` one after the other, dependants first; dependants that came up meanwhile are taken into what is owed a start, durably, and
/// stopped too. `gives_way`: asks before each stop whether the kill switch or our own stop says no. A service that somebody else
/// stopped meanwhile is owed no start. Success of a call is not yet a state, nor is an error: what the SCM says afterwards counts.
Stopping stop_in_order(HealRun& run, std::vector<std::string> order, bool gives_way);

/// Starts `names` in order; those that run are owed no longer, nor is one that an administrator disabled or removed meanwhile. Each
/// that does not run is told. Gives the first that is not to go on with: our own stop, a service that hangs.
std::optional<Halted> start_in_order(HealRun& run, const std::vector<std::string>& names);

/// Nothing of what this heal stopped is waited for: asks all of it that is stopped to start. Our own stop is under way.
void ask_owed_to_start(HealRun& run);

/// What runs is owed no longer: after a crash of ours somebody else started it, and whoever stops it now means it.
void forget_what_runs(HealRun& run);

/// The SCM says so; one that cannot be asked is not taken for stopped.
bool remote_access_is_stopped(HealRun& run);

/// What an error of a service's control means for the heal.
Halted halted_by(const Error& error);

}  // namespace sstp
