#include "tests/simulated_windows/world.h"

#include "core/decision/choose_certificate.h"

#include <algorithm>

namespace sstp::simulated {

const char* word(PortCall call) noexcept {
    constexpr const char* kWords[] = {"bindings.all",      "bindings.at",          "bindings.put",        "bindings.remove",
                                      "parameters.read",   "parameters.write",     "parameters.remove",   "parameters.flush",
                                      "services.query",    "services.dependants",  "services.stop",       "services.start",
                                      "certificates.list", "certificates.archive", "certificates.remove", "probe",
                                      "kill_switch.read",  "files.read",           "files.replace",       "event_log.subscribe",
                                      "event_log.read",    "event_sink.report",    "record.load",         "record.commit",
                                      "record.journal",    "clock.pause"};
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
        case PortCall::certificates_archive:
        case PortCall::certificates_remove: return true;
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

void World::advance(Duration by) {
    elapsed += by;
    monotonic = monotonic + by;
    wall += by + by * wall_drift_per_mille / 1000;
}

void World::note_write(Write write) {
    write.call_number = calls;
    write.at = elapsed;
    writes.push_back(std::move(write));
}

const StoredCertificate* World::find(const std::string& store, const Thumbprint& thumbprint) const {
    const auto in_store = stores.find(store);
    if (in_store == stores.end()) return nullptr;
    for (const StoredCertificate& each : in_store->second) {
        if (each.certificate.thumbprint == thumbprint) return &each;
    }
    return nullptr;
}

const ListenerBinding* World::binding_at(const Endpoint& endpoint) const {
    const auto found =
        std::find_if(bindings.begin(), bindings.end(), [&](const ListenerBinding& each) { return each.endpoint == endpoint; });
    return found == bindings.end() ? nullptr : &*found;
}

namespace {

Endpoint loopback(AddressFamily family, std::uint16_t port) {
    Endpoint endpoint = Endpoint::wildcard(family, port);
    if (family == AddressFamily::ipv4) {
        endpoint.address[0] = 127;
        endpoint.address[3] = 1;
    } else {
        endpoint.address[15] = 1;
    }
    return endpoint;
}

}  // namespace

// Order: exact address, SNI name, central store, [::], 0.0.0.0 (which serves IPv6 too). Source: Microsoft,
// HTTP_SERVICE_CONFIG_ID; facts, rras-sstp section 3.
const ListenerBinding* World::record_for(AddressFamily family, std::uint16_t port, const std::string& server_name) const {
    if (const auto* exact = binding_at(loopback(family, port))) return exact;
    for (const ListenerBinding& each : bindings) {
        if (each.endpoint.kind == Endpoint::Kind::host_name && each.endpoint.port == port && !server_name.empty() &&
            name_matches(each.endpoint.host, server_name)) {
            return &each;
        }
    }
    for (const ListenerBinding& each : bindings) {
        if (each.endpoint.kind == Endpoint::Kind::central_store && each.endpoint.port == port) return &each;
    }
    if (family == AddressFamily::ipv6) {
        if (const auto* own = binding_at(Endpoint::wildcard(AddressFamily::ipv6, port))) return own;
    }
    return binding_at(Endpoint::wildcard(AddressFamily::ipv4, port));
}

bool World::running(const std::string& service) const {
    const auto found = services.find(service);
    return found != services.end() && found->second.status.state == ServiceState::running;
}

std::vector<std::string> World::dependants_of(const std::string& service, bool only_running) const {
    std::vector<std::string> found;
    const auto visit = [&](const auto& self, const std::string& name) -> void {
        for (const auto& [each, details] : services) {
            const auto& needs = details.depends_on;
            if (std::find(needs.begin(), needs.end(), name) == needs.end()) continue;
            self(self, each);   // those that depend on the dependant stop before it
            const bool counts = !only_running || details.status.state != ServiceState::stopped;
            if (counts && std::find(found.begin(), found.end(), each) == found.end()) found.push_back(each);
        }
    };
    visit(visit, service);
    return found;
}

void World::write_event(const std::string& provider, std::uint32_t id, std::vector<std::string> strings) {
    LogEvent event;
    event.channel = "System";
    event.provider = provider;
    event.id = id;
    event.record_id = next_record_id++;
    event.level = 2;
    event.time = wall;
    event.strings = std::move(strings);
    log.push_back(std::move(event));
}

void World::wrap_log(std::size_t kept) {
    if (log.size() > kept) log.erase(log.begin(), log.end() - static_cast<std::ptrdiff_t>(kept));
}

std::uint16_t World::port() const {
    const auto found = parameters.find(SstpValue::listener_port);
    if (found == parameters.end()) return 443;
    const auto decoded = decode_dword(found->second);
    const auto* number = value_of(decoded);
    return number && *number != 0 ? static_cast<std::uint16_t>(*number) : std::uint16_t{443};
}

bool World::client_connects(AddressFamily family, const std::string& server_name) const {
    if (!running("RemoteAccess") || !running("SstpSvc")) return false;
    if (const auto off = listener_off.find(family); off != listener_off.end() && off->second) return false;
    const ListenerBinding* record = record_for(family, port(), server_name);
    if (record == nullptr) return false;
    auto served = record->thumbprint();
    if (const auto other = served_override.find(family); other != served_override.end()) served = other->second;
    if (!served) return false;
    const StoredCertificate* stored = find(record->store.value_or("MY"), *served);
    if (stored == nullptr || stored->certificate.key != KeyState::usable) return false;
    const Certificate& certificate = stored->certificate;
    if (wall < certificate.not_before || wall > certificate.not_after) return false;
    return rras.sha256 && *rras.sha256 == certificate.hash;
}

}  // namespace sstp::simulated
