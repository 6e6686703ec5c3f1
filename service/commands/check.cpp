#include "core/report/render_check.h"

#include "service/commands/command_line.h"
#include "service/commands/console.h"
#include "service/commands/looking.h"

#include <CLI/CLI.hpp>

namespace sstp {

namespace {

int check(const Environment& environment, bool json) {
    const auto look = look_once(environment);
    if (!look) {   // the first word on the standard output is what Nagios shows
        print("SSTP UNKNOWN - " + look.error().message() + "\n");
        return 3;
    }
    print(json ? render_check_json(look->report, look->options) : render_check_text(look->report, look->policy, look->nobody_heals));
    return check_exit_code(look->report);
}

}  // namespace

void add_check(CLI::App& app, Command& chosen) {
    CLI::App* command = app.add_subcommand("check", "Look once and say what is wrong; changes nothing (a Nagios plug-in)");
    const auto json = std::make_shared<bool>(false);
    command->add_flag("--json", *json, "One JSON object instead of text");
    command->callback([&chosen, json] { chosen = [json](Environment& environment) { return check(environment, *json); }; });
}

}  // namespace sstp
