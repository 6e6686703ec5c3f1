#include "service/commands/command_line.h"
#include "service/commands/console.h"
#include "service/commands/event_source.h"
#include "service/windows/scm.h"
#include "service/windows/scm_services.h"

#include <fmt/format.h>

namespace sstp {

namespace {

/// A heal in progress is brought to an end before the service ends.
constexpr Duration kStopTimeout = std::chrono::minutes{5};

Result<void> remove_service() {
    const StopSignal stop;
    if (const auto stopped = ScmServices{stop}.stop(kServiceNameText, kStopTimeout); !stopped) return stopped.error();
    const auto service = open_service(kServiceNameText, DELETE, "remove the service");
    if (!service) return service.error();
    if (DeleteService(service->get())) return {};
    const DWORD code = GetLastError();
    return service_error("remove the service", kServiceNameText, code);
}

int uninstall(const Environment& environment) {
    if (!require_elevation("uninstall")) return 1;
    if (const auto removed = remove_service(); !removed) return complain(removed.error().message(), 1);
    if (const auto source = remove_event_source(); !source) complain(source.error().message(), 0);
    print_text(
        fmt::format("Removed the service {}. Policy, state and logs stay in {}\n", kServiceNameText, environment.places.data_folder));
    return 0;
}

}  // namespace

const CommandSyntax kUninstallCommand{
    .name = "uninstall",
    .does = "Stop and remove the service; policy, state and logs stay",
    .run = [](Environment& environment, const GivenLine&) { return uninstall(environment); },
};

}  // namespace sstp
