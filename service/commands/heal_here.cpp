#include "service/commands/heal_here.h"

#include "service/commands/console.h"
#include "service/commands/heal_outcome.h"
#include "service/commands/looking.h"
#include "service/commands/running_service.h"
#include "service/host/console_shell.h"
#include "service/host/heal_lock.h"
#include "service/windows/data_folder.h"
#include "service/windows/windows_machine.h"

#include <fmt/format.h>

namespace sstp {

namespace {

/// Long enough for an ordinary cycle of the service to end; a heal of it takes longer, and is the heal that was wanted.
constexpr Duration kCycleOfService = std::chrono::seconds{60};

bool take_lock(HealLock& lock, const StopSignal& stop) {
    switch (lock.acquire(stop, kCycleOfService)) {
        case HealLock::Answer::held: return true;
        case HealLock::Answer::stopped: complain("stopped before anything was changed", 1); return false;
        case HealLock::Answer::busy:
            complain("another process is healing this server right now: sstp-watchdog status shows how it ends", 1);
            return false;
    }
    return false;
}

}  // namespace

int heal_here(const Environment& environment, bool ignore_window) {
    if (const auto prepared = prepare_data_folder(environment.places.data_folder); !prepared)
        return complain(prepared.error().message(), 1);
    StopRequest stopping;
    const ConsoleStop console{stopping};
    HealLock lock;
    if (lock.squatted()) complain("another account made the mutex Global\\SstpWatchdog-heal; it is ignored", 0);
    if (!take_lock(lock, stopping.signal)) return 1;

    const auto assembled =
        environment.assemble({environment.places, Errand::heal, stopping.signal, {}, [](const std::string& text) { complain(text, 0); }});
    if (!assembled) return complain(assembled.error().message(), 1);
    WatchdogOptions options = options_of(environment);
    options.user = account_of_this_process();
    // Without a service nobody else keeps the status; with one it is the service's, and tells of the service's cycles.
    options.writes_status = service_condition() != ServiceCondition::running;
    options.on_progress = [](const std::string& text) { print_text(fmt::format("  {}\n", text)); };
    Watchdog watchdog{(*assembled)->ports(), options};
    watchdog.start();
    const CycleReport report = watchdog.cycle({ignore_window ? Wake::administrator_heal_ignoring_window : Wake::administrator_heal});
    watchdog.stop(StopReason::heal_done);
    return tell_heal_outcome(glance_of(report));
}

}  // namespace sstp
