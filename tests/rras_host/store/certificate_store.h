#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <vector>

namespace sstp::rras_host {

/// What stands behind a certificate's private key.
enum class PrivateKey {
    usable,    ///< in a container of its own, in the machine key set
    none,      ///< no link at all: a .cer was imported
    broken,    ///< a link to a container that is not there
    elsewhere  ///< a link to a provider that is not installed: an HSM's, whose module is away
};

struct StoredCertificate {
    std::string thumbprint;       ///< SHA-1, upper-case hexadecimal
    std::string sha256;           ///< over the DER, upper-case hexadecimal
    std::string subject;          ///< simple display name; may be empty
    bool server_authentication = false;  ///< the EKU itself
    bool any_purpose = false;            ///< the EKU itself
    bool no_purposes = false;            ///< no EKU at all: valid for all (RFC 5280 section 4.2.1.12)
    bool private_key = false;     ///< this process can acquire it
    std::string renewed_by;       ///< CERT_RENEWAL_PROP_ID, hexadecimal; empty: none
};

/// Certificates of a LocalMachine store (`MY`, `Root`, `CA`) as a program meets them that does not ask for archived ones.
///
/// Every change is written through to the registry at once. Removal deletes the certificate's registry key: Wine 8 forgets to
/// when a store is closed. Thumbprints are hexadecimal in any case. All throw std::runtime_error.
std::vector<StoredCertificate> list_certificates(const std::string& store);

/// `der` and `key_blob` (PRIVATEKEYBLOB, only for PrivateKey::usable) are bytes. An existing one is replaced.
std::string import_certificate(const std::string& store, const std::string& der, PrivateKey key, const std::string& key_blob);

/// `count` certificates made of one: the eight bytes of `der` from `at` on, which must lie in its serial number, become 1, 2, 3 and so on.
/// Their signatures are therefore wrong, and they have no keys. Straight into the registry, so that ten thousand take seconds.
void import_series(const std::string& store, std::string der, std::size_t at, std::uint64_t count);

/// False when there is none of this thumbprint.
bool remove_certificate(const std::string& store, const std::string& thumbprint);

/// Wine 8 knows no archived certificates: it refuses to set the property, and leaves a certificate that has it out of the
/// store. That is what a program sees on Windows that does not ask for archived ones, so the property is put into the registry.
void archive_certificate(const std::string& store, const std::string& thumbprint);
/// Thumbprints of all certificates that the registry has, archived ones included.
std::vector<std::string> registered_thumbprints(const std::string& store);
void link_renewal(const std::string& store, const std::string& thumbprint, const std::string& successor);

/// CERT_TRUST_STATUS.dwErrorStatus of the certificate's chain, without revocation; 0 is trusted.
std::uint32_t chain_errors(const std::string& store, const std::string& thumbprint);

/// Deletes the key container behind the certificate and leaves the link to it.
void break_private_key(const std::string& thumbprint);

}  // namespace sstp::rras_host
