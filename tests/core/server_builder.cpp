#include "tests/core/server_builder.h"

#include "core/model/text.h"

#include <algorithm>
#include <utility>

namespace sstp::test {

namespace {

ServiceStatus running_service(const std::string& name, StartType type) {
    ServiceStatus status;
    status.name = name;
    status.state = ServiceState::running;
    status.start_type = type;
    status.started = StartedBetween{days_from_look(-3), days_from_look(-3)};
    return status;
}

constexpr char kAskedFor[] = "vpn.example.com";

}  // namespace

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
    state.looked_at.wall = look_time();
    state.looked_at.monotonic.since_boot = std::chrono::hours{24 * 3 + 1};
    state.shadowing = std::vector<ShadowingBinding>{};
    state.listen_list = std::vector<IpAddress>{};
    interfaces({"203.0.113.5", "2001:db8::5"});
    state.services["RemoteAccess"] = running_service("RemoteAccess", StartType::automatic);
    state.services["RasMan"] = running_service("RasMan", StartType::automatic);
    state.services["SstpSvc"] = running_service("SstpSvc", StartType::manual);
    state.settings.written = state.bindings_written = days_from_look(-25);
    holding({one()}).all_naming(one());
    learned(one()).proven(one()).held(one()).sessions(3);
    memory.up_time = state.looked_at.monotonic.since_boot;
    memory.levels_before = {{v4, Level::answers}, {v6, Level::answers}};
}

ListenerBinding& ServerBuilder::record_of(AddressFamily family) {
    auto& observed = family == v4 ? state.ipv4_binding : state.ipv6_binding;
    if (!value_of(observed)) {
        ListenerBinding made;
        made.endpoint = Endpoint::wildcard(family, state.port);
        made.app_id = kSstpAppId;
        made.store = "MY";
        made.options.certificate_check_mode = 7;  // must survive every heal
        made.options.flags = 1;
        observed = made;
    }
    return std::get<ListenerBinding>(observed);
}

std::vector<Certificate>& ServerBuilder::store() { return std::get<CertificateList>(state.certificates).own(); }

ServerBuilder& ServerBuilder::note_records() {
    const auto is_ours = [](const Observed<ListenerBinding>& record) {
        const auto* value = value_of(record);
        return value && value->app_id == kSstpAppId;
    };
    state.sstp_has_a_record = is_ours(state.ipv4_binding) || is_ours(state.ipv6_binding);
    return *this;
}

ServerBuilder& ServerBuilder::at(int day, int hour, int minute) {
    using namespace std::chrono;
    const WallTime moved = floor<days>(look_time()) + hours{24 * day + hour} + minutes{minute};
    state.looked_at.monotonic.since_boot += moved - state.looked_at.wall;
    state.looked_at.wall = moved;
    memory.up_time = state.looked_at.monotonic.since_boot;
    return *this;
}

ServerBuilder& ServerBuilder::clock_doubtful() {
    memory.clock_doubtful = true;
    memory.clock_explanation = "The clock is earlier than the last record.";
    return *this;
}

ServerBuilder& ServerBuilder::holding(std::vector<Certificate> certificates) {
    state.certificates = std::move(certificates);
    return *this;
}

ServerBuilder& ServerBuilder::adding(const Certificate& another) {
    store().push_back(another);
    return *this;
}

ServerBuilder& ServerBuilder::replacing(const Certificate& changed) {
    for (Certificate& each : store()) {
        if (each.hash == changed.hash) each = changed;
    }
    return *this;
}

ServerBuilder& ServerBuilder::archiving(const Certificate& which) {
    for (Certificate& each : store()) {
        if (each.hash == which.hash) each.archived = true;
    }
    return *this;
}

ServerBuilder& ServerBuilder::deleting(const Certificate& which) {
    std::erase_if(store(), [&](const Certificate& each) { return each.hash == which.hash; });
    return *this;
}

ServerBuilder& ServerBuilder::linking(const Certificate& from, const Certificate& to) {
    for (Certificate& each : store()) {
        if (each.hash == from.hash) each.renewed_by = to.thumbprint;
    }
    return *this;
}

ServerBuilder& ServerBuilder::store_unreadable() {
    state.certificates = Unreadable{denied("list the certificates")};
    return *this;
}

ServerBuilder& ServerBuilder::all_naming(const Certificate& named) { return records(named).hash(named).serving(named); }

ServerBuilder& ServerBuilder::record(AddressFamily family, const Certificate& named) {
    record_of(family).certificate = named.thumbprint.to_vector();
    return note_records();
}

ServerBuilder& ServerBuilder::without_record(AddressFamily family) {
    (family == v4 ? state.ipv4_binding : state.ipv6_binding) = Absent{};
    return note_records();
}

ServerBuilder& ServerBuilder::owned_by(AddressFamily family, const AppId& owner) {
    record_of(family).app_id = owner;
    return note_records();
}

ServerBuilder& ServerBuilder::in_store(AddressFamily family, std::optional<std::string> store) {
    record_of(family).store = std::move(store);
    return *this;
}

ServerBuilder& ServerBuilder::record_unreadable(AddressFamily family) {
    (family == v4 ? state.ipv4_binding : state.ipv6_binding) = Unreadable{denied("read the record")};
    return note_records();
}

ServerBuilder& ServerBuilder::hash(const Certificate& named) { return sha1(named.thumbprint).sha256(named.hash); }

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

ServerBuilder& ServerBuilder::sha1_enabled() {
    state.settings.sha1_enabled = std::uint32_t{1};
    return *this;
}

ServerBuilder& ServerBuilder::tls_offloaded() {
    state.settings.use_https = std::uint32_t{0};
    return *this;
}

ServerBuilder& ServerBuilder::written(int minutes_ago) { return records_written(minutes_ago).parameters_written(minutes_ago); }

ServerBuilder& ServerBuilder::records_written(int minutes_ago) {
    state.bindings_written = state.looked_at.wall - std::chrono::minutes{minutes_ago};
    return *this;
}

ServerBuilder& ServerBuilder::parameters_written(int minutes_ago) {
    state.settings.written = state.looked_at.wall - std::chrono::minutes{minutes_ago};
    return *this;
}

ServerBuilder& ServerBuilder::shadowed_by_address(const std::string& ip, const Certificate& named, std::optional<std::string> store_name) {
    ShadowingBinding shadow;
    shadow.endpoint = IpAddress::parse(ip)->at(state.port);
    shadow.app_id = kIisAppId;
    shadow.store = std::move(store_name);
    shadow.certificate = named.thumbprint.to_vector();
    std::get<std::vector<ShadowingBinding>>(state.shadowing).push_back(shadow);
    return *this;
}

ServerBuilder& ServerBuilder::sni(const std::string& host, const Certificate& named, std::optional<std::string> store_name) {
    ShadowingBinding shadow;
    shadow.endpoint.kind = Endpoint::Kind::host_name;
    shadow.endpoint.host = host;
    shadow.endpoint.port = state.port;
    shadow.app_id = kIisAppId;
    shadow.store = std::move(store_name);
    shadow.certificate = named.thumbprint.to_vector();
    std::get<std::vector<ShadowingBinding>>(state.shadowing).push_back(shadow);
    return *this;
}

ServerBuilder& ServerBuilder::central_store() {
    ShadowingBinding shadow;
    shadow.endpoint.kind = Endpoint::Kind::central_store;
    shadow.endpoint.port = state.port;
    shadow.app_id = kIisAppId;
    std::get<std::vector<ShadowingBinding>>(state.shadowing).push_back(shadow);
    return *this;
}

ServerBuilder& ServerBuilder::listen_list(std::initializer_list<std::string> addresses) {
    std::vector<IpAddress> listed;
    for (const std::string& each : addresses) listed.push_back(*IpAddress::parse(each));
    state.listen_list = listed;
    return *this;
}

ServerBuilder& ServerBuilder::interfaces(std::initializer_list<std::string> addresses) {
    state.interface_addresses.clear();
    for (const std::string& each : addresses) state.interface_addresses.push_back(*IpAddress::parse(each));
    return *this;
}

ServerBuilder& ServerBuilder::probe(const IpAddress& address, const std::string& server_name, ProbeOutcome outcome) {
    const auto same = std::find_if(state.probes.begin(), state.probes.end(), [&](const Probe& each) {
        return each.address == address && equal_ignoring_case(each.server_name, server_name);
    });
    if (same != state.probes.end()) {
        same->outcome = std::move(outcome);
    } else {
        state.probes.push_back({address, server_name, std::move(outcome)});
    }
    return *this;
}

namespace {
Served served_outcome(const Certificate& leaf, int uri_status) {
    Served served;
    served.leaf = leaf;
    served.leaf.key = KeyState::usable;   // a handshake is done with the key
    served.leaf.archived = false;         // properties of the store are not on the wire
    served.leaf.renewed_by = std::nullopt;
    served.sent_chain = SentChain::complete;
    served.uri_status = uri_status;
    return served;
}
}  // namespace

ServerBuilder& ServerBuilder::serving(AddressFamily family, const Certificate& served, int uri_status) {
    return probe(IpAddress::loopback(family), kAskedFor, served_outcome(served, uri_status));
}

ServerBuilder& ServerBuilder::serving_at(const std::string& ip, const Certificate& served, const std::string& server_name, int uri_status) {
    return probe(*IpAddress::parse(ip), server_name, served_outcome(served, uri_status));
}

ServerBuilder& ServerBuilder::unreachable(AddressFamily family, ErrorKind kind) {
    const IpAddress address = IpAddress::loopback(family);
    return probe(address, kAskedFor,
                 Unreachable{"connect", {kind, "connect to", address.at(state.port).to_string(), 10060, "No answer"}, false});
}

ServerBuilder& ServerBuilder::resetting(AddressFamily family) {
    const IpAddress address = IpAddress::loopback(family);
    return probe(address, kAskedFor,
                 Unreachable{"handshake",
                             {ErrorKind::unexpected, "shake hands with", address.at(state.port).to_string(), 10054, "Connection reset"},
                             false});
}

ServerBuilder& ServerBuilder::no_cipher(AddressFamily family) {
    const IpAddress address = IpAddress::loopback(family);
    return probe(
        address, kAskedFor,
        Unreachable{"handshake",
                    {ErrorKind::unexpected, "handshake with", address.at(state.port).to_string(), 0x80090331, "No common algorithm"},
                    true});
}

ServerBuilder& ServerBuilder::not_probed(AddressFamily family) { return probe(IpAddress::loopback(family), kAskedFor, NotProbed{}); }

ServerBuilder& ServerBuilder::uri_status(AddressFamily family, Observed<int> status) {
    for (Probe& each : state.probes) {
        if (auto* served = std::get_if<Served>(&each.outcome); served && each.address.family == family) served->uri_status = status;
    }
    return *this;
}

ServerBuilder& ServerBuilder::sent_chain(SentChain chain, const std::string& explanation) {
    for (Probe& each : state.probes) {
        if (auto* served = std::get_if<Served>(&each.outcome)) {
            served->sent_chain = chain;
            served->sent_chain_explanation = explanation;
        }
    }
    return *this;
}

ServerBuilder& ServerBuilder::port_taken(AddressFamily family, const std::string& process) {
    state.port_taken_by.push_back({family, process});
    return *this;
}

ServerBuilder& ServerBuilder::service(const std::string& name, ServiceState service_state, std::uint32_t exit_code) {
    auto& status = std::get<ServiceStatus>(state.services.at(name));
    status.state = service_state;
    status.exit_code = exit_code;
    if (service_state != ServiceState::running) status.started = std::nullopt;
    return *this;
}

ServerBuilder& ServerBuilder::start_type(const std::string& name, StartType type) {
    std::get<ServiceStatus>(state.services.at(name)).start_type = type;
    return *this;
}

ServerBuilder& ServerBuilder::not_installed(const std::string& name) {
    state.services[name] = Absent{};
    return *this;
}

ServerBuilder& ServerBuilder::rras_started(int minutes_ago) {
    const WallTime at = state.looked_at.wall - std::chrono::minutes{minutes_ago};
    std::get<ServiceStatus>(state.services.at("RemoteAccess")).started = StartedBetween{at, at};
    return *this;
}

}  // namespace sstp::test
