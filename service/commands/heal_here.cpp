#include "service/commands/heal_here.h"

#include "core/report/render_text.h"
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
constexpr int kRefused = 11;

/// One process heals, and others only look (DESIGN 2).
int look_while_another_heals(const Environment& environment) {
    complain("another process is healing this server right now: sstp-watchdog status shows how it ends", 0);
    const auto look = look_once(environment);
    if (!look) return complain(look.error().message(), kRefused);
    print_text(fmt::format("SSTP {} - {}\n", status_word(health_of(look->report)), headline(look->report)));
    return kRefused;
}

}  // namespace

int heal_here(const Environment& environment, bool ignore_window) {
    if (const auto prepared = prepare_data_folder(environment.places.data_folder); !prepared)
        return complain(prepared.error().message(), 1);
    StopRequest stopping;
    const ConsoleStop console{stopping};
    HealLock lock;
    if (lock.squatted()) complain("another account made the mutex Global\\SstpWatchdog-heal; it is ignored", 0);
    switch (lock.acquire(stopping.signal, kCycleOfService)) {
        case HealLock::Answer::held: break;
        case HealLock::Answer::stopped: return complain("stopped before anything was changed", 1);
        case HealLock::Answer::busy: return look_while_another_heals(environment);
    }

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
