#include "service/commands/command_line.h"
#include "service/commands/console.h"
#include "service/commands/watch_context.h"
#include "service/host/console_shell.h"

namespace sstp {

namespace {

int run(const Environment& environment) {
    if (!require_elevation("run")) return 1;
    WatchContext context = watch_context(environment);
    context.tell = [](const std::string& text) { print_text(text + "\n"); };
    print_text("Watching. Ctrl+C ends it.\n");
    return run_in_console(std::move(context)) == WatchEnd::stopped ? 0 : 1;
}

}  // namespace

const CommandSyntax kRunCommand{
    .name = "run",
    .does = "Watch and heal in this console, until Ctrl+C",
    .run = [](Environment& environment, const GivenLine&) { return run(environment); },
};

}  // namespace sstp
