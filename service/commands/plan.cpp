#include "core/report/render_plan.h"

#include "service/commands/command_line.h"
#include "service/commands/console.h"
#include "service/commands/looking.h"

#include <CLI/CLI.hpp>

namespace sstp {

namespace {

int plan(const Environment& environment, bool json) {
    const auto look = look_once(environment);
    if (!look) return complain(look.error().message(), 3);
    if (json) {
        print(render_plan_json(look->report, look->options, look->nobody_heals));
    } else {
        print_text(render_plan_text(look->report));
    }
    return plan_exit_code(look->report);
}

}  // namespace

void add_plan(CLI::App& app, Command& chosen) {
    CLI::App* command = app.add_subcommand("plan", "Say what a heal would do now and why, step by step; changes nothing");
    const auto json = std::make_shared<bool>(false);
    command->add_flag("--json", *json, "One JSON object instead of text");
    command->callback([&chosen, json] { chosen = [json](Environment& environment) { return plan(environment, *json); }; });
}

}  // namespace sstp
