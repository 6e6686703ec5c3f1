#pragma once

#include "core/watchdog/wake_inbox.h"
#include "core/watchdog/watchdog.h"

#include <functional>

namespace sstp {

/// Runs `cycle` for the service's start and then for each wake, until `inbox` is stopped. `enter` is called before each
/// cycle, with its wakes, and answers false when there is to be none; `leave` after it, with what the cycle found.
void watch_loop(Watchdog& watchdog, WakeInbox& inbox, const std::function<bool(const Wakes&)>& enter,
                const std::function<void(const CycleReport&)>& leave);

}  // namespace sstp
