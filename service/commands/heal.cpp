#include "service/commands/command_line.h"
#include "service/commands/console.h"
#include "service/commands/heal_by_service.h"
#include "service/commands/heal_here.h"
#include "service/commands/running_service.h"

#include <CLI/CLI.hpp>

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

}  // namespace

void add_heal(CLI::App& app, Command& chosen) {
    CLI::App* command = app.add_subcommand("heal", "Heal now: by the running service, else in this process");
    const auto options = std::make_shared<HealOptions>();
    command->add_flag("--now", options->now, "In this process, even if the service runs");
    command->add_flag("--ignore-window", options->ignore_window, "Planned work too, outside the maintenance window");
    command->callback([&chosen, options] { chosen = [options](Environment& environment) { return heal(environment, *options); }; });
}

}  // namespace sstp
