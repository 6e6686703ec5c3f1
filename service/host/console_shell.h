#pragma once

#include "service/host/watching.h"

namespace sstp {

/// Runs `context` in this console until Ctrl+C, Ctrl+Break, or the console is closed.
WatchEnd run_in_console(WatchContext context);

/// While it lives, Ctrl+C and its kin are a stop request. At most one at a time.
class ConsoleStop {
public:
    explicit ConsoleStop(StopRequest& stopping);
    ~ConsoleStop();
    ConsoleStop(const ConsoleStop&) = delete;
    ConsoleStop& operator=(const ConsoleStop&) = delete;
};

}  // namespace sstp
