#pragma once

#include "core/model/certificate.h"
#include "core/model/result.h"
#include "core/policy/policy.h"

#include <string>
#include <vector>

namespace sstp {

/// The certificates of one LocalMachine store. Source: Microsoft, CertOpenStore, CertGetCertificateContextProperty,
/// CryptAcquireCertificatePrivateKey, CertGetCertificateChain.
class Certificates {
public:
    virtual ~Certificates() = default;

    /// All that are not archived, each with its chain verdict (revocation looked at as `revocation` says, within
    /// `timeout` for each certificate). A certificate that cannot be parsed is left out and counted by nobody: it
    /// could not be bound either. Errors: access_denied, not_found (no such store), timed_out, stopped.
    virtual Result<std::vector<Certificate>> list(const std::string& store, RevocationPolicy revocation, Duration timeout) = 0;
    /// Sets CERT_ARCHIVED_PROP_ID; the key stays. Errors: not_found, access_denied.
    virtual Result<void> archive(const std::string& store, const Thumbprint& certificate) = 0;
    /// Deletes the certificate from the store; the key container stays. Errors: not_found, access_denied.
    virtual Result<void> remove(const std::string& store, const Thumbprint& certificate) = 0;
};

}  // namespace sstp
