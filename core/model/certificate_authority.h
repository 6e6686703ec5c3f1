#pragma once

#include "core/model/certificate.h"

#include <optional>
#include <string>
#include <vector>

namespace sstp {

enum class CaKind : std::uint8_t {
    unknown,       ///< no path ends in a root that is on this machine
    public_root,   ///< a path ends in a root of Windows' root programme; which one does not matter
    private_root,  ///< every root found is private
    self_signed,
};
const char* word(CaKind kind) noexcept;   ///< "public", "private", "self_signed", "unknown"

/// Of which CA a certificate is (DESIGN 2.1): what a successor is compared with.
struct CertificateAuthority {
    CaKind kind = CaKind::unknown;
    std::vector<ChainRoot> roots;             ///< of private_root: any of them identifies the CA
    std::string issuer;                       ///< DN of the issuing CA
    std::optional<PublicKeyHash> issuer_key;  ///< its key, where it is known
    std::optional<CertificateHash> self;      ///< of self_signed: the one certificate that it is

    friend bool operator==(const CertificateAuthority&, const CertificateAuthority&) = default;
};

CertificateAuthority authority_of(const Certificate& certificate);

/// Whether a certificate of `other` may succeed one of `known` as far as the CA goes. Public matches public. A private root
/// is its subject and public key, on any path. Where either is unknown, issuing CA's name and key must both match. A
/// self-signed one has no other that succeeds it.
bool is_same_ca(const CertificateAuthority& known, const CertificateAuthority& other);

/// For people: "a public CA", "the private CA CN=Corp Root", "itself (self-signed)", "an unknown CA (issuer CN=R11)".
std::string describe(const CertificateAuthority& authority);

}  // namespace sstp
