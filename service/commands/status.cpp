#include "core/report/render_status.h"

#include "service/commands/command_line.h"
#include "service/commands/console.h"
#include "service/commands/running_service.h"
#include "service/commands/status_file.h"

namespace sstp {

namespace {

std::string without_status(const Error& error) {
    if (error.kind == ErrorKind::not_found) {
        const std::string why = why_service_does_not_heal();
        return "no cycle has been made yet (" + error.subject + " is not there). " + (why.empty() ? "The service is starting." : why);
    }
    return with_way_out(error);
}

int status(const Environment& environment, bool json) {
    const auto content = read_status_file(environment.places);
    if (!content) return complain(without_status(content.error()), 1);
    const std::string why = why_service_does_not_heal();
    const auto text = render_status_text(*content, !why.empty());
    if (!text) return complain(text.error().message(), 1);
    if (json) {
        print(*content);
    } else {
        print_text(*text);
    }
    // Old news looks like news: say so where a person reads it, and keep the JSON clean.
    if (!why.empty()) complain("this is what was found last. " + why, 0);
    return 0;
}

constexpr OptionSyntax kStatusOptions[] = {
    {.name = "json", .does = "The content of status.json"},
};

}  // namespace

const CommandSyntax kStatusCommand{
    .name = "status",
    .does = "What the last cycle of the service found and did",
    .options = kStatusOptions,
    .run = [](Environment& environment, const GivenLine& line) { return status(environment, line.has("json")); },
};

}  // namespace sstp
