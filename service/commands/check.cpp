#include "core/report/render_check.h"

#include "service/commands/command_line.h"
#include "service/commands/console.h"
#include "service/commands/looking.h"

#include <exception>
#include <string>

namespace sstp {

namespace {

struct CheckOptions {
    bool json = false;
    bool verbose = false;
};

/// The first word on the standard output is what Nagios shows, and 1 would be a warning to it.
int not_known(const std::string& why) {
    print_text("SSTP UNKNOWN - " + why + "\n");
    return 3;
}

int check(const Environment& environment, const CheckOptions& options) try {
    const auto look = look_once(environment);
    if (!look) return not_known(look.error().message());
    const auto render = options.verbose ? render_check_text : render_check_brief;
    if (options.json) {
        print(render_check_json(look->report, look->options, look->nobody_heals));
    } else {
        print_text(render(look->report, look->policy, look->nobody_heals, console_columns()));
    }
    return check_exit_code(look->report);
} catch (const std::exception& error) {
    return not_known(std::string{"an unforeseen error ended the command: "} + error.what());
}

constexpr OptionSyntax kCheckOptions[] = {
    {.name = "json", .does = "One JSON object instead of text"},
    {.name = "verbose", .does = "Every finding in full, what listeners serve, and every step of the plan", .letter = 'v'},
};

}  // namespace

const CommandSyntax kCheckCommand{
    .name = "check",
    .does = "Look once and say what is wrong; changes nothing (a Nagios plug-in)",
    .options = kCheckOptions,
    .run = [](Environment& environment, const GivenLine& line) { return check(environment, {line.has("json"), line.has("verbose")}); },
};

}  // namespace sstp
