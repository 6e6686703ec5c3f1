#pragma once

#include "service/commands/command_line.h"

namespace sstp {

/// Asks the running service to heal, prints what it does as its journal grows, and waits for the cycle that did it.
/// Gives the exit code of `heal`.
int heal_by_service(const Environment& environment, bool ignore_window);

}  // namespace sstp
