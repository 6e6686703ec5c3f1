#include "service/commands/looking.h"

#include "service/commands/console.h"
#include "service/commands/running_service.h"
#include "watchdog_version.h"

namespace sstp {

WatchdogOptions options_of(const Environment& environment) {
    WatchdogOptions options;
    options.policy_file = environment.places.policy_file;
    options.data_folder = environment.places.data_folder;
    options.version = std::string{kWatchdogVersion};
    options.computer = environment.computer;
    options.keeps_watch = false;
    options.writes_status = false;
    return options;
}

Result<OneLook> look_once(const Environment& environment) {
    const StopSignal stop;
    auto assembled = environment.assemble({environment.places, Errand::look, stop, {}, [](const std::string& text) { complain(text, 0); }});
    if (!assembled) return assembled.error();
    OneLook look;
    look.options = options_of(environment);
    Watchdog watchdog{(*assembled)->ports(), look.options};
    look.report = watchdog.look();
    look.policy = watchdog.policy();
    look.nobody_heals = why_service_does_not_heal();
    return look;
}

}  // namespace sstp
