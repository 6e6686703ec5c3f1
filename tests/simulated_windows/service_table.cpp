// Services in time: what is pending ends, what has its turn at boot is started with what it needs.
// Source: Microsoft, "Service State Transitions"; facts: rras-sstp 6.

#include "tests/simulated_windows/world.h"

#include <algorithm>
#include <utility>
#include <vector>

namespace sstp::simulated {

namespace {

constexpr std::uint32_t kNeverStarted = 1077;      // ERROR_SERVICE_NEVER_STARTED
constexpr std::uint32_t kDependencyFailed = 1068;  // ERROR_SERVICE_DEPENDENCY_FAIL
constexpr Duration kDelayedStart = std::chrono::minutes{2};

bool is_pending(const SimulatedService& service) {
    return service.status.state == ServiceState::start_pending || service.status.state == ServiceState::stop_pending;
}

/// When something becomes of it by itself.
std::optional<Duration> due(const SimulatedService& service) {
    if (is_pending(service)) return service.pending_until;
    return service.turn_at;
}

void fail_to_start(SimulatedService& service, std::uint32_t code) {
    service.turn_at.reset();
    service.status.exit_code = code;
}

}  // namespace

bool World::running(const std::string& service) const {
    const auto found = services.find(service);
    return found != services.end() && found->second.status.state == ServiceState::running;
}

std::vector<std::string> World::dependants_of(const std::string& service, bool only_running) const {
    std::vector<std::string> found;
    const auto visit = [&](const auto& self, const std::string& name) -> void {
        for (const auto& [each, details] : services) {
            const auto& needs = details.depends_on;
            if (std::none_of(needs.begin(), needs.end(), [&](const std::string& need) { return equal_ignoring_case(need, name); }))
                continue;
            self(self, each);   // those that depend on the dependant stop before it
            const bool counts = !only_running || details.status.state != ServiceState::stopped;
            if (counts && std::find(found.begin(), found.end(), each) == found.end()) found.push_back(each);
        }
    };
    visit(visit, service);
    return found;
}

void World::becomes_running(SimulatedService& service) {
    service.pending_until.reset();
    service.turn_at.reset();
    service.status.pending_since.reset();
    if (service.start_fails_with != 0) return becomes_stopped(service, service.start_fails_with);
    service.status.state = ServiceState::running;
    service.status.exit_code = 0;
    service.started_at = wall;
    service.started_elapsed = elapsed;
    if (equal_ignoring_case(service.status.name, "SstpSvc")) sstpsvc_holds.reset();
    if (!equal_ignoring_case(service.status.name, kRemoteAccess)) return;
    if (const std::uint32_t code = rras_starts(); code != 0) becomes_stopped(service, code);
}

void World::becomes_stopped(SimulatedService& service, std::uint32_t exit_code) {
    service.pending_until.reset();
    service.turn_at.reset();
    service.status.pending_since.reset();
    service.status.state = ServiceState::stopped;
    service.status.exit_code = exit_code;
    service.started_at.reset();
    service.start_began.reset();
    const bool is_sstp = equal_ignoring_case(service.status.name, "SstpSvc");
    if (is_sstp) sstpsvc_holds.reset();
    if (is_sstp || equal_ignoring_case(service.status.name, kRemoteAccess)) rras_stops();
}

void World::begin_start(SimulatedService& service) {
    if (service.status.state != ServiceState::stopped) return;
    for (const std::string& name : service.depends_on) {
        const auto found = services.find(name);
        if (found == services.end()) continue;   // Http and the like: always there
        SimulatedService& needed = found->second;
        if (needed.status.state == ServiceState::running) continue;
        if (needed.status.start_type == StartType::disabled) return fail_to_start(service, kDependencyFailed);
        const bool tried = service.turn_at && needed.status.state == ServiceState::stopped && needed.status.failed();
        if (tried) return fail_to_start(service, kDependencyFailed);
        begin_start(needed);
        if (needed.status.state == ServiceState::running) continue;
        service.turn_at = (needed.pending_until ? *needed.pending_until : elapsed + std::chrono::seconds{1}) + Duration{1};
        return;
    }
    service.turn_at.reset();
    service.status.state = ServiceState::start_pending;
    service.status.pending_since = wall;
    service.start_began = wall;
    service.pending_until.reset();
    if (!service.start_hangs) service.pending_until = elapsed + service.start_takes;
}

void World::settle_services(Duration until) {
    for (int steps = 0; steps < 1000; ++steps) {
        SimulatedService* next = nullptr;
        for (auto& [name, service] : services) {
            const auto at = due(service);
            if (at && *at <= until && (next == nullptr || *at < *due(*next))) next = &service;
        }
        if (next == nullptr) return;
        if (const Duration at = *due(*next); at > elapsed) pass(at - elapsed);
        if (!is_pending(*next)) {
            next->turn_at = elapsed;
            begin_start(*next);
        } else if (next->status.state == ServiceState::start_pending) {
            becomes_running(*next);
        } else {
            becomes_stopped(*next, 0);
        }
    }
}

void World::end_hang(const std::string& service) {
    const auto found = services.find(service);
    if (found == services.end()) return;
    found->second.stop_hangs = false;
    found->second.start_hangs = false;
    if (is_pending(found->second)) found->second.pending_until = elapsed;
}

void World::boot() {
    monotonic = {};
    rras = {};
    sstpsvc_holds.reset();
    sessions.clear();
    in_memory_of_http_sys.clear();
    shutting_down = false;
    if (ciphers_after_boot) {
        traits.serves_rsa = ciphers_after_boot->first;
        traits.serves_ecdsa = ciphers_after_boot->second;
        ciphers_after_boot.reset();
    }
    for (auto& [name, service] : services) {
        becomes_stopped(service, kNeverStarted);
        if (service.status.start_type != StartType::automatic) continue;
        service.turn_at = elapsed + traits.services_start_after + (service.delayed_start ? kDelayedStart : Duration{0});
    }
    if (traits.services_start_after > Duration{0}) return;
    // A machine whose services are up when anybody looks: only what is delayed comes later.
    std::vector<Duration> takes;
    for (auto& [name, service] : services) takes.push_back(std::exchange(service.start_takes, Duration{0}));
    settle_services(elapsed);
    auto next = takes.begin();
    for (auto& [name, service] : services) service.start_takes = *next++;
}

}  // namespace sstp::simulated
