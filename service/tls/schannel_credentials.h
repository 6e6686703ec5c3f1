#pragma once

#include "service/tls/sspi.h"

namespace sstp {

enum class OldestProtocol : std::uint8_t {
    as_the_system,  ///< whatever the machine's Schannel settings allow a client: a probe must reach what clients reach
    tls12,
};

struct CredentialOptions {
    OldestProtocol oldest = OldestProtocol::tls12;
    /// Leaves out cipher suites that Microsoft counts as weak.
    bool strong_only = true;
    /// Shown when the server asks for one; null: none is shown, and Schannel does not choose one by itself.
    PCCERT_CONTEXT client_certificate = nullptr;
    /// Leaves TLS 1.3 out: it demands RSA-PSS of our key, which keys of a TPM or of a legacy provider often cannot do.
    bool without_tls13 = false;
};

/// What a client brings along. Schannel never judges the server's certificate with it: that is `trust.h`'s, as a step of its own.
/// Every probe makes its own: Schannel caches sessions by credentials, and a resumed session shows no certificate.
class SchannelCredentials {
public:
    /// SCH_CREDENTIALS, which knows TLS 1.3, or SCHANNEL_CRED where the system has none of it (before Windows 10 1809).
    static Result<SchannelCredentials> acquire(Sspi& sspi, const CredentialOptions& options);

    SchannelCredentials(SchannelCredentials&& other) noexcept : sspi_(other.sspi_), handle_(other.handle_) {
        SecInvalidateHandle(&other.handle_);
    }

    SchannelCredentials& operator=(SchannelCredentials&&) = delete;

    ~SchannelCredentials() {
        if (SecIsValidHandle(&handle_)) sspi_->free_credentials(&handle_);
    }

    [[nodiscard]] CredHandle* get() noexcept { return &handle_; }

private:
    explicit SchannelCredentials(Sspi& sspi) noexcept : sspi_(&sspi) { SecInvalidateHandle(&handle_); }

    Sspi* sspi_;
    CredHandle handle_;
};

}  // namespace sstp
