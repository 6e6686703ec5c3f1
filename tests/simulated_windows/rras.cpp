// RRAS as the facts have it (rras-sstp 1, 2, 3 and 6): what it reads, adopts, mirrors and complains of when it starts.

#include "tests/simulated_windows/world.h"

#include <algorithm>

namespace sstp::simulated {

namespace {

constexpr char kRasSstp[] = "Microsoft-Windows-RasSstp";
constexpr std::uint32_t kInvalidData = 13;          // ERROR_INVALID_DATA: 24 and 32 end with it
constexpr std::uint32_t kInvalidParameter = 87;     // half a hash pair
constexpr std::uint32_t kNotFound = 1168;           // ERROR_NOT_FOUND: 25 ends with it
constexpr std::uint32_t kNoLogonSession = 1312;     // HTTP.SYS: no key that it can use

Observed<RawValue> raw(const World& world, SstpValue value) {
    const auto found = world.parameters.find(value);
    if (found == world.parameters.end()) return Absent{};
    return found->second;
}

std::uint32_t number(const World& world, SstpValue value, std::uint32_t otherwise) {
    const auto decoded = decode_dword(raw(world, value));
    const auto* read = value_of(decoded);
    return read ? *read : otherwise;
}

bool has_purpose(const Certificate& certificate, const char* purpose) {
    return certificate.purposes &&
           std::find(certificate.purposes->begin(), certificate.purposes->end(), purpose) != certificate.purposes->end();
}

/// What RRAS found in the registry.
struct Settings {
    std::optional<CertificateHash> sha256;
    std::optional<Thumbprint> sha1;          ///< only where Sha1Enabled has RRAS read it
    bool reads_sha1 = false;
    bool by_administrator = false;
};

class Start {
public:
    explicit Start(World& world) : world_(world) {}

    std::uint32_t run() {
        apply_configuration();
        if (!world_.traits.sstp_ports) return 0;
        read_settings();
        if (!world_.rras.https) return take_hash_as_it_is();   // the hash is the balancer's, and RRAS believes it
        const std::uint32_t code = settings_.by_administrator ? administrators_choice() : automatic();
        world_.start_error = code;
        return code;
    }

private:
    void apply_configuration() {
        const std::uint32_t https = number(world_, SstpValue::use_https, 1);
        const std::uint32_t port = number(world_, SstpValue::listener_port, 0);
        world_.rras = {};
        world_.rras.https = https != 0;
        world_.rras.port = world_.port();
        world_.rras.ready_at = world_.elapsed + world_.traits.ready_after;
        world_.set_parameter(SstpValue::applied_use_https, RawValue::dword(https));
        world_.set_parameter(SstpValue::applied_listener_port, RawValue::dword(port));
    }

    void read_settings() {
        const auto sha256 = decode_sha256(raw(world_, SstpValue::sha256_certificate_hash));
        const auto sha1 = decode_sha1(raw(world_, SstpValue::sha1_certificate_hash));
        if (const auto* hash = value_of(sha256)) settings_.sha256 = *hash;
        if (const auto* thumbprint = value_of(sha1)) settings_.sha1 = *thumbprint;
        settings_.reads_sha1 = number(world_, SstpValue::sha1_enabled, 0) != 0;
        settings_.by_administrator = number(world_, SstpValue::is_hash_configured_by_admin, 0) != 0;
    }

    std::uint32_t take_hash_as_it_is() {
        hold(settings_.sha256, settings_.sha1);
        return 0;
    }

    // The stored hash names the certificate, and the records follow it.
    std::uint32_t administrators_choice() {
        if (const auto code = complain_of_hashes()) return *code;
        if (!settings_.sha256) return 0;   // 18: runs, and takes no SSTP connection
        const StoredCertificate* chosen = in_my(*settings_.sha256);
        if (chosen == nullptr && world_.traits.insists_on_certificate) {
            world_.write_event(kRasSstp, 25, {});
            return kNotFound;
        }
        if (chosen != nullptr) {
            for (const AddressFamily family : {AddressFamily::ipv4, AddressFamily::ipv6}) {
                if (const std::uint32_t code = follow(family, chosen->certificate); code != 0) return code;
            }
        }
        hold(settings_.sha256, settings_.sha1);
        return 0;
    }

    /// Exit code when the start ends here; nothing when it goes on.
    std::optional<std::uint32_t> complain_of_hashes() {
        const bool sha256_there = !is_absent(raw(world_, SstpValue::sha256_certificate_hash));
        const bool sha1_there = !is_absent(raw(world_, SstpValue::sha1_certificate_hash));
        if (!settings_.sha256) world_.write_event(kRasSstp, 18, {});
        if (settings_.reads_sha1 && !settings_.sha1) world_.write_event(kRasSstp, 19, {});
        const bool half = (!sha256_there && sha1_there) || (settings_.reads_sha1 && sha256_there && !sha1_there);
        if (half) return kInvalidParameter;
        return std::nullopt;
    }

    /// Administrator's choice, one family: SSTP's own record that differs is replaced, a missing one is added, a foreign one that
    /// differs ends the start.
    std::uint32_t follow(AddressFamily family, const Certificate& certificate) {
        const ListenerBinding* record = at(family);
        if (record != nullptr && record->thumbprint() == certificate.thumbprint) return ipv6_is_off(family) ? complain(family, 0) : 0;
        if (record != nullptr && record->app_id != kSstpAppId) {
            world_.write_event(kRasSstp, 32, {certificate.subject});
            return kInvalidData;
        }
        return make(family, certificate);
    }

    // The records name the certificate, and the hashes follow them.
    std::uint32_t automatic() {
        remove_records_of_nothing();
        const ListenerBinding* ipv4 = at(AddressFamily::ipv4);
        const ListenerBinding* ipv6 = at(AddressFamily::ipv6);
        if (ipv4 != nullptr && ipv6 != nullptr && ipv4->thumbprint() != ipv6->thumbprint() && is_own(*ipv4) == is_own(*ipv6)) {
            world_.write_event(kRasSstp, 24, {});
            return kInvalidData;
        }
        // Of one of ours and a foreign one the foreign one counts: ours can be replaced.
        const ListenerBinding* adopted = ipv4 == nullptr || (ipv6 != nullptr && is_own(*ipv4) && !is_own(*ipv6)) ? ipv6 : ipv4;
        const Certificate* certificate = nullptr;
        if (adopted != nullptr) {
            const StoredCertificate* stored = world_.find(adopted->store.value_or("MY"), adopted->thumbprint().value_or(Thumbprint{}));
            if (stored == nullptr) {
                world_.write_event(kRasSstp, 21, {});
                return 0;   // runs without SSTP
            }
            certificate = &stored->certificate;
        } else {
            certificate = first_of_my();
            if (certificate == nullptr) {
                world_.write_event(kRasSstp, 18, {});
                return 0;
            }
        }
        const Certificate chosen = *certificate;
        for (const AddressFamily family : {AddressFamily::ipv4, AddressFamily::ipv6}) {
            const ListenerBinding* record = at(family);
            const bool differs = record == nullptr || (is_own(*record) && record->thumbprint() != chosen.thumbprint);
            const std::uint32_t code = differs ? make(family, chosen) : ipv6_is_off(family) ? complain(family, 0) : 0;
            if (code != 0) return code;
        }
        store_hashes(chosen);
        hold(chosen.hash, chosen.thumbprint);
        return 0;
    }

    /// A record of SSTP's own whose certificate has left the store is removed and made anew.
    void remove_records_of_nothing() {
        for (const AddressFamily family : {AddressFamily::ipv4, AddressFamily::ipv6}) {
            const ListenerBinding* record = at(family);
            if (record == nullptr || !is_own(*record)) continue;
            const auto named = record->thumbprint();
            if (named && world_.find(record->store.value_or("MY"), *named) != nullptr) continue;
            world_.erase_binding(Endpoint{record->endpoint});
            ++world_.rras_changes;
        }
    }

    void store_hashes(const Certificate& chosen) {
        const auto put = [&](SstpValue value, const RawValue& wanted) {
            const auto found = world_.parameters.find(value);
            if (found != world_.parameters.end() && found->second == wanted) return;
            world_.set_parameter(value, wanted);
            ++world_.rras_changes;
        };
        put(SstpValue::sha256_certificate_hash, RawValue::binary(chosen.hash.to_vector()));
        put(SstpValue::sha1_certificate_hash, RawValue::binary(chosen.thumbprint.to_vector()));
        put(SstpValue::is_hash_configured_by_admin, RawValue::dword(0));
    }

    // Its own records: SHA-1 hash, its AppId, store MY, check mode 0x1000.
    std::uint32_t make(AddressFamily family, const Certificate& certificate) {
        const StoredCertificate* stored = world_.find("MY", certificate.thumbprint);
        if (ipv6_is_off(family)) return complain(family, 0);
        if (stored == nullptr || !stored->serves()) return complain(family, kNoLogonSession);
        BindingOptions options;
        options.certificate_check_mode = 0x1000;
        world_.set_binding({Endpoint::wildcard(family, world_.rras.port), certificate.thumbprint.to_vector(), kSstpAppId, "MY", options});
        ++world_.rras_changes;
        return 0;
    }

    [[nodiscard]] bool ipv6_is_off(AddressFamily family) const { return family == AddressFamily::ipv6 && !world_.traits.has_ipv6; }

    /// 12 or 13; where IPv6 is off it is told at each start and ends nothing.
    std::uint32_t complain(AddressFamily family, std::uint32_t code) {
        world_.write_event(kRasSstp, family == AddressFamily::ipv4 ? 12 : 13, {"The system cannot find the file specified.", ""});
        return world_.traits.listener_errors_end_it ? code : 0;
    }

    /// SstpSvc keeps the hash from listener set-up on, and with some servers through a restart of RemoteAccess alone.
    void hold(const std::optional<CertificateHash>& sha256, const std::optional<Thumbprint>& sha1) {
        const bool stale = world_.sstpsvc_holds && sha256 && *world_.sstpsvc_holds != *sha256;
        world_.rras.sha256 = stale && world_.traits.sstpsvc_keeps_hash ? world_.sstpsvc_holds : sha256;
        world_.rras.sha1 = sha1;
        world_.rras.listens = true;
        world_.rras.accepts = sha256.has_value() && !(stale && world_.traits.sstpsvc_keeps_listener);
        if (!world_.sstpsvc_holds) world_.sstpsvc_holds = sha256;
    }

    [[nodiscard]] const ListenerBinding* at(AddressFamily family) const {
        return world_.binding_at(Endpoint::wildcard(family, world_.rras.port));
    }
    static bool is_own(const ListenerBinding& record) { return record.app_id == kSstpAppId; }

    [[nodiscard]] const StoredCertificate* in_my(const CertificateHash& hash) const {
        const StoredCertificate* found = world_.find("MY", hash);
        return found != nullptr && found->certificate.key != KeyState::absent ? found : nullptr;
    }

    // The first in MY with a private key and Server Authentication, else Any Purpose; dates, chain and name are not looked at.
    [[nodiscard]] const Certificate* first_of_my() const {
        const auto my = world_.stores.find("MY");
        if (my == world_.stores.end()) return nullptr;
        for (const char* purpose : {kServerAuthentication, kAnyPurpose}) {
            for (const StoredCertificate& each : my->second) {
                if (each.certificate.archived || each.certificate.key == KeyState::absent) continue;
                if (has_purpose(each.certificate, purpose)) return &each.certificate;
            }
        }
        return nullptr;
    }

    World& world_;
    Settings settings_;
};

}  // namespace

std::uint32_t World::rras_starts() {
    in_memory_of_http_sys.clear();
    if (stuck_until_restart || override_until_restart) served_override.clear();
    stuck_until_restart = override_until_restart = false;
    return Start{*this}.run();
}

void World::rras_stops() {
    rras = {};
    sessions.clear();
}

}  // namespace sstp::simulated
