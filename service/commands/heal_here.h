#pragma once

#include "service/commands/command_line.h"

namespace sstp {

/// One whole cycle with an administrator's leave in this process. Gives the exit code of `heal`.
int heal_here(const Environment& environment, bool ignore_window);

}  // namespace sstp
