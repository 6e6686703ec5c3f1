// Services, and RRAS when it starts: as much of facts rras-sstp 2 as a heal can meet.

#include "core/watchdog/rehearsal/imagined_server.h"

#include "core/model/text.h"

#include <algorithm>

namespace sstp::rehearsal {

namespace {

using namespace std::chrono_literals;

constexpr Duration kStopTakes = 2s;
constexpr Duration kStartTakes = 3s;
constexpr Duration kClientsComeBackAfter = 5min;
constexpr std::uint32_t kInvalidData = 13;   // 24 and 32 end with it
constexpr std::uint32_t kNotFound = 1168;    // 25 ends with it
constexpr const char* kChain[] = {"SstpSvc", "RasMan", kRemoteAccess};   // each needs the one before

}  // namespace

ServiceStatus* ImaginedServer::status(const std::string& name) {
    for (auto& [known, observed] : services) {
        if (equal_ignoring_case(known, name)) return std::get_if<ServiceStatus>(&observed);
    }
    return nullptr;
}

bool ImaginedServer::rras_runs() const {
    for (const auto& [known, observed] : services) {
        const auto* service = value_of(observed);
        if (service != nullptr && equal_ignoring_case(known, kRemoteAccess)) return service->state == ServiceState::running;
    }
    return false;
}

bool ImaginedServer::flag_is_set() const {
    const auto decoded = decode_dword(values.at(SstpValue::is_hash_configured_by_admin));
    const auto* flag = value_of(decoded);
    return flag != nullptr && *flag != 0;
}

std::vector<std::string> ImaginedServer::running_dependants(const std::string& name) const {
    std::vector<std::string> running;
    bool above = false;
    for (const char* each : kChain) {
        for (const auto& [known, observed] : services) {
            const auto* service = value_of(observed);
            const bool runs = service != nullptr && service->state != ServiceState::stopped;
            if (above && runs && equal_ignoring_case(known, each)) running.insert(running.begin(), service->name);
        }
        above = above || equal_ignoring_case(each, name);
    }
    return running;
}

Result<StoppedBy> ImaginedServer::stop(const std::string& name, Duration timeout) {
    constexpr char kOperation[] = "stop the service";
    ServiceStatus* service = status(name);
    if (service == nullptr) return Error{ErrorKind::service_gone, kOperation, name, 1060, "the service is not installed"};
    if (service->state == ServiceState::stopped) return StoppedBy::somebody_else;
    if (const auto hangs = hangs_for.find(service->name); hangs != hangs_for.end() && hangs->second > timeout) {
        if (service->state != ServiceState::stop_pending) service->pending_since = now.wall;
        service->state = ServiceState::stop_pending;
        service->started.reset();
        if (equal_ignoring_case(name, kRemoteAccess)) rras_goes();
        advance(timeout);
        return Error{ErrorKind::service_hung, kOperation, name, 1053, "the service did not respond in time"};
    }
    advance(kStopTakes);
    service->state = ServiceState::stopped;
    service->exit_code = 0;
    service->started.reset();
    service->start_began.reset();
    if (equal_ignoring_case(name, kRemoteAccess)) rras_goes();
    return StoppedBy::us;
}

/// Its sessions end as soon as it begins to stop; they come back later.
void ImaginedServer::rras_goes() {
    listens_ = false;
    held_.reset();
    auto* open = std::get_if<Sessions>(&sessions);
    if (open == nullptr || open->all() == 0) return;
    sessions_ended_ += open->all();
    to_come_back_ = *open;
    open->sstp.open = open->others.open = 0;
}

Result<void> ImaginedServer::start(const std::string& name) {
    constexpr char kOperation[] = "start the service";
    ServiceStatus* service = status(name);
    if (service == nullptr) return Error{ErrorKind::service_gone, kOperation, name, 1060, "the service is not installed"};
    if (service->state == ServiceState::running) return {};
    if (service->start_type == StartType::disabled)
        return Error{ErrorKind::service_disabled, kOperation, name, 1058, "the service is disabled"};
    for (const char* each : kChain) {
        if (equal_ignoring_case(each, name)) break;
        if (status(each) == nullptr) continue;
        if (auto needed = start(each); !needed) return needed;
    }
    const WallTime began = now.wall;
    const bool is_rras = equal_ignoring_case(name, kRemoteAccess);
    const std::uint32_t code = is_rras ? rras_starts() : 0;
    advance(kStartTakes);
    if (code != 0) {
        service->exit_code = code;
        return Error{ErrorKind::unexpected, kOperation, name, code, "the service ended with an error"};
    }
    service->state = ServiceState::running;
    service->started = StartedBetween{now.wall, now.wall};
    service->start_began = began;
    if (is_rras) {
        ready_at_ = now.monotonic + ready_after_;
        come_back_at_ = ready_at_ + kClientsComeBackAfter;
    }
    return {};
}

std::uint32_t ImaginedServer::complain(std::uint32_t event_id, std::uint32_t exit_code) {
    LogEvent event;
    event.channel = "System";
    event.provider = "RasSstp";
    event.id = event_id;
    event.record_id = log.size() + 1;
    event.level = 2;
    event.time = now.wall;
    event.computer = "rehearsal";
    log.push_back(std::move(event));
    return exit_code;
}

std::uint32_t ImaginedServer::rras_starts() {
    as_seen_.clear();
    left_the_store_.clear();
    const auto use_https = decode_dword(values.at(SstpValue::use_https));
    const auto* https = value_of(use_https);
    const bool offloaded = https != nullptr && *https == 0;
    if (!offloaded) {
        if (const std::uint32_t code = flag_is_set() ? follow_the_hash() : follow_the_records(); code != 0) return code;
    }
    held_ = stored_hash();
    listens_ = held_.has_value();
    return 0;
}

/// Administrator's choice: the hash names the certificate, records of SSTP's own follow, a foreign one that differs ends the start.
std::uint32_t ImaginedServer::follow_the_hash() {
    const auto hash = stored_hash();
    if (!hash) return complain(18, 0);
    const auto* my = value_of(certificates);
    if (my == nullptr) return 0;
    const auto chosen = std::find_if(my->begin(), my->end(), [&](const Certificate& each) { return each.hash == *hash; });
    if (chosen == my->end() || chosen->key == KeyState::absent) return complain(25, kNotFound);
    for (const AddressFamily family : kFamilies) {
        const ListenerBinding* record = record_at(Endpoint::wildcard(family, seen_.port));
        if (record == nullptr || record->thumbprint() == chosen->thumbprint) continue;
        if (record->app_id != kSstpAppId) return complain(32, kInvalidData);
        ListenerBinding follows = *record;
        follows.certificate = chosen->thumbprint.to_vector();
        set_record(follows);
    }
    return 0;
}

/// Automatic: the record names the certificate, and the hashes follow it.
std::uint32_t ImaginedServer::follow_the_records() {
    const ListenerBinding* ipv4 = record_at(Endpoint::wildcard(AddressFamily::ipv4, seen_.port));
    const ListenerBinding* ipv6 = record_at(Endpoint::wildcard(AddressFamily::ipv6, seen_.port));
    const ListenerBinding* adopted = ipv4 != nullptr ? ipv4 : ipv6;
    if (adopted == nullptr) return complain(18, 0);
    const bool differ = ipv4 != nullptr && ipv6 != nullptr && ipv4->thumbprint() != ipv6->thumbprint();
    if (differ && ipv4->app_id == ipv6->app_id) return complain(24, kInvalidData);
    const auto named = adopted->thumbprint();
    const Certificate* certificate = named ? find(*named) : nullptr;
    if (certificate == nullptr) {
        set_value(SstpValue::sha256_certificate_hash, Absent{});
        return complain(21, 0);
    }
    if (stored_hash() == certificate->hash) return 0;
    set_value(SstpValue::sha256_certificate_hash, RawValue::binary(certificate->hash.to_vector()));
    set_value(SstpValue::sha1_certificate_hash, RawValue::binary(certificate->thumbprint.to_vector()));
    return 0;
}

}  // namespace sstp::rehearsal
