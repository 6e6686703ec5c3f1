#pragma once

#include "core/model/digest.h"
#include "core/model/observed.h"
#include "core/model/time.h"

#include <cstdint>
#include <optional>
#include <string>
#include <vector>

namespace sstp {

/// Object identifiers of the two purposes with which RRAS accepts a certificate (event 11; RFC 5280 4.2.1.12).
inline constexpr char kServerAuthentication[] = "1.3.6.1.5.5.7.3.1";
inline constexpr char kAnyPurpose[] = "2.5.29.37.0";

/// Whether HTTP.SYS will be able to use the private key: presence alone is not enough (error 1312 is its answer).
enum class KeyState : std::uint8_t {
    absent,       ///< no private key is linked to the certificate
    unusable,     ///< linked, but it cannot be opened, lies in a user's key set, or does not belong to the certificate
    usable,       ///< opened in the machine key set and belongs to the certificate
};

enum class KeyAlgorithm : std::uint8_t { rsa, ecdsa, other };

/// What the chain engine said of a certificate as a TLS server's, dates of the leaf and name left to our own checks.
enum class ChainTrust : std::uint8_t { trusted, untrusted };
enum class Revocation : std::uint8_t {
    not_checked,
    good,
    revoked,
    unknown,  ///< CRL or OCSP could not be had in time
};
struct ChainVerdict {
    ChainTrust trust = ChainTrust::untrusted;
    Revocation revocation = Revocation::not_checked;
    std::string explanation;  ///< why untrusted, revoked or unknown, in the chain engine's terms; empty when all is well

    friend bool operator==(const ChainVerdict&, const ChainVerdict&) = default;
};

/// One certificate of the LocalMachine store that the policy names. Archived ones never appear.
struct Certificate {
    Thumbprint thumbprint;
    CertificateHash hash;
    std::string subject;          ///< whole DN in RFC 4514 form; empty for modern public certificates
    std::string subject_cn;       ///< empty when there is none
    std::string issuer;           ///< whole DN in RFC 4514 form
    std::string issuer_cn;
    std::string serial;           ///< hex, as certmgr shows it
    WallTime not_before{};
    WallTime not_after{};
    std::vector<std::string> dns_names;  ///< SAN dNSName entries, as written (A-labels), in order
    /// Purposes from extension and property together, as Windows intersects them; nothing when neither is there.
    /// An empty list: there, but no purpose is allowed.
    std::optional<std::vector<std::string>> purposes;
    KeyState key = KeyState::absent;
    std::string key_explanation;  ///< why unusable; empty otherwise
    KeyAlgorithm key_algorithm = KeyAlgorithm::other;
    std::uint32_t key_bits = 0;
    /// CERT_RENEWAL_PROP_ID: the certificate that auto-enrolment made to follow this one.
    std::optional<Thumbprint> renewed_by;
    /// Unreadable when the chain engine itself failed; never Absent.
    Observed<ChainVerdict> chain = Absent{};

    friend bool operator==(const Certificate&, const Certificate&) = default;
};

/// How a person recognises it: `3F2A..91 (vpn.example.com)`. Name: first SAN, else subject CN, else nothing.
std::string brief(const Certificate& certificate);

}  // namespace sstp
