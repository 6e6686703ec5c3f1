#include "tests/core/diagnosis/server_builder.h"

#include <utility>

namespace sstp::test {

namespace {

template <class AnyDigest>
AnyDigest digest_of(std::uint32_t number, std::uint8_t kind) {
    std::array<std::uint8_t, AnyDigest::kSize> bytes{};
    bytes.fill(kind);
    for (std::size_t i = 0; i < 4; ++i) bytes[i] = static_cast<std::uint8_t>(number >> 8 * i);
    return AnyDigest{bytes};
}

ServiceStatus running(const std::string& name, StartType type) {
    ServiceStatus status;
    status.name = name;
    status.state = ServiceState::running;
    status.start_type = type;
    status.process_started = days_from_look(-3);
    return status;
}

}  // namespace

WallTime look_time() {
    using namespace std::chrono;
    return sys_days{year{2026} / 11 / 21} + hours{2} + minutes{14};
}

WallTime days_from_look(int days) { return look_time() + std::chrono::hours{24 * days}; }

CertificateBuilder::CertificateBuilder(std::uint32_t number) {
    certificate.thumbprint = digest_of<Thumbprint>(number, 0x11);
    certificate.hash = digest_of<CertificateHash>(number, 0x22);
    certificate.subject = certificate.subject_cn = "";
    issued_by("Example CA");
    certificate.serial = std::to_string(number);
    certificate.key = KeyState::usable;
    names({"vpn.example.com"});
    valid(-30, 60);
    purposes({{kServerAuthentication}});
    key(KeyAlgorithm::rsa, 2048);
    chain(ChainTrust::trusted);
}

CertificateBuilder& CertificateBuilder::names(std::vector<std::string> dns_names) {
    certificate.dns_names = std::move(dns_names);
    return *this;
}

CertificateBuilder& CertificateBuilder::valid(int from_day, int until_day) {
    certificate.not_before = days_from_look(from_day);
    certificate.not_after = days_from_look(until_day);
    return *this;
}

CertificateBuilder& CertificateBuilder::purposes(std::optional<std::vector<std::string>> oids) {
    certificate.purposes = std::move(oids);
    return *this;
}

CertificateBuilder& CertificateBuilder::key(KeyState state) {
    certificate.key = state;
    return *this;
}

CertificateBuilder& CertificateBuilder::key(KeyAlgorithm algorithm, std::uint32_t bits) {
    certificate.key_algorithm = algorithm;
    certificate.key_bits = bits;
    return *this;
}

CertificateBuilder& CertificateBuilder::chain(ChainTrust trust, Revocation revocation) {
    certificate.chain = ChainVerdict{trust, revocation, {}};
    return *this;
}

CertificateBuilder& CertificateBuilder::chain_unreadable() {
    certificate.chain = Unreadable{denied("build the chain")};
    return *this;
}

CertificateBuilder& CertificateBuilder::renewed_by(const Certificate& successor) {
    certificate.renewed_by = successor.thumbprint;
    return *this;
}

CertificateBuilder& CertificateBuilder::issued_by(const std::string& common_name) {
    certificate.issuer_cn = common_name;
    certificate.issuer = "CN=" + common_name + ",O=Example";
    return *this;
}

Error denied(const std::string& what) { return {ErrorKind::access_denied, what, "", 5, "Access is denied"}; }

RawValue text_value(const std::string& text) {
    RawValue raw{RawValue::kText, {}};
    for (const char character : text) {
        raw.data.push_back(static_cast<std::uint8_t>(character));
        raw.data.push_back(0);
    }
    raw.data.insert(raw.data.end(), 2, 0);
    return raw;
}

ServerBuilder::ServerBuilder() {
    state.looked_at.wall = now;
    for (const AddressFamily family : {AddressFamily::ipv4, AddressFamily::ipv6}) {
        ListenerBinding made;
        made.endpoint = Endpoint::wildcard(family, state.port);
        made.app_id = kSstpAppId;
        made.store = "MY";
        made.options.certificate_check_mode = 7;  // must survive every heal
        made.options.flags = 1;
        (family == AddressFamily::ipv4 ? state.ipv4_binding : state.ipv6_binding) = made;
    }
    state.shadowing = std::vector<ShadowingBinding>{};
    state.services["RemoteAccess"] = running("RemoteAccess", StartType::automatic);
    state.services["RasMan"] = running("RasMan", StartType::automatic);
    state.services["SstpSvc"] = running("SstpSvc", StartType::manual);
    holding({certificate(1)}).all_naming(certificate(1));
}

ListenerBinding& ServerBuilder::record(AddressFamily family) {
    return std::get<ListenerBinding>(family == AddressFamily::ipv4 ? state.ipv4_binding : state.ipv6_binding);
}

ServerBuilder& ServerBuilder::holding(std::vector<Certificate> certificates) {
    state.certificates = std::move(certificates);
    return *this;
}

ServerBuilder& ServerBuilder::adding(const Certificate& another) {
    std::get<std::vector<Certificate>>(state.certificates).push_back(another);
    return *this;
}

ServerBuilder& ServerBuilder::all_naming(const Certificate& named) {
    return binding(AddressFamily::ipv4, named).binding(AddressFamily::ipv6, named).hashes(named).serving(named);
}

ServerBuilder& ServerBuilder::binding(AddressFamily family, const Certificate& named) {
    record(family).certificate = named.thumbprint.to_vector();
    return *this;
}

ServerBuilder& ServerBuilder::without_binding(AddressFamily family) {
    (family == AddressFamily::ipv4 ? state.ipv4_binding : state.ipv6_binding) = Absent{};
    return *this;
}

ServerBuilder& ServerBuilder::owned_by(AddressFamily family, const AppId& owner) {
    record(family).app_id = owner;
    return *this;
}

ServerBuilder& ServerBuilder::in_store(AddressFamily family, const std::string& store) {
    record(family).store = store;
    return *this;
}

ServerBuilder& ServerBuilder::hashes(const Certificate& named) { return sha1(named.thumbprint).sha256(named.hash); }

ServerBuilder& ServerBuilder::sha1(Stored<Thumbprint> stored) {
    state.settings.sha1_hash = std::move(stored);
    return *this;
}

ServerBuilder& ServerBuilder::sha256(Stored<CertificateHash> stored) {
    state.settings.sha256_hash = std::move(stored);
    return *this;
}

ServerBuilder& ServerBuilder::flag(Stored<std::uint32_t> stored) {
    state.settings.hash_configured_by_admin = std::move(stored);
    return *this;
}

ServerBuilder& ServerBuilder::tls_offloaded() {
    state.settings.use_https = std::uint32_t{0};
    return *this;
}

ServerBuilder& ServerBuilder::shadowed_by_address(AddressFamily family, const Certificate& named) {
    ShadowingBinding shadow;
    shadow.endpoint = Endpoint::wildcard(family, state.port);
    shadow.endpoint.address[0] = 10;
    shadow.app_id = kIisAppId;
    shadow.certificate = named.thumbprint.to_vector();
    std::get<std::vector<ShadowingBinding>>(state.shadowing).push_back(shadow);
    return *this;
}

ServerBuilder& ServerBuilder::shadowed_by_name(const std::string& host, const Certificate& named) {
    ShadowingBinding shadow;
    shadow.endpoint.kind = Endpoint::Kind::host_name;
    shadow.endpoint.host = host;
    shadow.endpoint.port = state.port;
    shadow.app_id = kIisAppId;
    shadow.certificate = named.thumbprint.to_vector();
    std::get<std::vector<ShadowingBinding>>(state.shadowing).push_back(shadow);
    return *this;
}

ServerBuilder& ServerBuilder::shadowed_by_central_store() {
    ShadowingBinding shadow;
    shadow.endpoint.kind = Endpoint::Kind::central_store;
    shadow.endpoint.port = state.port;
    shadow.app_id = kIisAppId;
    std::get<std::vector<ShadowingBinding>>(state.shadowing).push_back(shadow);
    return *this;
}

ServerBuilder& ServerBuilder::serving(AddressFamily family, const Certificate& served, int uri_status) {
    (family == AddressFamily::ipv4 ? state.ipv4_served : state.ipv6_served) =
        Served{served.hash, served.thumbprint, served.not_after, served.subject, uri_status};
    return *this;
}

ServerBuilder& ServerBuilder::serving(const Certificate& served) {
    return serving(AddressFamily::ipv4, served).serving(AddressFamily::ipv6, served);
}

ServerBuilder& ServerBuilder::unreachable(AddressFamily family, ErrorKind kind) {
    (family == AddressFamily::ipv4 ? state.ipv4_served : state.ipv6_served) =
        Unreachable{"connect", {kind, "connect to", Endpoint::wildcard(family, state.port).to_string(), 10060, "No answer"}};
    return *this;
}

ServerBuilder& ServerBuilder::uri_status(AddressFamily family, Observed<int> status) {
    std::get<Served>(family == AddressFamily::ipv4 ? state.ipv4_served : state.ipv6_served).uri_status = std::move(status);
    return *this;
}

ServerBuilder& ServerBuilder::service(const std::string& name, ServiceState service_state, std::uint32_t exit_code) {
    auto& status = std::get<ServiceStatus>(state.services.at(name));
    status.state = service_state;
    status.exit_code = exit_code;
    if (service_state == ServiceState::stopped) status.process_started = std::nullopt;
    return *this;
}

ServerBuilder& ServerBuilder::start_type(const std::string& name, StartType type) {
    std::get<ServiceStatus>(state.services.at(name)).start_type = type;
    return *this;
}

ServerBuilder& ServerBuilder::not_installed(const std::string& name) {
    state.services.at(name) = Absent{};
    return *this;
}

ServerBuilder& ServerBuilder::wanting_names(std::vector<std::string> names) {
    policy.certificate.dns_names = std::move(names);
    return *this;
}

ServerBuilder& ServerBuilder::pinning(const Certificate& pinned) {
    policy.certificate.thumbprint = pinned.hash;
    return *this;
}

ServerBuilder& ServerBuilder::wanting_issuer(const std::string& issuer) {
    policy.certificate.issuer = issuer;
    return *this;
}

ServerBuilder& ServerBuilder::taking_over() {
    policy.listener.foreign_owner = ForeignOwner::take_over;
    return *this;
}

ServerBuilder& ServerBuilder::remembering(const Certificate& known_good) {
    memory.known_good = KnownGood{known_good.hash, known_good.dns_names, days_from_look(-1)};
    return *this;
}

ServerBuilder& ServerBuilder::troubled(int minutes_ago) {
    memory.trouble_at = now - std::chrono::minutes{minutes_ago};
    return *this;
}

ServerBuilder& ServerBuilder::seen(Reason reason, std::uint32_t times) {
    memory.seen_in_a_row[reason] = times;
    return *this;
}

}  // namespace sstp::test
