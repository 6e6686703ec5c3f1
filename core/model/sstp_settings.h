#pragma once

#include "core/model/digest.h"
#include "core/model/observed.h"
#include "core/model/time.h"

#include <cstdint>
#include <optional>
#include <string>
#include <variant>

namespace sstp {

/// The values under HKLM\SYSTEM\CurrentControlSet\Services\SstpSvc\Parameters that this product knows.
/// Only the first three are ever written.
enum class SstpValue : std::uint8_t {
    sha1_certificate_hash,
    sha256_certificate_hash,
    is_hash_configured_by_admin,
    listener_port,
    use_https,
    server_uri,
    sha1_enabled,
    applied_listener_port,   ///< ...\Parameters\ConfigStore, ListenerPort: what RRAS applied when it last started
    applied_use_https,       ///< ...\Parameters\ConfigStore, UseHttps
};
/// The value's name in the registry: "Sha1CertificateHash".
const char* registry_name(SstpValue value) noexcept;

/// A registry value as it is stored, so that an undo can restore even what was malformed.
struct RawValue {
    std::uint32_t type = 0;  ///< REG_BINARY = 3, REG_DWORD = 4, REG_SZ = 1
    Bytes data;

    static constexpr std::uint32_t kText = 1;    // REG_SZ
    static constexpr std::uint32_t kBinary = 3;  // REG_BINARY
    static constexpr std::uint32_t kDword = 4;   // REG_DWORD, little endian

    static RawValue binary(Bytes bytes) { return {kBinary, std::move(bytes)}; }
    static RawValue dword(std::uint32_t number);
    friend bool operator==(const RawValue&, const RawValue&) = default;
};

/// "REG_SZ" for 1, as regedit shows a type; "registry type 99" for one that Windows does not name.
std::string registry_type_name(std::uint32_t type);

/// There, but not of the type or length that SSTP reads (RasSstp events 18 and 19).
struct Malformed {
    RawValue raw;
    std::string explanation;  ///< "REG_SZ instead of REG_BINARY", "19 bytes instead of 20"
    friend bool operator==(const Malformed&, const Malformed&) = default;
};

/// A stored value: good, missing, malformed and unreadable are four different answers.
template <class T>
using Stored = std::variant<T, Absent, Malformed, Unreadable>;

/// SSTP's parameters as one look yielded them. Defaults of absent values are applied by the accessors, not stored.
struct SstpSettings {
    Stored<Thumbprint> sha1_hash = Absent{};
    Stored<CertificateHash> sha256_hash = Absent{};
    Stored<std::uint32_t> hash_configured_by_admin = Absent{};  ///< absent = 0: RRAS adopts the binding
    Stored<std::uint32_t> listener_port = Absent{};             ///< absent = 0 = 443 with HTTPS
    Stored<std::uint32_t> use_https = Absent{};                 ///< absent = 1; 0: TLS ends at a load balancer
    Stored<std::string> server_uri = Absent{};
    Stored<std::uint32_t> sha1_enabled = Absent{};              ///< absent = 0: RRAS does not read the SHA-1
    Stored<std::uint32_t> applied_listener_port = Absent{};     ///< absent: RRAS has applied none
    Stored<std::uint32_t> applied_use_https = Absent{};
    /// Last-write time of the Parameters key; nothing when it could not be had.
    std::optional<WallTime> written;

    /// RRAS reads Sha1CertificateHash only when Sha1Enabled is non-zero (facts: rras-sstp section 3).
    [[nodiscard]] bool reads_sha1() const;
    /// The flag at 1: the certificate was chosen by an administrator (Set-RemoteAccess), and the hash wins over the binding.
    [[nodiscard]] bool chosen_by_administrator() const;

    friend bool operator==(const SstpSettings&, const SstpSettings&) = default;
};

/// The path that RRAS registers and clients ask for (MS-SSTP 1.9), whatever ServerURI says: nobody was found who reads that value (facts:
/// rras-sstp section 3).
inline constexpr char kServerUri[] = "/sra_{BA195980-CD49-458b-9E23-C84EE0ADCD75}/";

// Decoding is pure, so that the simulated world and the registry share it. `raw` is what one read yielded.
Stored<Thumbprint> decode_sha1(const Observed<RawValue>& raw);
Stored<CertificateHash> decode_sha256(const Observed<RawValue>& raw);
Stored<std::uint32_t> decode_dword(const Observed<RawValue>& raw);
/// REG_SZ in UTF-16LE; malformed when the type is another one, the length is odd or a code unit is not well-formed.
Stored<std::string> decode_text(const Observed<RawValue>& raw);

}  // namespace sstp
