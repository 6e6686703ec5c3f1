#pragma once

#include "core/model/certificate.h"
#include "core/model/policy.h"

#include <cstdint>
#include <string>
#include <vector>

namespace sstp {

/// Error bits of a CERT_TRUST_STATUS that decisions rest on. Source: Microsoft, CERT_TRUST_STATUS.
namespace trust_bit {
inline constexpr std::uint32_t kNotTimeValid = 0x00000001;
inline constexpr std::uint32_t kNotTimeNested = 0x00000002;
inline constexpr std::uint32_t kRevoked = 0x00000004;
inline constexpr std::uint32_t kUntrustedRoot = 0x00000020;
inline constexpr std::uint32_t kRevocationUnknown = 0x00000040;
inline constexpr std::uint32_t kPartialChain = 0x00010000;
inline constexpr std::uint32_t kOfflineRevocation = 0x01000000;
}  // namespace trust_bit

/// One certificate on a path that the chain engine found.
struct PathElement {
    std::uint32_t errors = 0;
    std::string subject;          ///< whole DN in RFC 4514 form
    std::string common_name;
    std::string issuer;           ///< likewise, of who issued it
    std::string issuer_common_name;
    PublicKeyHash public_key;
    WallTime not_after{};
    bool self_signed = false;
    bool in_root_programme = false;
};

/// A path from the leaf upwards. `errors` has what belongs to no element: partial chain, untrusted root.
struct ChainPath {
    std::vector<PathElement> elements;
    std::uint32_t errors = 0;
};

/// What one path comes to, the leaf's own dates and everything about revocation of the leaf left out.
struct PathVerdict {
    ChainTrust trust = ChainTrust::unknown;
    std::uint32_t errors = 0;     ///< that count against it
    bool issuer_revoked = false;  ///< a CA on it was revoked
};
PathVerdict judge_path(const ChainPath& path);
/// The best that any path comes to; the first is the engine's favourite, and stands for the others where they are no better.
/// Unknown without any path.
PathVerdict judge_paths(const std::vector<ChainPath>& paths);

/// What the paths say of the CA: roots, issuing key, names, and when the chain ends.
void describe_paths(const std::vector<ChainPath>& paths, Certificate& certificate);

/// Whether asking the network can change what the caches have said, and matters: an issuer, root or CRL is missing, and the
/// certificate could be chosen or is in force. A self-signed one has nobody who could be asked.
bool is_worth_the_network(const Certificate& certificate, const ChainVerdict& from_caches, RevocationPolicy revocation, WallTime now);

}  // namespace sstp
