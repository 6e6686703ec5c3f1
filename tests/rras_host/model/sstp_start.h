#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <utility>
#include <vector>

#include "model/ssl_record.h"

namespace sstp::rras_host {

/// A REG_BINARY hash of SstpSvc\Parameters as it was found.
struct RegistryHash {
    bool present = false;
    bool well_formed = false;  ///< REG_BINARY of 20 or 32 bytes
    std::string hex;
};

struct CandidateCertificate {
    std::string thumbprint;
    std::string sha256;
    std::string subject;
    bool server_purpose = false;
    bool private_key = false;
};

/// All that SSTP looks at when RRAS starts.
struct SstpStartInput {
    bool use_https = true;
    bool configured_by_admin = false;
    RegistryHash sha1;
    RegistryHash sha256;
    std::optional<SslRecord> ipv4;
    std::optional<SslRecord> ipv6;
    std::vector<CandidateCertificate> certificates;  ///< LocalMachine\MY without archived ones
    /// RRAS may bind its certificate itself where a wildcard record is missing, or report events 12 and 13 [assumed].
    bool plumbs_missing_bindings = false;
};

/// What SSTP does of it.
struct SstpStartOutcome {
    /// Event id and insertion strings (for 12 and 13: error text, certificate name, empty for one without subject).
    std::vector<std::pair<std::uint32_t, std::vector<std::string>>> events;
    std::optional<CandidateCertificate> adopted;  ///< both hashes are written to the registry
    std::optional<std::string> plumb_ipv4;        ///< thumbprint to bind
    std::optional<std::string> plumb_ipv6;
    bool accepting = false;             ///< the ServerURI is registered and crypto binding has a hash
    std::string crypto_binding_sha256;  ///< hash in force, upper-case hexadecimal
};

/// Pure: no clock, registry or store. Sources in the README.
SstpStartOutcome start_sstp(const SstpStartInput& input);

}  // namespace sstp::rras_host
