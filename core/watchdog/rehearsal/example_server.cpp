#include "core/watchdog/rehearsal/stories.h"

#include "core/model/certificate_authority.h"
#include "core/selection/names.h"

namespace sstp::rehearsal {

namespace {

using namespace std::chrono_literals;
using std::chrono::days;

template <class AnyDigest>
AnyDigest digest(std::uint8_t seed) {
    std::array<std::uint8_t, AnyDigest::kSize> bytes{};
    for (std::size_t i = 0; i < bytes.size(); ++i) bytes[i] = static_cast<std::uint8_t>(seed + 37 * i);
    return AnyDigest{bytes};
}

Certificate certificate(WallTime now) {
    Certificate made;
    made.thumbprint = digest<Thumbprint>(0x3F);
    made.hash = digest<CertificateHash>(0x91);
    made.subject_cn = "vpn.example.com";
    made.subject = "CN=vpn.example.com";
    made.issuer_cn = "Example CA";
    made.issuer = "CN=Example CA";
    made.issuer_key = digest<PublicKeyHash>(0x11);
    made.roots = {{"CN=Example Root", digest<PublicKeyHash>(0x12), true}};
    made.chain_names = {"Example CA", "CN=Example CA", "Example Root", "CN=Example Root"};
    made.serial = "0A0B0C";
    made.not_before = now - days{30};
    made.not_after = now + days{60};
    made.dns_names = {"vpn.example.com"};
    made.purposes = std::vector<std::string>{kServerAuthentication};
    made.key = KeyState::usable;
    made.key_algorithm = KeyAlgorithm::rsa;
    made.key_bits = 2048;
    made.chain = ChainVerdict{ChainTrust::good, Revocation::good, {}};
    return made;
}

ServiceStatus service(const char* name, WallTime started) {
    ServiceStatus status;
    status.name = name;
    status.state = ServiceState::running;
    status.start_type = StartType::automatic;
    status.started = StartedBetween{started, started};
    return status;
}

}  // namespace

Snapshot example_server(WallTime now) {
    Snapshot snapshot;
    const Certificate active = certificate(now);
    const WallTime started = now - days{20};
    const WallTime written = now - days{29};
    snapshot.version = "example";
    snapshot.computer = "VPN01";
    ServerState& state = snapshot.state;
    state.looked_at = {now, {days{20} + 1h}};
    state.settings.sha1_hash = active.thumbprint;
    state.settings.sha256_hash = active.hash;
    state.settings.hash_configured_by_admin = std::uint32_t{1};
    state.settings.applied_use_https = std::uint32_t{1};
    state.settings.applied_listener_port = std::uint32_t{0};
    state.settings.written = state.bindings_written = written;
    const auto record = [&](AddressFamily family) {
        return ListenerBinding{Endpoint::wildcard(family, 443), active.thumbprint.to_vector(), kSstpAppId, "MY", {}};
    };
    state.ipv4_binding = record(AddressFamily::ipv4);
    state.ipv6_binding = record(AddressFamily::ipv6);
    state.shadowing = std::vector<ShadowingBinding>{};
    state.sstp_has_a_record = true;
    state.listen_list = std::vector<IpAddress>{};
    state.interface_addresses = {*IpAddress::parse("192.0.2.10"), *IpAddress::parse("2001:db8::10")};
    state.certificates = std::vector<Certificate>{active};
    for (const char* name : {"RemoteAccess", "RasMan", "SstpSvc"}) state.services[name] = service(name, started);
    for (const AddressFamily family : kFamilies)
        state.probes.push_back({IpAddress::loopback(family), "vpn.example.com", Served{active, SentChain::complete, {}, 401}});
    snapshot.sessions = Sessions{{12, now - 1h}, {}};
    snapshot.machine = {"00000000-0000-4000-8000-000000000001", "VPN01", "00000000-0000-4000-8000-000000000002"};
    RecordContents& contents = snapshot.record;
    contents.installation_id = std::string(32, '0');
    contents.machine = snapshot.machine;
    contents.learned = learned_from(active, written);
    contents.proven =
        Proven{active, authority_of(active), written, {{AddressFamily::ipv4, Level::answers}, {AddressFamily::ipv6, Level::answers}}};
    contents.names_ever = active.dns_names;
    contents.sessions.newest_sstp_began = now - 1h;
    contents.held = HeldByRras{active.hash,
                               active.thumbprint,
                               {{AddressFamily::ipv4, active.thumbprint}, {AddressFamily::ipv6, active.thumbprint}},
                               StartedBetween{started, started},
                               now};
    snapshot.policy_file = "{}";
    return snapshot;
}

}  // namespace sstp::rehearsal
