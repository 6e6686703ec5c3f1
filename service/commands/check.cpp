#include "core/report/render_check.h"

#include "service/commands/command_line.h"
#include "service/commands/console.h"
#include "service/commands/looking.h"

#include <CLI/CLI.hpp>

namespace sstp {

namespace {

struct CheckOptions {
    bool json = false;
    bool verbose = false;
};

int check(const Environment& environment, const CheckOptions& options) {
    const auto look = look_once(environment);
    if (!look) {   // the first word on the standard output is what Nagios shows
        print_text("SSTP UNKNOWN - " + look.error().message() + "\n");
        return 3;
    }
    const auto render = options.verbose ? render_check_text : render_check_brief;
    if (options.json) {
        print(render_check_json(look->report, look->options, look->nobody_heals));
    } else {
        print_text(render(look->report, look->policy, look->nobody_heals, console_columns()));
    }
    return check_exit_code(look->report);
}

}  // namespace

void add_check(CLI::App& app, Command& chosen) {
    CLI::App* command = app.add_subcommand("check", "Look once and say what is wrong; changes nothing (a Nagios plug-in)");
    const auto options = std::make_shared<CheckOptions>();
    command->add_flag("--json", options->json, "One JSON object instead of text");
    command->add_flag("--verbose,-v", options->verbose, "Every finding in full, what listeners serve, and every step of the plan");
    command->callback([&chosen, options] { chosen = [options](Environment& environment) { return check(environment, *options); }; });
}

}  // namespace sstp
