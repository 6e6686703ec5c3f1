// The service control manager. Source: Microsoft, ControlService, StartService, QueryServiceStatusEx.

#include "tests/simulated_windows/simulated_ports.h"

#include <algorithm>

namespace sstp::simulated {

namespace {

Error failure(ErrorKind kind, const char* operation, const std::string& name, std::uint32_t code, const char* text) {
    return {kind, operation, name, code, text};
}

void note(World& world, PortCall call, const std::string& name) {
    Write write;
    write.call = call;
    write.subject = name;
    world.note_write(std::move(write));
}

}  // namespace

Observed<ServiceStatus> SimulatedServices::query(const std::string& name) {
    const auto got = world_.call(PortCall::services_query, "query the service", name, [&]() -> Result<ServiceStatus> {
        const auto found = world_.services.find(name);
        if (found == world_.services.end()) return failure(ErrorKind::not_found, "query the service", name, 1060, "not installed");
        return found->second.status;
    });
    if (got) return *got;
    if (got.error().kind == ErrorKind::not_found) return Absent{};
    return Unreadable{got.error()};
}

Result<std::vector<std::string>> SimulatedServices::running_dependants(const std::string& name) {
    return world_.call(PortCall::services_dependants, "list the dependants of", name,
                       [&]() -> Result<std::vector<std::string>> { return world_.dependants_of(name, true); });
}

Result<StoppedBy> SimulatedServices::stop_now(const std::string& name, Duration timeout) {
    constexpr char kOperation[] = "stop the service";
    const auto found = world_.services.find(name);
    if (found == world_.services.end()) return failure(ErrorKind::service_gone, kOperation, name, 1060, "not installed");
    SimulatedService& service = found->second;
    if (service.status.state == ServiceState::stopped) return StoppedBy::somebody_else;
    if (!world_.dependants_of(name, true).empty()) {
        return failure(ErrorKind::dependents_running, kOperation, name, 1051, "dependent services are running");
    }
    if (service.status.state == ServiceState::stop_pending) {
        world_.advance(timeout);
        return failure(ErrorKind::service_hung, kOperation, name, 1053, "it is still stopping");
    }
    note(world_, PortCall::services_stop, name);
    service.status.state = ServiceState::stop_pending;
    if (world_.stop_requested) return failure(ErrorKind::stopped, kOperation, name, 0, "our own stop was requested");
    if (service.stop_hangs || service.stop_takes > timeout) {
        world_.advance(timeout);
        return failure(ErrorKind::service_hung, kOperation, name, 1053, "the service did not respond in time");
    }
    world_.advance(service.stop_takes);
    service.status.state = ServiceState::stopped;
    service.status.process_started.reset();
    service.status.exit_code = 0;
    if (name == "SstpSvc" || name == "RemoteAccess") world_.rras_stops();
    return StoppedBy::us;
}

Result<void> SimulatedServices::start_now(const std::string& name, Duration timeout) {
    constexpr char kOperation[] = "start the service";
    const auto found = world_.services.find(name);
    if (found == world_.services.end()) return failure(ErrorKind::service_gone, kOperation, name, 1060, "not installed");
    SimulatedService& service = found->second;
    if (service.status.state == ServiceState::running) return {};
    if (service.status.state == ServiceState::stop_pending) {
        return failure(ErrorKind::busy, kOperation, name, 1061, "the service cannot accept control messages at this time");
    }
    if (service.status.start_type == StartType::disabled) {
        return failure(ErrorKind::service_disabled, kOperation, name, 1058, "the service is disabled");
    }
    for (const std::string& needed : service.depends_on) {   // the SCM starts what a service needs
        const auto dependency = world_.services.find(needed);
        if (dependency == world_.services.end()) continue;   // Http and the like: always there
        const auto started = start_now(needed, timeout);
        if (!started) return failure(ErrorKind::unexpected, kOperation, name, 1068, "the dependency service failed to start");
    }
    note(world_, PortCall::services_start, name);
    if (world_.stop_requested) return failure(ErrorKind::stopped, kOperation, name, 0, "our own stop was requested");
    if (service.start_hangs || service.start_takes > timeout) {
        world_.advance(timeout);
        service.status.state = ServiceState::start_pending;
        return failure(ErrorKind::service_hung, kOperation, name, 1053, "the service did not respond in time");
    }
    world_.advance(service.start_takes);
    if (service.start_fails_with != 0) {
        service.status.exit_code = service.start_fails_with;
        return failure(ErrorKind::unexpected, kOperation, name, service.start_fails_with, "the service ended at once");
    }
    service.status.state = ServiceState::running;
    service.status.exit_code = 0;
    service.status.process_started = world_.wall;
    if (name == "RemoteAccess") {
        ++world_.restarts_of_rras;
        world_.rras_starts();
    }
    return {};
}

Result<StoppedBy> SimulatedServices::stop(const std::string& name, Duration timeout) {
    return world_.call(PortCall::services_stop, "stop the service", name, [&] { return stop_now(name, timeout); });
}

Result<void> SimulatedServices::start(const std::string& name, Duration timeout) {
    return world_.call(PortCall::services_start, "start the service", name, [&] { return start_now(name, timeout); });
}

}  // namespace sstp::simulated
