#pragma once

#include <algorithm>
#include <array>
#include <compare>
#include <cstddef>
#include <cstdint>
#include <optional>
#include <span>
#include <string>
#include <string_view>
#include <vector>

namespace sstp {

using Bytes = std::vector<std::uint8_t>;

/// Upper-case hex without separators, two digits a byte.
std::string to_hex(std::span<const std::uint8_t> bytes);

/// Reads hex digits; blanks, colons, hyphens and the invisible left-to-right mark that certmgr puts before a copied
/// thumbprint are passed over. Nothing when any other character is met or a digit is left over.
std::optional<Bytes> from_hex(std::string_view text);

/// A digest of `N` bytes. `Kind` keeps digests of different algorithms from being mixed up.
template <std::size_t N, class Kind>
class Digest {
public:
    static constexpr std::size_t kSize = N;

    constexpr Digest() = default;
    explicit constexpr Digest(const std::array<std::uint8_t, N>& bytes) : bytes_(bytes) {}

    /// Nothing unless exactly `N` bytes are given.
    static std::optional<Digest> from_bytes(std::span<const std::uint8_t> bytes) {
        if (bytes.size() != N) return std::nullopt;
        Digest digest;
        std::copy(bytes.begin(), bytes.end(), digest.bytes_.begin());
        return digest;
    }
    static std::optional<Digest> parse(std::string_view text) {
        const auto bytes = from_hex(text);
        return bytes ? from_bytes(*bytes) : std::nullopt;
    }

    [[nodiscard]] std::span<const std::uint8_t> bytes() const { return bytes_; }
    [[nodiscard]] Bytes to_vector() const { return {bytes_.begin(), bytes_.end()}; }
    [[nodiscard]] std::string to_string() const { return to_hex(bytes_); }
    /// `3F2A..91`: enough for a person to tell two apart, short enough for a sentence.
    [[nodiscard]] std::string brief() const { return to_hex(bytes().first(2)) + ".." + to_hex(bytes().last(1)); }

    friend auto operator<=>(const Digest&, const Digest&) = default;

private:
    std::array<std::uint8_t, N> bytes_{};
};

/// SHA-1 of a certificate's DER encoding, as HTTP.SYS and certmgr name a certificate. Printed as 40 hex digits.
using Thumbprint = Digest<20, struct Sha1OfCertificate>;
/// SHA-256 of a certificate's DER encoding, as crypto binding uses it (MS-SSTP 2.2.6). Printed as 64 hex digits.
using CertificateHash = Digest<32, struct Sha256OfCertificate>;
/// SHA-256 of a SubjectPublicKeyInfo: the same key has the same hash whoever certified it.
using PublicKeyHash = Digest<32, struct Sha256OfPublicKey>;

}  // namespace sstp
