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
/// What a client certificate needs, as the one that a SIEM may ask of us.
inline constexpr char kClientAuthentication[] = "1.3.6.1.5.5.7.3.2";
/// IKE intermediate: marks a certificate that was made for IKEv2 (facts: Always On VPN).
inline constexpr char kIkeIntermediate[] = "1.3.6.1.5.5.8.2.2";

/// A private key as far as we can tell. Presence alone is not enough: HTTP.SYS answers 1312 to a key that it cannot use.
enum class KeyState : std::uint8_t {
    absent,    ///< no private key is linked to the certificate
    unusable,  ///< linked, but there is no such container, it lies in a user's key set, or its public key is another one
    unknown,   ///< provider, HSM, RPC or module did not answer: no verdict, so no reason to move away and nothing to move to
    usable,    ///< opened in the machine key set and belongs to the certificate, or a listener has just served it
};

enum class KeyAlgorithm : std::uint8_t { rsa, ecdsa, other };

/// What the chain engine said of a certificate as a TLS server's, dates of the leaf and name left to our own checks.
enum class ChainTrust : std::uint8_t {
    good,
    bad,      ///< a wrong signature, explicit distrust, an ended or revoked CA on every path
    unknown,  ///< cannot be judged here: the root or an issuer is not on this machine and nobody could be asked
};
enum class Revocation : std::uint8_t {
    not_checked,
    good,
    revoked,
    unknown,  ///< CRL or OCSP could not be had in time
};
struct ChainVerdict {
    ChainTrust trust = ChainTrust::unknown;
    Revocation revocation = Revocation::not_checked;
    std::string explanation;  ///< why bad, revoked or unknown, in the chain engine's terms; empty when all is well

    friend bool operator==(const ChainVerdict&, const ChainVerdict&) = default;
};

/// A root at the end of a path that the chain engine found. Two roots are the same CA when subject and key are.
struct ChainRoot {
    std::string subject;            ///< whole DN in RFC 4514 form
    PublicKeyHash public_key;
    /// Listed in Windows' root programme: HKLM\SOFTWARE\Microsoft\SystemCertificates\AuthRoot\AutoUpdate, EncodedCtl, or in
    /// the physical store `.AuthRoot`.
    bool in_root_programme = false;

    friend auto operator<=>(const ChainRoot&, const ChainRoot&) = default;
};

/// One certificate of LocalMachine\MY, archived ones included, or the leaf that a listener served.
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
    std::vector<std::string> dns_names;     ///< SAN dNSName entries, as written (A-labels), in order
    std::vector<std::string> ip_addresses;  ///< SAN iPAddress entries as text ("203.0.113.5", "2001:db8::5"), in order
    /// Purposes from extension and property together, as Windows intersects them; nothing when neither is there.
    /// An empty list: there, but no purpose is allowed.
    std::optional<std::vector<std::string>> purposes;
    KeyState key = KeyState::absent;
    std::string key_explanation;  ///< why unusable or unknown; empty otherwise
    KeyAlgorithm key_algorithm = KeyAlgorithm::other;
    std::uint32_t key_bits = 0;
    /// CERT_ARCHIVED_PROP_ID: auto-enrolment sets it on what it has renewed. Such a certificate resolves names, hashes and
    /// renewal links and is never chosen; listeners may go on serving it, for HTTP.SYS searches by hash.
    bool archived = false;
    /// CERT_RENEWAL_PROP_ID: the certificate that auto-enrolment made to follow this one. Schannel follows this link.
    std::optional<Thumbprint> renewed_by;
    bool self_signed = false;               ///< issuer and key are its own
    /// SHA-256 of the issuing CA's public key, from the chain; nothing when the issuer is not on this machine.
    std::optional<PublicKeyHash> issuer_key;
    /// Of every path that the chain engine found, without repetition, sorted; none when no path ends in a root.
    std::vector<ChainRoot> roots;
    std::vector<std::string> chain_names;   ///< CN and whole DN of every CA on these paths: what certificate.issuer may name
    /// When it stops being trusted although it has not ended: of each good path the first end of a CA on it, and of these the last.
    /// Nothing where no path is good or the CAs' dates are not known.
    std::optional<WallTime> chain_ends;
    /// Unreadable when the chain engine itself failed; never Absent.
    Observed<ChainVerdict> chain = Absent{};

    friend bool operator==(const Certificate&, const Certificate&) = default;
};

/// HTTP.SYS and RRAS could do nothing with it: none, or one that is certainly not its. A key of which nothing can be told may be usable.
inline bool has_no_usable_key(const Certificate& certificate) {
    return certificate.key == KeyState::absent || certificate.key == KeyState::unusable;
}

/// How a person recognises it: `3F2A..91 (vpn.example.com)`. Name: first SAN, else subject CN, else nothing.
std::string brief(const Certificate& certificate);

/// The names that clients may ask for and find on it: dNSName and iPAddress entries; without any SAN the CN, if it is a host
/// name, as Windows' clients hold (RFC 9525 would not).
std::vector<std::string> names_on(const Certificate& certificate);

}  // namespace sstp
