#include "service/commands/command_line.h"
#include "service/commands/console.h"
#include "service/commands/heal_by_service.h"
#include "service/commands/heal_here.h"
#include "service/commands/running_service.h"

namespace sstp {

namespace {

struct HealOptions {
    bool now = false;
    bool ignore_window = false;
};

int heal(const Environment& environment, const HealOptions& options) {
    if (!require_elevation("heal")) return 1;
    if (!options.now) {
        switch (service_condition()) {
            case ServiceCondition::running: return heal_by_service(environment, options.ignore_window);
            case ServiceCondition::starting:
            case ServiceCondition::stopping:
                return complain("the service is just starting or stopping: try again in a minute, or use heal --now", 1);
            case ServiceCondition::stopped:
            case ServiceCondition::not_installed:
            case ServiceCondition::unknown: print_text("The service does not run: healing in this process.\n"); break;
        }
    }
    return heal_here(environment, options.ignore_window);
}

constexpr OptionSyntax kHealOptions[] = {
    {.name = "now", .does = "In this process, even if the service runs"},
    {.name = "ignore-window", .does = "Planned work too, outside the maintenance window"},
};

}  // namespace

const CommandSyntax kHealCommand{
    .name = "heal",
    .does = "Heal now: by the running service, else in this process",
    .options = kHealOptions,
    .run = [](Environment& environment, const GivenLine& line) { return heal(environment, {line.has("now"), line.has("ignore-window")}); },
};

}  // namespace sstp
