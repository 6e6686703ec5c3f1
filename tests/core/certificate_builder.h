#pragma once

#include "core/model/binding.h"
#include "core/model/certificate.h"
#include "core/model/result.h"
#include "core/model/time.h"

#include <cstdint>
#include <string>
#include <vector>

namespace sstp::test {

/// 2026-11-18 12:00 UTC, a Wednesday, outside the default window (02:00 to 05:00): when a test takes its look unless `at` moves it.
WallTime look_time();
WallTime days_from_look(int days);
WallTime minutes_before_look(int minutes);

/// Access denied, as any read may answer.
Error denied(const std::string& what);

inline constexpr AddressFamily v4 = AddressFamily::ipv4;
inline constexpr AddressFamily v6 = AddressFamily::ipv6;

/// A CA that issues certificates: its own name and key, and the roots in which its paths end.
struct IssuingCa {
    std::string cn;
    PublicKeyHash key;
    std::vector<ChainRoot> roots;   ///< none: the root is not on this machine

    /// Also certified by the root of another CA: a path of each.
    [[nodiscard]] IssuingCa cross_signed_by(const IssuingCa& other) const;
    /// The same CA seen from a machine that has no root for it.
    [[nodiscard]] IssuingCa without_root() const;
    /// The root keeps its name and gets another key.
    [[nodiscard]] IssuingCa with_new_root_key() const;
};
/// Ends in a root of Windows' root programme. Two names are two issuing CAs under two public roots.
IssuingCa public_ca(const std::string& cn = "Example Issuing CA");
/// Ends in a private root "CN=<cn> Root".
IssuingCa private_ca(const std::string& cn = "Corp Issuing CA");

/// A fit certificate of public_ca() for vpn.example.com: RSA 2048, from 30 days before the look to 60 days after, empty subject.
/// Digests follow from `number`.
struct CertificateBuilder {
    Certificate certificate;

    explicit CertificateBuilder(std::uint32_t number);
    operator Certificate() const { return certificate; }  // NOLINT(google-explicit-constructor): reads as a value in tables

    CertificateBuilder& names(std::vector<std::string> dns_names);
    CertificateBuilder& addresses(std::vector<std::string> ip_addresses);
    CertificateBuilder& cn(const std::string& common_name);       ///< subject and subject_cn
    CertificateBuilder& valid(int from_day, int until_day);       ///< days counted from the look
    CertificateBuilder& expired() { return valid(-90, -1); }
    CertificateBuilder& not_yet_valid() { return valid(1, 90); }
    CertificateBuilder& newer() { return valid(-1, 89); }         ///< than the default: starts and ends later
    CertificateBuilder& purposes(std::optional<std::vector<std::string>> oids);
    CertificateBuilder& ike_intermediate();                       ///< Server Authentication and IKE intermediate
    CertificateBuilder& key(KeyState state, const std::string& explanation = {});
    CertificateBuilder& key(KeyAlgorithm algorithm, std::uint32_t bits);
    CertificateBuilder& chain(ChainTrust trust, Revocation revocation = Revocation::good);
    CertificateBuilder& chain_unreadable();
    CertificateBuilder& issued_by(const IssuingCa& ca);           ///< chain unknown where the CA has no root here
    CertificateBuilder& self_signed();                            ///< its chain cannot be judged: it is in no root store
    CertificateBuilder& renewed_by(std::uint32_t number);
    CertificateBuilder& archived();
};
inline CertificateBuilder certificate(std::uint32_t number) { return CertificateBuilder{number}; }
/// The active certificate of a healthy server: `one` of servers.md.
inline CertificateBuilder one() { return certificate(1); }
/// A fit newer one of the same CA and names: `two` of servers.md.
inline CertificateBuilder two() { return certificate(2).newer(); }

}  // namespace sstp::test
