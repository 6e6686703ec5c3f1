// RRAS as the facts have it (rras-sstp sections 1, 2 and 5): what it reads, adopts and complains of when it starts.

#include "tests/simulated_windows/world.h"

#include <algorithm>

namespace sstp::simulated {

namespace {

constexpr char kRasSstp[] = "Microsoft-Windows-RasSstp";

Observed<RawValue> raw(const World& world, SstpValue value) {
    const auto found = world.parameters.find(value);
    if (found == world.parameters.end()) return Absent{};
    return found->second;
}

bool tells_https(const World& world) {
    const auto decoded = decode_dword(raw(world, SstpValue::use_https));
    const auto* number = value_of(decoded);
    return number == nullptr || *number != 0;
}

bool chosen_by_admin(const World& world) {
    const auto decoded = decode_dword(raw(world, SstpValue::is_hash_configured_by_admin));
    const auto* number = value_of(decoded);
    return number != nullptr && *number != 0;
}

const Certificate* bound(const World& world, AddressFamily family) {
    const ListenerBinding* record = world.binding_at(Endpoint::wildcard(family, world.port()));
    if (record == nullptr || !record->thumbprint()) return nullptr;
    const StoredCertificate* stored = world.find(record->store.value_or("MY"), *record->thumbprint());
    return stored ? &stored->certificate : nullptr;
}

bool accepts(const Certificate& certificate) {
    if (certificate.key != KeyState::usable) return false;
    if (!certificate.purposes) return true;
    return std::any_of(certificate.purposes->begin(), certificate.purposes->end(),
                       [](const std::string& purpose) { return purpose == kServerAuthentication || purpose == kAnyPurpose; });
}

void complain_of_binding(World& world, AddressFamily family, std::uint32_t event) {
    const Certificate* certificate = bound(world, family);
    if (certificate == nullptr || !accepts(*certificate)) {
        world.write_event(kRasSstp, event,
                          {"The system cannot find the file specified.", certificate ? certificate->subject : std::string{}});
    }
}

/// With an administrator's choice the stored hashes rule, and RRAS complains where they do not fit.
void read_administrators_choice(World& world) {
    const auto sha256 = decode_sha256(raw(world, SstpValue::sha256_certificate_hash));
    const auto sha1 = decode_sha1(raw(world, SstpValue::sha1_certificate_hash));
    if (std::holds_alternative<Malformed>(sha256)) world.write_event(kRasSstp, 18, {});
    if (std::holds_alternative<Malformed>(sha1)) world.write_event(kRasSstp, 19, {});
    const auto* hash = value_of(sha256);
    const auto* thumbprint = value_of(sha1);
    world.rras = {};
    if (hash) world.rras.sha256 = *hash;
    if (thumbprint) world.rras.sha1 = *thumbprint;
    if (hash == nullptr) {
        world.write_event(kRasSstp, 25, {});
        return;
    }
    const Certificate* ipv4 = bound(world, AddressFamily::ipv4);
    if (ipv4 != nullptr && ipv4->hash != *hash) world.write_event(kRasSstp, 32, {});
}

/// Otherwise RRAS adopts what the binding names, and records the hashes itself.
void adopt_binding(World& world) {
    const Certificate* certificate = bound(world, AddressFamily::ipv4);
    if (certificate == nullptr) certificate = bound(world, AddressFamily::ipv6);
    world.rras = {};
    if (certificate == nullptr) {
        world.write_event(kRasSstp, 21, {});
        return;
    }
    world.rras = {certificate->hash, certificate->thumbprint};
    ++world.rras_changes;
    world.parameters[SstpValue::sha256_certificate_hash] = RawValue::binary(certificate->hash.to_vector());
    world.parameters[SstpValue::sha1_certificate_hash] = RawValue::binary(certificate->thumbprint.to_vector());
}

/// [assumed] Some versions configure missing wildcard records for the certificate that the hash names.
void make_missing_bindings(World& world) {
    const auto sha256 = decode_sha256(raw(world, SstpValue::sha256_certificate_hash));
    const auto* hash = value_of(sha256);
    if (hash == nullptr) return;
    for (const StoredCertificate& each : world.stores["MY"]) {
        if (each.certificate.hash != *hash || each.certificate.key != KeyState::usable) continue;
        for (const AddressFamily family : {AddressFamily::ipv4, AddressFamily::ipv6}) {
            const Endpoint endpoint = Endpoint::wildcard(family, world.port());
            if (world.binding_at(endpoint) != nullptr) continue;
            ++world.rras_changes;
            world.bindings.push_back({endpoint, each.certificate.thumbprint.to_vector(), kSstpAppId, "MY", {}});
        }
    }
}

}  // namespace

void World::rras_starts() {
    if (!tells_https(*this)) return;   // TLS ends elsewhere: the hash is the load balancer's, and RRAS believes it
    if (rras_makes_bindings) make_missing_bindings(*this);
    if (chosen_by_admin(*this)) {
        read_administrators_choice(*this);
    } else {
        adopt_binding(*this);
    }
    const auto& my = stores["MY"];
    const bool any = std::any_of(my.begin(), my.end(), [](const StoredCertificate& each) { return accepts(each.certificate); });
    if (!any) write_event(kRasSstp, 11, {});
    complain_of_binding(*this, AddressFamily::ipv4, 12);
    complain_of_binding(*this, AddressFamily::ipv6, 13);
    const Certificate* ipv4 = bound(*this, AddressFamily::ipv4);
    const Certificate* ipv6 = bound(*this, AddressFamily::ipv6);
    if (ipv4 && ipv6 && ipv4->hash != ipv6->hash) write_event(kRasSstp, 24, {});
}

void World::rras_stops() { rras = {}; }

void World::boot() {
    monotonic = {};
    rras = {};
    for (auto& [name, service] : services) {
        service.status.state = ServiceState::stopped;
        service.status.process_started.reset();
        service.status.exit_code = 1077;   // ERROR_SERVICE_NEVER_STARTED
    }
    for (auto& [name, service] : services) {
        if (service.status.start_type != StartType::automatic) continue;
        for (auto& [other, needed] : services) {
            const auto& needs = service.depends_on;
            if (other != name && std::find(needs.begin(), needs.end(), other) == needs.end()) continue;
            if (needed.status.start_type == StartType::disabled) continue;
            needed.status.state = ServiceState::running;
            needed.status.exit_code = 0;
            needed.status.process_started = wall;
        }
    }
    if (running("RemoteAccess")) rras_starts();
}

}  // namespace sstp::simulated
