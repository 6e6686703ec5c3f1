#pragma once

#include "core/diagnosis/diagnose.h"
#include "core/model/server_state.h"
#include "core/model/policy.h"

#include <cstdint>
#include <string>
#include <vector>

namespace sstp::test {

/// 2026-11-21 02:14 UTC: when every test takes its look.
WallTime look_time();
WallTime days_from_look(int days);

/// A fit certificate for vpn.example.com: RSA 2048, from 30 days before the look to 60 days after. Digests follow from `number`.
struct CertificateBuilder {
    Certificate certificate;

    explicit CertificateBuilder(std::uint32_t number);

    operator Certificate() const { return certificate; }  // NOLINT(google-explicit-constructor): reads as a value in tables

    CertificateBuilder& names(std::vector<std::string> dns_names);
    CertificateBuilder& valid(int from_day, int until_day);  ///< days counted from the look

    CertificateBuilder& expired() { return valid(-90, -1); }

    CertificateBuilder& not_yet_valid() { return valid(1, 90); }

    CertificateBuilder& newer() { return valid(-1, 89); }  ///< than the default: starts and ends later

    CertificateBuilder& purposes(std::optional<std::vector<std::string>> oids);
    CertificateBuilder& key(KeyState state);
    CertificateBuilder& key(KeyAlgorithm algorithm, std::uint32_t bits);
    CertificateBuilder& chain(ChainTrust trust, Revocation revocation = Revocation::good);
    CertificateBuilder& chain_unreadable();
    CertificateBuilder& renewed_by(const Certificate& successor);
    CertificateBuilder& issued_by(const std::string& common_name);
};

inline CertificateBuilder certificate(std::uint32_t number) { return CertificateBuilder{number}; }

/// Access denied, as any read may answer.
Error denied(const std::string& what);
/// REG_SZ where another type belongs.
RawValue text_value(const std::string& text);

/// One RRAS server as a look sees it, with the policy in force and what the watchdog remembers. `healthy()` is one where
/// certificate 1 is named by both bindings and both hashes and served to both families; each method breaks one thing.
class ServerBuilder {
public:
    ServerState state;
    Policy policy;
    Memory memory;
    WallTime now = look_time();

    ServerBuilder();

    [[nodiscard]] Diagnosis diagnosis() const { return {state, policy, memory, now}; }

    // Certificates and what names them.
    ServerBuilder& holding(std::vector<Certificate> certificates);  ///< the whole store
    ServerBuilder& adding(const Certificate& another);
    ServerBuilder& all_naming(const Certificate& named);  ///< bindings, hashes, listeners
    ServerBuilder& binding(AddressFamily family, const Certificate& named);
    ServerBuilder& without_binding(AddressFamily family);

    ServerBuilder& without_ipv4_binding() { return without_binding(AddressFamily::ipv4); }

    ServerBuilder& without_ipv6_binding() { return without_binding(AddressFamily::ipv6); }

    ServerBuilder& owned_by(AddressFamily family, const AppId& owner);
    ServerBuilder& in_store(AddressFamily family, const std::string& store);
    ServerBuilder& hashes(const Certificate& named);
    ServerBuilder& sha1(Stored<Thumbprint> stored);
    ServerBuilder& sha256(Stored<CertificateHash> stored);
    ServerBuilder& flag(Stored<std::uint32_t> stored);
    ServerBuilder& tls_offloaded();
    ServerBuilder& shadowed_by_address(AddressFamily family, const Certificate& named);
    ServerBuilder& shadowed_by_name(const std::string& host, const Certificate& named);
    ServerBuilder& shadowed_by_central_store();

    // What is served.
    ServerBuilder& serving(AddressFamily family, const Certificate& served, int uri_status = 401);
    ServerBuilder& serving(const Certificate& served);
    ServerBuilder& unreachable(AddressFamily family, ErrorKind kind = ErrorKind::timed_out);
    ServerBuilder& uri_status(AddressFamily family, Observed<int> status);

    // Services.
    ServerBuilder& service(const std::string& name, ServiceState service_state, std::uint32_t exit_code = 0);
    ServerBuilder& start_type(const std::string& name, StartType type);
    ServerBuilder& not_installed(const std::string& name);

    // Policy and memory.
    ServerBuilder& wanting_names(std::vector<std::string> names);
    ServerBuilder& pinning(const Certificate& pinned);
    ServerBuilder& wanting_issuer(const std::string& issuer);
    ServerBuilder& taking_over();
    ServerBuilder& remembering(const Certificate& known_good);
    ServerBuilder& troubled(int minutes_ago);  ///< a watched RasSstp event
    ServerBuilder& seen(Reason reason, std::uint32_t times);

private:
    ListenerBinding& record(AddressFamily family);
};

inline ServerBuilder healthy() { return ServerBuilder{}; }

}  // namespace sstp::test
