#include "service/commands/command_line.h"
#include "service/commands/console.h"
#include "service/commands/watch_context.h"
#include "service/host/console_shell.h"

#include <CLI/CLI.hpp>

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

void add_run(CLI::App& app, Command& chosen) {
    CLI::App* command = app.add_subcommand("run", "Watch and heal in this console, until Ctrl+C");
    command->callback([&chosen] { chosen = [](Environment& environment) { return run(environment); }; });
}

}  // namespace sstp
