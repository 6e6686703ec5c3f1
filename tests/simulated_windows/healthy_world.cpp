#include "tests/simulated_windows/healthy_world.h"

#include <algorithm>

namespace sstp::simulated {

namespace {

/// SplitMix64: enough to make digests that differ, the same on every machine.
std::uint64_t next(std::uint64_t& state) {
    std::uint64_t mixed = state += 0x9E3779B97F4A7C15ULL;
    mixed = (mixed ^ mixed >> 30) * 0xBF58476D1CE4E5B9ULL;
    mixed = (mixed ^ mixed >> 27) * 0x94D049BB133111EBULL;
    return mixed ^ mixed >> 31;
}

template <class AnyDigest>
AnyDigest digest_from(std::uint64_t seed) {
    std::array<std::uint8_t, AnyDigest::kSize> bytes{};
    std::uint64_t state = seed;
    for (std::size_t i = 0; i < bytes.size(); ++i) bytes[i] = static_cast<std::uint8_t>(next(state));
    return AnyDigest{bytes};
}

SimulatedService service(const char* name, std::vector<std::string> needs, WallTime started) {
    SimulatedService made;
    made.status.name = name;
    made.status.state = ServiceState::running;
    made.status.start_type = StartType::automatic;
    made.status.process_started = started;
    made.depends_on = std::move(needs);
    return made;
}

}  // namespace

WallTime first_day() {
    using namespace std::chrono;
    return sys_days{year{2026} / 11 / 22} + hours{12};
}

Certificate make_certificate(std::uint64_t number, std::vector<std::string> names) {
    Certificate made;
    made.thumbprint = digest_from<Thumbprint>(number * 2 + 1);
    made.hash = digest_from<CertificateHash>(number * 2 + 0x100000000ULL);
    made.subject_cn = names.empty() ? std::string{} : names.front();
    made.subject = made.subject_cn.empty() ? std::string{} : "CN=" + made.subject_cn;
    made.issuer_cn = "Example CA";
    made.issuer = "CN=Example CA";
    made.serial = std::to_string(number);
    made.not_before = first_day() - std::chrono::hours{24 * 30};
    made.not_after = first_day() + std::chrono::hours{24 * 60};
    made.dns_names = std::move(names);
    made.purposes = std::vector<std::string>{kServerAuthentication};
    made.key = KeyState::usable;
    made.key_algorithm = KeyAlgorithm::rsa;
    made.key_bits = 2048;
    made.chain = ChainVerdict{ChainTrust::trusted, Revocation::good, {}};
    return made;
}

World healthy_world() {
    World world;
    world.wall = first_day();
    world.monotonic = {std::chrono::hours{100}};
    const Certificate certificate = make_certificate(1);
    add_certificate(world, certificate);
    bind(world, AddressFamily::ipv4, certificate);
    bind(world, AddressFamily::ipv6, certificate);
    store_hashes(world, certificate);
    world.parameters[SstpValue::is_hash_configured_by_admin] = RawValue::dword(1);
    const WallTime started = world.wall - std::chrono::hours{99};
    world.services["SstpSvc"] = service("SstpSvc", {}, started);
    world.services["RasMan"] = service("RasMan", {"SstpSvc"}, started);
    world.services["RemoteAccess"] = service("RemoteAccess", {"RasMan"}, started);
    world.rras = {certificate.hash, certificate.thumbprint};
    return world;
}

void drop_binding(World& world, AddressFamily family) {
    const Endpoint endpoint = Endpoint::wildcard(family, world.port());
    std::erase_if(world.bindings, [&](const ListenerBinding& each) { return each.endpoint == endpoint; });
    world.write_event("Microsoft-Windows-HttpEvent", 15300, {endpoint.to_string()});
}

void bind(World& world, AddressFamily family, const Certificate& certificate, const AppId& owner) {
    const Endpoint endpoint = Endpoint::wildcard(family, world.port());
    std::erase_if(world.bindings, [&](const ListenerBinding& each) { return each.endpoint == endpoint; });
    world.bindings.push_back({endpoint, certificate.thumbprint.to_vector(), owner, "MY", {}});
}

void store_hashes(World& world, const Certificate& certificate) {
    world.parameters[SstpValue::sha1_certificate_hash] = RawValue::binary(certificate.thumbprint.to_vector());
    world.parameters[SstpValue::sha256_certificate_hash] = RawValue::binary(certificate.hash.to_vector());
}

void add_certificate(World& world, const Certificate& certificate, const std::string& store) {
    world.stores[store].push_back({certificate, false});
}

void remove_certificate(World& world, const Thumbprint& thumbprint, const std::string& store) {
    std::erase_if(world.stores[store], [&](const StoredCertificate& each) { return each.certificate.thumbprint == thumbprint; });
}

StoredCertificate* stored(World& world, const Thumbprint& thumbprint, const std::string& store) {
    for (StoredCertificate& each : world.stores[store]) {
        if (each.certificate.thumbprint == thumbprint) return &each;
    }
    return nullptr;
}

void restart_rras(World& world) {
    for (auto& [name, service] : world.services) {
        service.status.state = ServiceState::running;
        service.status.process_started = world.wall;
    }
    world.rras_stops();
    world.rras_starts();
}

}  // namespace sstp::simulated
