#include "core/diagnosis/checks.h"

#include "core/model/text.h"

#include <fmt/format.h>

namespace sstp {

namespace {

std::string how_it_ended(const ServiceStatus& status) {
    if (!status.failed()) return "It was stopped cleanly, which is an administrator's choice: it is not started.";
    constexpr std::uint32_t kServiceSpecific = 1066;  // ERROR_SERVICE_SPECIFIC_ERROR
    return status.exit_code == kServiceSpecific ? fmt::format("It ended with its own error {}.", status.specific_exit_code)
                                                : fmt::format("It ended with error {}.", status.exit_code);
}

void check_service(const std::string& name, const ServiceStatus& status, Findings& findings) {
    if (status.start_type == StartType::disabled) {
        findings.push_back({Reason::service_disabled, Severity::warning, name,
                            fmt::format("The service {} is disabled{}: after a stop it could not be started again, so nothing is changed. "
                                        "To have it looked after, set its start type to automatic.",
                                        name, status.state == ServiceState::running ? " while it runs" : "")});
    }
    if (status.state == ServiceState::running) return;
    if (status.state == ServiceState::stopped) {
        findings.push_back(
            {Reason::service_stopped, Severity::critical, name, fmt::format("The service {} is stopped. {}", name, how_it_ended(status))});
        return;
    }
    findings.push_back({Reason::service_stopped, Severity::critical, name,
                        fmt::format("The service {} is not running: the service control manager says {}.", name, word(status.state))});
}

}  // namespace

/// Without RemoteAccess, and RasMan and SstpSvc under it, nobody gets in, whatever is bound (DESIGN 7.7). The services on
/// which it rests run only because it does: on a server where RemoteAccess is stopped they may be stopped as well.
Then services_run(const Examination& e, Findings& findings) {
    const auto& services = e.d.state.services;
    const auto remote_access = services.find(kRemoteAccess);
    const ServiceStatus* main = remote_access == services.end() ? nullptr : value_of(remote_access->second);
    for (const std::string& name : watched_services(e.d.policy)) {
        const auto found = services.find(name);
        if (found == services.end()) continue;
        const bool is_main = equal_ignoring_case(name, kRemoteAccess);
        if (is_absent(found->second)) {
            findings.push_back({Reason::service_stopped, Severity::critical, name, fmt::format("The service {} is not installed.", name)});
        } else if (const ServiceStatus* status = value_of(found->second)) {
            const bool explained = !is_main && main && main->state != ServiceState::running && status->start_type != StartType::disabled;
            if (!explained) check_service(name, *status, findings);
        }
    }
    return Then::go_on;
}

}  // namespace sstp
