#include "core/watchdog/rehearsal/imagined_server.h"

#include "core/model/text.h"
#include "core/selection/fitness.h"

#include <algorithm>
#include <utility>

namespace sstp::rehearsal {

namespace {

using namespace std::chrono_literals;

constexpr Duration kStopTakes = 2s;
constexpr Duration kStartTakes = 3s;
constexpr Duration kUsualOutage = 12s;   // where no restart was ever timed
constexpr Duration kClientsCome = 8h;    // local time: once a day somebody connects

RawValue raw(const Thumbprint& thumbprint) { return RawValue::binary(thumbprint.to_vector()); }
RawValue raw(const CertificateHash& hash) { return RawValue::binary(hash.to_vector()); }
RawValue raw(std::uint32_t number) { return RawValue::dword(number); }
/// ServerURI is ASCII; what is not says so.
RawValue raw(const std::string& text) {
    RawValue value{RawValue::kText, {}};
    for (const char c : text + '\0') {
        value.data.push_back(static_cast<std::uint8_t>(static_cast<unsigned char>(c) < 0x80 ? c : '?'));
        value.data.push_back(0);
    }
    return value;
}

template <class T>
Observed<RawValue> encoded(const Stored<T>& stored) {
    if (const T* value = value_of(stored)) return raw(*value);
    if (const auto* malformed = std::get_if<Malformed>(&stored)) return malformed->raw;
    if (const Error* why = why_unreadable(stored)) return Unreadable{*why};
    return Absent{};
}

std::map<SstpValue, Observed<RawValue>> values_of(const SstpSettings& settings) {
    return {{SstpValue::sha1_certificate_hash, encoded(settings.sha1_hash)},
            {SstpValue::sha256_certificate_hash, encoded(settings.sha256_hash)},
            {SstpValue::is_hash_configured_by_admin, encoded(settings.hash_configured_by_admin)},
            {SstpValue::listener_port, encoded(settings.listener_port)},
            {SstpValue::use_https, encoded(settings.use_https)},
            {SstpValue::server_uri, encoded(settings.server_uri)},
            {SstpValue::sha1_enabled, encoded(settings.sha1_enabled)},
            {SstpValue::applied_listener_port, encoded(settings.applied_listener_port)},
            {SstpValue::applied_use_https, encoded(settings.applied_use_https)}};
}

bool same_answer(const ProbeOutcome& left, const ProbeOutcome& right) {
    const auto* one = std::get_if<Served>(&left);
    const auto* other = std::get_if<Served>(&right);
    if (one != nullptr && other != nullptr) return one->leaf.hash == other->leaf.hash && one->uri_status == other->uri_status;
    return left.index() == right.index();
}

Unreachable unreachable(const char* stage, std::uint32_t code, const char* text) {
    return {stage, Error{ErrorKind::unexpected, "connect to", "the listener", code, text}, false};
}

Duration ready_after(std::vector<Duration> outages) {
    if (outages.empty()) outages.push_back(kUsualOutage);
    std::sort(outages.begin(), outages.end());
    return std::max<Duration>(outages[outages.size() / 2] - kStopTakes - kStartTakes, 0s);
}

}  // namespace

Certificate judged_at(WallTime now, Certificate certificate) {
    auto* verdict = std::get_if<ChainVerdict>(&certificate.chain);
    if (verdict == nullptr || verdict->trust != ChainTrust::good || !certificate.chain_ends || now <= *certificate.chain_ends)
        return certificate;
    *verdict = {ChainTrust::bad, verdict->revocation, "a CA of its chain has ended " + to_minute(*certificate.chain_ends)};
    return certificate;
}

ImaginedServer::ImaginedServer(const Snapshot& snapshot)
    : now(snapshot.state.looked_at),
      local_time(snapshot.local_time),
      records_written(snapshot.state.bindings_written),
      values(values_of(snapshot.state.settings)),
      values_written(snapshot.state.settings.written),
      certificates(snapshot.state.certificates),
      services(snapshot.state.services),
      sessions(snapshot.sessions),
      seen_(snapshot.state),
      ready_at_(now.monotonic),
      ready_after_(ready_after(snapshot.record.heals.outages)) {
    if (is_absent(certificates)) certificates = std::vector<Certificate>{};
    for (const AddressFamily family : kFamilies) {
        if (const auto* record = value_of(seen_.binding(family))) records.push_back(*record);
    }
    if (const auto* shadowing = value_of(seen_.shadowing)) records.insert(records.end(), shadowing->begin(), shadowing->end());
    const bool has_own = std::any_of(records.begin(), records.end(), [](const auto& each) { return each.app_id == kSstpAppId; });
    if (seen_.sstp_has_a_record && !has_own) {   // on another port: only that there is one was seen
        const std::uint16_t port = seen_.port == 443 ? 4443 : 443;
        records.push_back({Endpoint::wildcard(AddressFamily::ipv4, port), Bytes(20, 0), kSstpAppId, "MY", {}});
    }
    begin_as_seen(snapshot);
}

void ImaginedServer::begin_as_seen(const Snapshot& snapshot) {
    listens_ = rras_runs();
    held_ = snapshot.record.held ? snapshot.record.held->sha256 : stored_hash();
    for (const Probe& probe : seen_.probes) {
        const auto* served = std::get_if<Served>(&probe.outcome);
        if (served != nullptr && find(served->leaf.thumbprint) == nullptr) left_the_store_.push_back(served->leaf);
        if (!same_answer(by_the_records(probe.address, probe.server_name), probe.outcome))
            as_seen_[{probe.address, probe.server_name}] = probe.outcome;
        if (served != nullptr && primary_name_.empty()) primary_name_ = probe.server_name;
    }
    if (snapshot.record.learned) primary_name_ = snapshot.record.learned->primary;
    if (primary_name_.starts_with("*.")) primary_name_.replace(0, 1, "a");
    for (const AddressFamily family : kFamilies) {
        const auto own = seen_.own_probes(family);
        const bool answered =
            std::any_of(own.begin(), own.end(), [](const Probe* each) { return std::holds_alternative<Served>(each->outcome); });
        if (answered || (own.empty() && record_at(Endpoint::wildcard(family, seen_.port)))) families_with_clients_.push_back(family);
    }
}

void ImaginedServer::advance(Duration by) {
    if (!all_get_in()) cut_off_ += by;
    const auto day = [this] { return std::chrono::floor<std::chrono::days>(now.wall + offset_at(local_time, now.wall) - kClientsCome); };
    const auto before = day();
    now.wall += by;
    now.monotonic = now.monotonic + by;
    for (auto& [name, observed] : services) {
        auto* service = std::get_if<ServiceStatus>(&observed);
        const auto hangs = hangs_for.find(name);
        if (service == nullptr || service->state != ServiceState::stop_pending || hangs == hangs_for.end()) continue;
        if (now.wall - service->pending_since.value_or(now.wall) < hangs->second) continue;
        service->state = ServiceState::stopped;
        service->pending_since.reset();
        hangs_for.erase(hangs);
    }
    if (before != day()) clients_come();
    if (to_come_back_ && now.monotonic >= come_back_at_) clients_come();
}

/// Somebody connects; after a restart those come back that it cut off.
void ImaginedServer::clients_come() {
    auto* open = std::get_if<Sessions>(&sessions);
    const bool in =
        std::any_of(families_with_clients_.begin(), families_with_clients_.end(), [this](auto family) { return clients_get_in(family); });
    if (open == nullptr || !in) return;
    if (to_come_back_) *open = *std::exchange(to_come_back_, std::nullopt);
    if (open->sstp.open > 0) open->sstp.newest_began = now.wall;
}

void ImaginedServer::add(const Certificate& certificate) {
    if (auto* my = std::get_if<CertificateList>(&certificates)) my->own().push_back(certificate);
}

void ImaginedServer::remove(const Thumbprint& certificate) {
    auto* my = std::get_if<CertificateList>(&certificates);
    if (my == nullptr) return;
    for (const Certificate& each : *my) {
        if (each.thumbprint == certificate) left_the_store_.push_back(each);
    }
    std::erase_if(my->own(), [&](const Certificate& each) { return each.thumbprint == certificate; });
}

void ImaginedServer::archive(const Thumbprint& certificate, const std::optional<Thumbprint>& renewed_by) {
    auto* my = std::get_if<CertificateList>(&certificates);
    if (my == nullptr) return;
    for (Certificate& each : my->own()) {
        if (each.thumbprint != certificate) continue;
        each.archived = true;
        if (renewed_by) each.renewed_by = renewed_by;
    }
}

void ImaginedServer::set_record(const ListenerBinding& record) {
    std::erase_if(records, [&](const ListenerBinding& each) { return each.endpoint == record.endpoint; });
    records.push_back(record);
    records_written = now.wall;
    std::erase_if(as_seen_, [&](const auto& each) { return each.first.first.family == record.endpoint.family; });
}

void ImaginedServer::erase_record(const Endpoint& endpoint) {
    std::erase_if(records, [&](const ListenerBinding& each) { return each.endpoint == endpoint; });
    records_written = now.wall;
}

void ImaginedServer::set_value(SstpValue value, const Observed<RawValue>& written) {
    values[value] = written;
    values_written = now.wall;
}

const Certificate* ImaginedServer::find(const Thumbprint& thumbprint) const {
    const auto* my = value_of(certificates);
    if (my == nullptr) return nullptr;
    const auto found = std::find_if(my->begin(), my->end(), [&](const Certificate& each) { return each.thumbprint == thumbprint; });
    return found == my->end() ? nullptr : &*found;
}

std::optional<CertificateHash> ImaginedServer::stored_hash() const {
    const auto decoded = decode_sha256(values.at(SstpValue::sha256_certificate_hash));
    const auto* hash = value_of(decoded);
    return hash ? std::optional{*hash} : std::nullopt;
}

const ListenerBinding* ImaginedServer::record_at(const Endpoint& endpoint) const {
    const auto found = std::find_if(records.begin(), records.end(), [&](const ListenerBinding& each) { return each.endpoint == endpoint; });
    return found == records.end() ? nullptr : &*found;
}

// HTTP.SYS prefers the exact address, then the name, then the wildcard (HTTP_SERVICE_CONFIG_ID).
const ListenerBinding* ImaginedServer::record_for(const IpAddress& address, const std::string& server_name) const {
    if (const ListenerBinding* exact = record_at(address.at(seen_.port))) return exact;
    for (const ListenerBinding& each : records) {
        const bool named = each.endpoint.kind == Endpoint::Kind::host_name && each.endpoint.port == seen_.port;
        if (named && equal_ignoring_case(each.endpoint.host, server_name)) return &each;
    }
    return record_at(Endpoint::wildcard(address.family, seen_.port));
}

bool ImaginedServer::is_off(AddressFamily family) const {
    const bool taken =
        std::any_of(seen_.port_taken_by.begin(), seen_.port_taken_by.end(), [=](const auto& each) { return each.family == family; });
    return taken || (family == AddressFamily::ipv6 && seen_.ipv6_is_off);
}

ProbeOutcome ImaginedServer::answer(const IpAddress& address, const std::string& server_name) const {
    const auto seen = as_seen_.find({address, server_name});
    if (seen == as_seen_.end()) return by_the_records(address, server_name);
    ProbeOutcome outcome = seen->second;
    if (auto* served = std::get_if<Served>(&outcome)) served->leaf = judged_at(now.wall, served->leaf);
    return outcome;
}

ProbeOutcome ImaginedServer::by_the_records(const IpAddress& address, const std::string& server_name) const {
    if (!rras_runs() || is_off(address.family)) return unreachable("connect", 10061, "connection refused");
    const ListenerBinding* record = record_for(address, server_name);
    const auto named = record != nullptr ? record->thumbprint() : std::nullopt;
    const Certificate* certificate = named ? find(*named) : nullptr;
    for (const Certificate& each : left_the_store_) {
        if (certificate == nullptr && named == each.thumbprint) certificate = &each;
    }
    if (follows_renewal_links && certificate != nullptr && certificate->renewed_by) {
        if (const Certificate* renewal = find(*certificate->renewed_by)) certificate = renewal;
    }
    const bool usable = certificate != nullptr && !has_no_usable_key(*certificate);
    if (!usable) return unreachable("handshake", 10054, "connection reset");
    Served served{judged_at(now.wall, *certificate), SentChain::complete, {}, listens_ ? (now.monotonic < ready_at_ ? 503 : 401) : 404};
    served.leaf.key = KeyState::usable;
    served.leaf.key_explanation.clear();
    served.leaf.archived = false;
    served.leaf.renewed_by.reset();
    return served;
}

bool ImaginedServer::all_get_in() const {
    return std::all_of(families_with_clients_.begin(), families_with_clients_.end(),
                       [this](AddressFamily family) { return clients_get_in(family); });
}

bool ImaginedServer::clients_get_in(AddressFamily family) const {
    if (!listens_ || now.monotonic < ready_at_) return false;
    for (const Probe& probe : seen_.probes) {
        if (probe.address.family != family) continue;
        const ProbeOutcome outcome = answer(probe.address, probe.server_name);
        const auto* served = std::get_if<Served>(&outcome);
        if (served == nullptr || served->leaf.hash != held_) return false;
        const Certificate& leaf = served->leaf;
        const auto* chain = value_of(leaf.chain);
        const bool trusted = chain == nullptr || (chain->trust != ChainTrust::bad && chain->revocation != Revocation::revoked);
        const bool named = primary_name_.empty() || covers(leaf, primary_name_);
        if (!trusted || !named || now.wall < leaf.not_before || now.wall > leaf.not_after) return false;
    }
    return true;
}

}  // namespace sstp::rehearsal
