#pragma once

#include <cstdint>
#include <optional>
#include <string>
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
    std::string store = "MY";
    bool server_authentication = false;  ///< the EKU itself; a certificate without any EKU has neither
    bool any_purpose = false;
    bool private_key = false;
};

enum class Wildcard { ipv4, ipv6 };

/// HTTP.SYS, as far as RRAS writes to it. Answers are Win32 codes.
class WildcardRecords {
public:
    virtual ~WildcardRecords() = default;
    /// Makes SSTP's own record for the certificate, or replaces the one that is there.
    virtual std::uint32_t put(Wildcard where, const std::string& thumbprint) = 0;
    virtual void remove(Wildcard where) = 0;
};

/// How a build of RRAS differs from the ordinary one: an order of the test.
struct SstpStartTraits {
    bool sstp_ports = true;              ///< none: RRAS is a router, or serves other tunnels, and sets up no listener
    bool registers_uri = true;           ///< off: HTTP.SYS answers 404, whatever else is right
    bool insists_on_certificate = true;  ///< off: takes an administrator's hash as it is
    bool listener_errors_end_it = true;  ///< off: 12 and 13 are told, and RRAS runs
    bool keeps_hash = false;             ///< SstpSvc keeps the hash it holds until it is started anew itself
    bool keeps_listener = false;         ///< the same, and it accepts nobody while its hash is not the new one
};

/// All that SSTP looks at when RRAS starts.
struct SstpStartInput {
    bool use_https = true;
    bool configured_by_admin = false;
    bool reads_sha1 = false;  ///< Sha1Enabled
    RegistryHash sha1;
    RegistryHash sha256;
    std::optional<SslRecord> ipv4;
    std::optional<SslRecord> ipv6;
    std::vector<CandidateCertificate> certificates;  ///< of LocalMachine, in the order of their stores; no archived ones
    std::string held_by_sstp_svc;                    ///< SHA-256 from an earlier start of RRAS; empty: SstpSvc is new
    SstpStartTraits traits;
};

struct RasSstpEvent {
    std::uint32_t id = 0;
    std::uint32_t level = 2;           ///< 2 error, 3 warning
    std::vector<std::string> strings;  ///< for 12 and 13: error text, and subject (empty for a certificate without one)
};

/// What SSTP does of it.
struct SstpStartOutcome {
    std::uint32_t exit_code = 0;  ///< RemoteAccess ends with it; 0: it runs
    std::vector<RasSstpEvent> events;
    std::optional<CandidateCertificate> adopted;  ///< both hashes are written, with isHashConfiguredByAdmin 0
    bool accepting = false;                       ///< the ServerURI is registered and crypto binding has a hash
    std::string crypto_binding_sha256;            ///< in force, upper-case hexadecimal; empty: none
    std::string held_by_sstp_svc;                 ///< for the next start
};

/// One start: reads `input`, writes `records`, and says the rest. No clock, registry or store. Sources in the README.
SstpStartOutcome start_sstp(const SstpStartInput& input, WildcardRecords& records);

}  // namespace sstp::rras_host
