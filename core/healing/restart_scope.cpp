#include "core/healing/restart_scope.h"

#include "core/model/text.h"

#include <fmt/format.h>

namespace sstp {

namespace {

constexpr char kRestart[] = "restart the service";

bool is_pending(const ServiceStatus& status) {
    return status.state == ServiceState::stop_pending || status.state == ServiceState::start_pending ||
           status.state == ServiceState::continue_pending || status.state == ServiceState::pause_pending;
}

/// RemoteAccess that ended with an error should be running; nothing else is started that did not run.
bool ended_with_error(const ServiceStatus& status) {
    return equal_ignoring_case(status.name, kRemoteAccess) && status.failed() && status.start_type == StartType::automatic;
}

Result<void> add(Ports& ports, const std::string& name, RestartScope& scope) {
    const auto query = ports.services.query(name);
    if (const Error* why = why_unreadable(query)) return *why;
    const ServiceStatus* status = value_of(query);
    if (status == nullptr || scope.has(status->name)) return {};
    if (is_pending(*status)) {
        return Error{ErrorKind::service_hung, kRestart, status->name, 0, fmt::format("it is in state {}", word(status->state))};
    }
    if (status->state == ServiceState::stopped) {
        if (ended_with_error(*status)) scope.ended.push_back(status->name);
        return {};
    }
    if (status->start_type == StartType::disabled) {
        return Error{ErrorKind::service_disabled, kRestart, status->name, 0,
                     "it runs but is disabled, so it could not be started again; enable it or let the administrator restart it"};
    }
    if (!status->accepts_stop) {
        return Error{ErrorKind::dependents_running, kRestart, status->name, 0,
                     "it runs and does not accept a stop, so what it depends on cannot be restarted either; stop it by hand first"};
    }
    scope.stops.push_back(status->name);
    return {};
}

Result<void> add_with_dependants(Ports& ports, const std::string& name, RestartScope& scope) {
    const auto query = ports.services.query(name);
    if (is_absent(query)) return {};   // the policy may name one that this server lacks
    const auto dependants = ports.services.running_dependants(name);
    if (!dependants) return dependants.error();
    for (const std::string& each : *dependants) {
        if (const auto added = add(ports, each, scope); !added) return added;
    }
    return add(ports, name, scope);
}

}  // namespace

bool RestartScope::has(const std::string& name) const { return has_name(stops, name) || has_name(ended, name); }

Result<RestartScope> what_to_restart(Ports& ports, const std::vector<std::string>& services) {
    RestartScope scope;
    for (const std::string& name : services) {
        if (const auto added = add_with_dependants(ports, name, scope); !added) return added.error();
    }
    return scope;
}

}  // namespace sstp
