#pragma once

#include "core/watchdog/watchdog.h"
#include "service/commands/command_line.h"

#include <string>

namespace sstp {

/// One look at the server by a process that writes nothing, for `check` and `plan`.
struct OneLook {
    CycleReport report;
    Policy policy;
    WatchdogOptions options;
    std::string nobody_heals;   ///< why nobody will run the plan, although it may be run; empty when the service does
};
/// Errors: the process could not be assembled.
Result<OneLook> look_once(const Environment& environment);

/// Options of a command that leaves no trace in the data folder.
WatchdogOptions options_of(const Environment& environment);

}  // namespace sstp
