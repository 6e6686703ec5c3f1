#pragma once

#include "core/ports/certificates.h"
#include "tests/contracts/contract.h"

#include <optional>
#include <string>
#include <vector>

namespace sstp::contracts {

/// Where a certificate's key is.
enum class KeyPlace : std::uint8_t {
    machine,         ///< in the machine's key set: usable
    user,            ///< in a user's: of no use to HTTP.SYS
    gone,            ///< linked, but the container is not there
    of_another,      ///< linked, but the key belongs to another certificate
    unreachable,     ///< linked to a provider that is not on this machine, like an HSM's whose module does not load: nobody can tell
    nowhere,         ///< not linked
};

struct CertificateToAdd {
    std::vector<std::string> dns_names = {"vpn.example.com"};
    std::vector<std::string> ip_addresses = {};
    /// Extension; nothing: none.
    std::optional<std::vector<std::string>> purposes = std::vector<std::string>{kServerAuthentication};
    KeyPlace key = KeyPlace::machine;
    bool trusted = true;       ///< the issuer is a trusted root; of one that signed itself: it is one
    bool self_signed = false;
    bool expired = false;
    bool archived = false;
    std::optional<Thumbprint> renewed_by = std::nullopt;
};

/// LocalMachine\MY without certificates.
class CertificatesWorld {
public:
    virtual ~CertificatesWorld() = default;
    virtual Certificates& certificates() = 0;
    virtual Thumbprint add(const CertificateToAdd& wanted) = 0;
    virtual WallTime now() = 0;
};
using CertificatesContract = Contract<CertificatesWorld>;

/// The part that needs the property "archived", which Wine's stores do not know.
class CertificateArchiveContract : public CertificatesContract {};

}  // namespace sstp::contracts
