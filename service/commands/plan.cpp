#include "core/report/render_plan.h"

#include "service/commands/command_line.h"
#include "service/commands/console.h"
#include "service/commands/looking.h"

#include <exception>
#include <string>

namespace sstp {

namespace {

int plan(const Environment& environment, bool json) try {
    const auto look = look_once(environment);
    if (!look) return complain(look.error().message(), 3);
    if (json) {
        print(render_plan_json(look->report, look->options, look->nobody_heals));
    } else {
        print_text(render_plan_text(look->report));
    }
    return plan_exit_code(look->report);
} catch (const std::exception& error) {   // 1 is none of its answers
    return complain(std::string{"an unforeseen error ended the command: "} + error.what(), 3);
}

constexpr OptionSyntax kPlanOptions[] = {
    {.name = "json", .does = "One JSON object instead of text"},
};

}  // namespace

const CommandSyntax kPlanCommand{
    .name = "plan",
    .does = "Say what a heal would do now and why, step by step; changes nothing",
    .options = kPlanOptions,
    .run = [](Environment& environment, const GivenLine& line) { return plan(environment, line.has("json")); },
};

}  // namespace sstp
