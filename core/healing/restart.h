#pragma once

#include "core/healing/heal_run.h"

#include <string>
#include <vector>

namespace sstp {

/// Services in the order in which they are to stop; they start in the reverse order.
using StopOrder = std::vector<std::string>;

/// What a restart of `services` has to stop, dependants first, and to start again. Nothing that an administrator stopped
/// is in it, except RemoteAccess when it ended with an error and starts automatically (DESIGN 7.7).
/// Errors, all before anything was stopped: `busy` for a service that somebody else is stopping, `service_disabled` for one
/// that runs but could not be started again, and what a port could not read.
Result<StopOrder> what_to_restart(Ports& ports, const std::vector<std::string>& services);

/// Why services are stopped: a heal gives way to the kill switch and to our own stop between any two of them, and does not
/// touch a RemoteAccess that does not run; an undo goes on.
enum class StopPurpose : std::uint8_t { heal, undo };

/// Stops what the restart step at `index` says. The list of what to start again (`ran_before`) is durable before the first
/// service stops, and again before one that came up meanwhile does. On an error the phase tells whether anything was asked
/// to stop (`intended`) or not (as it was before).
Result<void> stop_for_restart(HealRun& run, std::size_t index, StopPurpose purpose);

/// Starts those of `services` (in starting order) that do not run. Errors: the first that could not be started; the
/// others were tried all the same.
Result<void> start_in_order(HealRun& run, const std::vector<std::string>& services);

}  // namespace sstp
