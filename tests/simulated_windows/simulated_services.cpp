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

/// Waits until a pending state ends, at most so long. False: it did not.
bool wait(World& world, const SimulatedService& service, Duration timeout) {
    const Duration until = world.elapsed + timeout;
    const auto pending = [&] {
        const ServiceState state = service.status.state;
        return state == ServiceState::start_pending || state == ServiceState::stop_pending || service.turn_at.has_value();
    };
    while (pending() && world.elapsed < until) {
        const Duration next = std::max(service.pending_until.value_or(until), service.turn_at.value_or(Duration{0}));
        const Duration step = std::clamp(next - world.elapsed, Duration{1}, until - world.elapsed);
        world.advance(step);
    }
    return !pending();
}

}  // namespace

std::optional<StartedBetween> SimulatedServices::started(const SimulatedService& service) {
    if (service.status.state != ServiceState::running || !service.started_at) return std::nullopt;
    const bool shares =
        service.shares_process || (world_.traits.remote_access_shares_process && equal_ignoring_case(service.status.name, kRemoteAccess));
    const std::optional<WallTime> process_began = shares ? std::nullopt : std::optional{service.start_began.value_or(*service.started_at)};
    if (service.started_elapsed >= since_) return StartedBetween{*service.started_at, *service.started_at, process_began};
    const WallTime latest = first_seen_running_.try_emplace(service.status.name, world_.wall).first->second;
    const WallTime boot = world_.wall - world_.monotonic.since_boot;
    return StartedBetween{std::min(shares ? boot : *service.started_at, latest), latest, process_began};
}

Observed<ServiceStatus> SimulatedServices::query(const std::string& name) {
    const auto got = world_.call(PortCall::services_query, "query the service", name, [&]() -> Result<ServiceStatus> {
        const auto found = world_.services.find(name);
        if (found == world_.services.end()) return failure(ErrorKind::not_found, "query the service", name, 1060, "not installed");
        ServiceStatus status = found->second.status;
        status.started = started(found->second);
        if (status.started && found->second.started_elapsed >= since_) status.start_began = found->second.start_began;
        return status;
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
    if (service.status.state == ServiceState::start_pending) {
        return failure(ErrorKind::busy, kOperation, name, 1061, "the service cannot accept control messages at this time");
    }
    const bool asks = service.status.state != ServiceState::stop_pending;
    if (asks) {
        if (!service.status.accepts_stop) return failure(ErrorKind::unexpected, kOperation, name, 1052, "it does not accept this control");
        note(world_, PortCall::services_stop, service.status.name);
        if (equal_ignoring_case(name, kRemoteAccess)) world_.sessions_ended_by_us += world_.sessions.size();
        service.status.state = ServiceState::stop_pending;
        service.status.pending_since = world_.wall;
        service.pending_until.reset();
        if (!service.stop_hangs) service.pending_until = world_.elapsed + service.stop_takes;
    }
    if (world_.stop_requested) return failure(ErrorKind::stopped, kOperation, name, 0, "our own stop was requested");
    if (!wait(world_, service, timeout)) {
        return failure(ErrorKind::service_hung, kOperation, name, 1053, "the service did not respond in time");
    }
    return asks ? StoppedBy::us : StoppedBy::somebody_else;
}

Result<void> SimulatedServices::start_now(const std::string& name, Duration timeout) {
    constexpr char kOperation[] = "start the service";
    const auto asked = ask_now(name);
    if (!asked) return asked;
    SimulatedService& service = world_.services.find(name)->second;
    if (world_.stop_requested && service.status.state != ServiceState::running) {
        return failure(ErrorKind::stopped, kOperation, name, 0, "our own stop was requested");
    }
    if (!wait(world_, service, timeout)) {
        return failure(ErrorKind::service_hung, kOperation, name, 1053, "the service did not respond in time");
    }
    if (service.status.state == ServiceState::running) return {};
    const std::uint32_t code = service.status.exit_code;
    return failure(ErrorKind::unexpected, kOperation, name, code, "the service ended at once");
}

Result<void> SimulatedServices::ask_now(const std::string& name) {
    constexpr char kOperation[] = "start the service";
    const auto found = world_.services.find(name);
    if (found == world_.services.end()) return failure(ErrorKind::service_gone, kOperation, name, 1060, "not installed");
    SimulatedService& service = found->second;
    const ServiceState state = service.status.state;
    if (state == ServiceState::running || state == ServiceState::start_pending || service.turn_at == world_.elapsed) return {};
    if (state == ServiceState::stop_pending) {
        return failure(ErrorKind::busy, kOperation, name, 1061, "the service cannot accept control messages at this time");
    }
    if (service.status.start_type == StartType::disabled) {
        return failure(ErrorKind::service_disabled, kOperation, name, 1058, "the service is disabled");
    }
    if (world_.shutting_down) return failure(ErrorKind::unexpected, kOperation, name, 1115, "a system shutdown is in progress");
    note(world_, PortCall::services_start, service.status.name);
    if (equal_ignoring_case(name, kRemoteAccess)) ++world_.restarts_of_rras;
    service.status.exit_code = 0;
    service.turn_at = world_.elapsed;
    world_.begin_start(service);
    return {};
}

Result<StoppedBy> SimulatedServices::stop(const std::string& name, Duration timeout) {
    return world_.call(PortCall::services_stop, "stop the service", name, [&] { return stop_now(name, timeout); });
}

Result<void> SimulatedServices::start(const std::string& name, Duration timeout) {
    return world_.call(PortCall::services_start, "start the service", name, [&] { return start_now(name, timeout); });
}

Result<void> SimulatedServices::ask_to_start(const std::string& name) {
    return world_.call(PortCall::services_ask_to_start, "start the service", name, [&] { return ask_now(name); });
}

}  // namespace sstp::simulated
