#include "service/commands/command_line.h"
#include "service/commands/console.h"
#include "service/commands/watch_context.h"
#include "service/host/scm_shell.h"

namespace sstp {

const CommandSyntax kServiceCommand{
    .name = "service",
    .does = "What the service control manager starts",
    .run =
        [](Environment& environment, const GivenLine&) {
            const auto ran = run_under_scm(watch_context(environment));
            return ran ? 0 : complain(ran.error().message(), 1);
        },
};

}  // namespace sstp
