#pragma once

#include "core/healing/heal_run.h"

#include <string>
#include <vector>

namespace sstp {

/// What a restart stops and starts.
struct RestartScope {
    std::vector<std::string> stop_order;   ///< all that take part, dependants first; they start in the reverse order
    std::vector<std::string> ended;        ///< those of `stop_order` that do not run, because they ended with an error
};

/// What a restart of `services` has to stop, dependants first, and to start again. Nothing that an administrator stopped
/// is in it, but one of `services` that ended with an error is: RemoteAccess when it starts automatically (DESIGN 7.7).
/// Errors, all before anything was stopped: `busy` for a service that somebody else is stopping, `service_disabled` for one
/// that runs but could not be started again, and what a port could not read.
Result<RestartScope> what_to_restart(Ports& ports, const std::vector<std::string>& services);

/// Why services are stopped: a heal gives way to the kill switch and to our own stop between any two of them, and does not
/// touch a RemoteAccess that does not run; an undo goes on.
enum class StopPurpose : std::uint8_t { heal, undo };

/// Stops what the restart step at `index` says. The list of what to start again (`ran_before`) is durable before the first
/// service stops, and again before one that came up meanwhile does. Gives what to start, in order: that, and what had ended
/// by itself. On an error the phase tells whether anything was asked to stop (`intended`) or not (as it was before).
Result<std::vector<std::string>> stop_for_restart(HealRun& run, std::size_t index, StopPurpose purpose);

/// Starts those of `services` (in starting order) that do not run. Errors: the first that could not be started; the
/// others were tried all the same.
Result<void> start_in_order(HealRun& run, const std::vector<std::string>& services);

}  // namespace sstp
