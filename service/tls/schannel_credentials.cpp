#include "service/tls/schannel_credentials.h"

namespace sstp {

namespace {

constexpr DWORD kBeforeTls12 = SP_PROT_SSL2_CLIENT | SP_PROT_SSL3_CLIENT | SP_PROT_TLS1_0_CLIENT | SP_PROT_TLS1_1_CLIENT;

DWORD flags_for(const CredentialOptions& options) {
    return SCH_CRED_MANUAL_CRED_VALIDATION | SCH_CRED_NO_DEFAULT_CREDS | (options.strong_only ? SCH_USE_STRONG_CRYPTO : 0);
}

SECURITY_STATUS acquire_modern(Sspi& sspi, const CredentialOptions& options, CredHandle* handle) {
    TLS_PARAMETERS parameters{};
    parameters.grbitDisabledProtocols =
        (options.oldest == OldestProtocol::tls12 ? kBeforeTls12 : 0) | (options.without_tls13 ? SP_PROT_TLS1_3_CLIENT : 0);
    PCCERT_CONTEXT certificate = options.client_certificate;
    SCH_CREDENTIALS credentials{};
    credentials.dwVersion = SCH_CREDENTIALS_VERSION;
    credentials.dwFlags = flags_for(options);
    credentials.cTlsParameters = 1;
    credentials.pTlsParameters = &parameters;
    credentials.cCreds = certificate ? 1 : 0;
    credentials.paCred = certificate ? &certificate : nullptr;
    return sspi.acquire_credentials(&credentials, handle);
}

SECURITY_STATUS acquire_old(Sspi& sspi, const CredentialOptions& options, CredHandle* handle) {
    PCCERT_CONTEXT certificate = options.client_certificate;
    SCHANNEL_CRED credentials{};
    credentials.dwVersion = SCHANNEL_CRED_VERSION;
    credentials.dwFlags = flags_for(options);
    credentials.grbitEnabledProtocols = options.oldest == OldestProtocol::tls12 ? SP_PROT_TLS1_2_CLIENT : 0;
    credentials.cCreds = certificate ? 1 : 0;
    credentials.paCred = certificate ? &certificate : nullptr;
    return sspi.acquire_credentials(&credentials, handle);
}

}  // namespace

Result<SchannelCredentials> SchannelCredentials::acquire(Sspi& sspi, const CredentialOptions& options) {
    SchannelCredentials credentials(sspi);
    if (acquire_modern(sspi, options, &credentials.handle_) == SEC_E_OK) return credentials;
    // The answer to an unknown version differs between systems (SEC_E_UNKNOWN_CREDENTIALS, SEC_E_INTERNAL_ERROR, ...);
    // a real reason, such as a key that cannot be used, comes again and is then the one that is told.
    SecInvalidateHandle(&credentials.handle_);
    const SECURITY_STATUS status = acquire_old(sspi, options, &credentials.handle_);
    if (status == SEC_E_OK) return credentials;
    SecInvalidateHandle(&credentials.handle_);
    return tls_error("prepare a TLS client", "", status);
}

}  // namespace sstp
