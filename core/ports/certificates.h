#pragma once

#include "core/model/certificate_list.h"
#include "core/model/policy.h"
#include "core/model/result.h"

#include <string>
#include <vector>

namespace sstp {

/// How one look asks about certificates.
struct CertificateQuery {
    RevocationPolicy revocation = RevocationPolicy::best_effort;
    Duration timeout{};                      ///< for the network of one certificate's chain and revocation
    /// Certificates whose key matters (candidates, the active one) and that no listener is just serving: only their keys are opened,
    /// at a store change, at an HttpEvent 15021, or when the last opening is an hour old (an open key is an audit record).
    /// Empty: of all.
    std::vector<Thumbprint> served;          ///< a listener serves them: usable without opening, where a key is linked
    bool open_keys_anew = false;             ///< the store changed, or 15021 came: what was remembered of keys is void
    friend bool operator==(const CertificateQuery&, const CertificateQuery&) = default;
};

/// The certificates of LocalMachine\MY. Source: Microsoft, CertOpenStore, CertGetCertificateContextProperty,
/// CryptAcquireCertificatePrivateKey, CertGetCertificateChain.
class Certificates {
public:
    virtual ~Certificates() = default;

    /// All of them, archived ones marked, each with key state, its chain verdict (first from what is cached here, with the network
    /// only where that leaves it open) and the roots of all paths. A certificate that cannot be parsed is left out and counted by
    /// nobody: it could not be bound either. While nothing changed, the list of before, which its copies share. Errors: access_denied,
    /// not_found (no such store), timed_out, stopped.
    virtual Result<CertificateList> list(const CertificateQuery& query) = 0;
    /// Whether it lies there now and is not archived. Nothing is judged and no key opened. Errors: access_denied, not_found (no such
    /// store).
    virtual Result<bool> holds(const Thumbprint& certificate) = 0;
    /// Sets CERT_ARCHIVED_PROP_ID; the key stays. Errors: not_found, access_denied.
    virtual Result<void> archive(const Thumbprint& certificate) = 0;
    /// Deletes the certificate from the store; the key container stays. Errors: not_found, access_denied.
    virtual Result<void> remove(const Thumbprint& certificate) = 0;
};

}  // namespace sstp
