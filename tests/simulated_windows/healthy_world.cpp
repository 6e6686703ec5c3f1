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

constexpr Duration kUp = std::chrono::hours{100};
constexpr Duration kRrasUp = std::chrono::hours{99};

SimulatedService service(const char* name, std::vector<std::string> needs, WallTime now) {
    SimulatedService made;
    made.status.name = name;
    made.status.state = ServiceState::running;
    made.status.start_type = StartType::automatic;
    made.started_at = now - kRrasUp;
    made.started_elapsed = -kRrasUp;
    made.depends_on = std::move(needs);
    return made;
}

constexpr std::uint64_t kRootNumbers = 0x5000000000ULL;

ChainRoot root(const std::string& name, bool in_programme) {
    std::uint64_t number = kRootNumbers;
    for (const char c : name) number = number * 131 + static_cast<unsigned char>(c);
    return {"CN=" + name, digest_from<PublicKeyHash>(number), in_programme};
}

PublicKeyHash key_of(const std::string& name) { return root(name + "/key", false).public_key; }

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
    made.issuer_key = key_of(made.issuer);
    made.roots = {root("Example Root", true)};
    made.chain_names = {"Example CA", "CN=Example CA", "Example Root", "CN=Example Root"};
    made.serial = std::to_string(number);
    made.not_before = first_day() - std::chrono::hours{24 * 30};
    made.not_after = first_day() + std::chrono::hours{24 * 60};
    made.dns_names = std::move(names);
    made.purposes = std::vector<std::string>{kServerAuthentication};
    made.key = KeyState::usable;
    made.key_algorithm = KeyAlgorithm::rsa;
    made.key_bits = 2048;
    made.chain = ChainVerdict{ChainTrust::good, Revocation::good, {}};
    return made;
}

Certificate newer_certificate(std::uint64_t number, std::vector<std::string> names) {
    Certificate made = make_certificate(number, std::move(names));
    made.not_before = first_day() - std::chrono::hours{24};
    made.not_after = first_day() + std::chrono::hours{24 * 89};
    return made;
}

Certificate of_private_ca(Certificate certificate, const std::string& root_name) {
    certificate.issuer_cn = root_name + " Issuing CA";
    certificate.issuer = "CN=" + certificate.issuer_cn;
    certificate.issuer_key = key_of(certificate.issuer);
    certificate.roots = {root(root_name, false)};
    certificate.chain_names = {certificate.issuer_cn, certificate.issuer, root_name, "CN=" + root_name};
    return certificate;
}

Certificate self_signed(Certificate certificate, bool trusted) {
    certificate.self_signed = true;
    certificate.issuer_cn = certificate.subject_cn;
    certificate.issuer = certificate.subject;
    certificate.issuer_key = key_of(certificate.thumbprint.to_string());
    certificate.roots.clear();
    certificate.chain_names.clear();
    if (trusted) {
        certificate.roots = {{certificate.subject, *certificate.issuer_key, false}};
        certificate.chain_names = {certificate.subject_cn, certificate.subject};
    } else {
        certificate.chain = ChainVerdict{ChainTrust::unknown, Revocation::not_checked, "it is its own root, which is not trusted here"};
    }
    return certificate;
}

World healthy_world() {
    World world;
    world.wall = first_day();
    world.monotonic = {kUp};
    world.interface_addresses = {*IpAddress::parse("203.0.113.5"), *IpAddress::parse("2001:db8::5")};
    const Certificate certificate = make_certificate(1);
    add_certificate(world, certificate);
    stored(world, certificate.thumbprint)->added = -kUp;
    bind_both(world, certificate);
    store_hashes(world, certificate);
    set_flag(world, 1);
    world.set_parameter(SstpValue::applied_use_https, RawValue::dword(1));
    world.set_parameter(SstpValue::applied_listener_port, RawValue::dword(0));
    world.bindings_written = world.parameters_written = world.wall - std::chrono::hours{24 * 30};
    world.services["SstpSvc"] = service("SstpSvc", {}, world.wall);
    world.services["RasMan"] = service("RasMan", {"SstpSvc"}, world.wall);
    world.services[kRemoteAccess] = service(kRemoteAccess, {"RasMan"}, world.wall);
    world.rras = {certificate.hash, certificate.thumbprint, true, 443, true, true, -kRrasUp};
    world.sstpsvc_holds = certificate.hash;
    world.log.clear();
    world.log_begins = world.wall - std::chrono::hours{24 * 60};
    return world;
}

void drop_binding(World& world, AddressFamily family) { world.erase_binding(Endpoint::wildcard(family, world.port())); }

void bind(World& world, AddressFamily family, const Certificate& certificate, const AppId& owner) {
    BindingOptions options;
    if (owner == kSstpAppId) options.certificate_check_mode = 0x1000;   // as RRAS itself makes them
    world.set_binding({Endpoint::wildcard(family, world.port()), certificate.thumbprint.to_vector(), owner, "MY", options});
}

void bind_both(World& world, const Certificate& certificate, const AppId& owner) {
    bind(world, AddressFamily::ipv4, certificate, owner);
    bind(world, AddressFamily::ipv6, certificate, owner);
}

void store_hashes(World& world, const Certificate& certificate) {
    world.set_parameter(SstpValue::sha1_certificate_hash, RawValue::binary(certificate.thumbprint.to_vector()));
    world.set_parameter(SstpValue::sha256_certificate_hash, RawValue::binary(certificate.hash.to_vector()));
}

void set_flag(World& world, std::uint32_t flag) { world.set_parameter(SstpValue::is_hash_configured_by_admin, RawValue::dword(flag)); }

void add_certificate(World& world, const Certificate& certificate, const std::string& store) {
    StoredCertificate added;
    added.certificate = certificate;
    added.added = world.elapsed;
    world.stores[store].push_back(std::move(added));
}

void remove_certificate(World& world, const Thumbprint& thumbprint, const std::string& store) { world.take_from_store(store, thumbprint); }

void archive_certificate(World& world, const Thumbprint& old, const std::optional<Thumbprint>& renewed_by) {
    StoredCertificate* found = stored(world, old);
    if (found == nullptr) return;
    found->certificate.archived = true;
    found->certificate.renewed_by = renewed_by;
}

StoredCertificate* stored(World& world, const Thumbprint& thumbprint, const std::string& store) {
    for (StoredCertificate& each : world.stores[store]) {
        if (each.certificate.thumbprint == thumbprint) return &each;
    }
    return nullptr;
}

void bind_address(World& world, const IpAddress& address, const Certificate& certificate, const AppId& owner) {
    world.set_binding({address.at(world.port()), certificate.thumbprint.to_vector(), owner, "MY", {}});
}

void bind_host_name(World& world, const std::string& host, const Certificate& certificate, const AppId& owner) {
    Endpoint endpoint;
    endpoint.kind = Endpoint::Kind::host_name;
    endpoint.host = host;
    endpoint.port = world.port();
    world.set_binding({endpoint, certificate.thumbprint.to_vector(), owner, "MY", {}});
}

bool restart_rras(World& world) {
    stop_service(world, kRemoteAccess);
    start_service(world, kRemoteAccess);
    return world.running(kRemoteAccess);
}

void move_everything(World& world, const Certificate& certificate, std::uint32_t flag) {
    bind_both(world, certificate);
    store_hashes(world, certificate);
    set_flag(world, flag);
    restart_rras(world);
}

void stop_service(World& world, const std::string& name, std::uint32_t exit_code) {
    const auto found = world.services.find(name);
    if (found != world.services.end()) world.becomes_stopped(found->second, exit_code);
}

void start_service(World& world, const std::string& name) {
    const auto found = world.services.find(name);
    if (found == world.services.end() || found->second.status.state == ServiceState::running) return;
    for (const std::string& needed : found->second.depends_on) start_service(world, needed);
    world.becomes_running(found->second);
}

void set_clock_off(World& world, Duration by) {
    world.wall += by;
    world.clock_behind -= by;
}

std::size_t clients_dial(World& world, const std::string& server_name) {
    std::size_t connected = 0;
    for (const Client& client : clients_of(world, server_name)) connected += dial(world, client) == DialOutcome::connected ? 1 : 0;
    return connected;
}

}  // namespace sstp::simulated
