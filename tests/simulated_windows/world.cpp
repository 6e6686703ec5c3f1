#include "tests/simulated_windows/world.h"

#include <algorithm>

namespace sstp::simulated {

const char* word(PortCall call) noexcept {
    constexpr const char* kWords[] = {"bindings.all",
                                      "bindings.last_written",
                                      "bindings.listen_list",
                                      "bindings.at",
                                      "bindings.put",
                                      "bindings.remove",
                                      "bindings.has_update",
                                      "parameters.read",
                                      "parameters.last_written",
                                      "parameters.write",
                                      "parameters.remove",
                                      "parameters.flush",
                                      "services.query",
                                      "services.dependants",
                                      "services.stop",
                                      "services.start",
                                      "services.ask_to_start",
                                      "certificates.list",
                                      "certificates.holds",
                                      "certificates.archive",
                                      "certificates.remove",
                                      "probe",
                                      "probe.port_owner",
                                      "probe.addresses",
                                      "sessions.read",
                                      "machine",
                                      "group_policy.read",
                                      "kill_switch.read",
                                      "files.read",
                                      "files.replace",
                                      "event_log.subscribe",
                                      "event_log.read",
                                      "event_log.reach",
                                      "event_log.end",
                                      "event_sink.report",
                                      "record.load",
                                      "record.commit",
                                      "record.journal",
                                      "clock.synchronised",
                                      "clock.pause"};
    static_assert(std::size(kWords) == kPortCallCount);
    return kWords[static_cast<std::size_t>(call)];
}

bool changes(PortCall call) noexcept {
    switch (call) {
        case PortCall::bindings_put:
        case PortCall::bindings_remove:
        case PortCall::parameters_write:
        case PortCall::parameters_remove:
        case PortCall::services_stop:
        case PortCall::services_start:
        case PortCall::services_ask_to_start:
        case PortCall::certificates_archive:
        case PortCall::certificates_remove: return true;
        default: return false;
    }
}

bool cannot_fail(PortCall call) noexcept {
    switch (call) {
        case PortCall::bindings_has_update:
        case PortCall::machine:
        case PortCall::clock_synchronised:
        case PortCall::clock_pause: return true;
        default: return false;
    }
}

Verdict World::enter(PortCall call) {
    ++calls;
    if (adversary == nullptr) {
        advance(Duration{1});
        return {};
    }
    adversary->between_calls(*this);
    const Verdict verdict = adversary->on_call(call, calls);
    advance(verdict.takes);
    return verdict;
}

void World::pass(Duration by) {
    elapsed += by;
    monotonic = monotonic + by;
    const Duration drifted = by * wall_drift_per_mille / 1000;
    wall += by + drifted;
    clock_behind -= drifted;
}

void World::advance(Duration by) {
    const Duration until = elapsed + by;
    settle_services(until);
    pass(until - elapsed);
}

void World::note_write(Write write) {
    write.call_number = calls;
    write.at = elapsed;
    writes.push_back(std::move(write));
}

void World::write_event(const std::string& provider, std::uint32_t id, std::vector<std::string> strings) {
    LogEvent event;
    event.channel = "System";
    event.provider = provider;
    event.id = id;
    event.record_id = next_record_id++;
    event.level = 2;
    event.time = wall;
    event.computer = machine.computer_name;
    event.strings = std::move(strings);
    log.push_back(std::move(event));
}

void World::wrap_log(std::size_t kept) {
    if (log.size() > kept) log.erase(log.begin(), log.end() - static_cast<std::ptrdiff_t>(kept));
    first_record_id = log.empty() ? next_record_id : log.front().record_id;
    log_begins = log.empty() ? wall : log.front().time;
}

std::uint16_t World::port() const {
    const auto https = parameters.find(SstpValue::use_https);
    const auto decoded_https = https == parameters.end() ? Stored<std::uint32_t>{Absent{}} : decode_dword(https->second);
    const auto* uses = value_of(decoded_https);
    const std::uint16_t standard = uses != nullptr && *uses == 0 ? 80 : 443;
    const auto found = parameters.find(SstpValue::listener_port);
    if (found == parameters.end()) return standard;
    const auto decoded = decode_dword(found->second);
    const auto* number = value_of(decoded);
    return number && *number != 0 && *number <= 65535 ? static_cast<std::uint16_t>(*number) : standard;
}

bool World::sstp_ready() const {
    return running(kRemoteAccess) && running("SstpSvc") && rras.listens && rras.accepts && elapsed >= rras.ready_at && !sstp_broken &&
           !stuck_until_restart;
}

bool World::client_connects(AddressFamily family, const std::string& server_name) const {
    bool any = false;
    for (const Client& client : clients_of(*this, server_name)) {
        if (client.address.family != family) continue;
        any = true;
        if (try_to_dial(*this, client) != DialOutcome::connected) return false;
    }
    return any;
}

}  // namespace sstp::simulated
