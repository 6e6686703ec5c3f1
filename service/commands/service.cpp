#include "service/commands/command_line.h"
#include "service/commands/console.h"
#include "service/commands/watch_context.h"
#include "service/host/scm_shell.h"

#include <CLI/CLI.hpp>

namespace sstp {

void add_service(CLI::App& app, Command& chosen) {
    CLI::App* command = app.add_subcommand("service", "What the service control manager starts");
    command->callback([&chosen] {
        chosen = [](Environment& environment) {
            const auto ran = run_under_scm(watch_context(environment));
            return ran ? 0 : complain(ran.error().message(), 1);
        };
    });
}

}  // namespace sstp
