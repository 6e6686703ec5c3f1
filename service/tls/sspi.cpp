#include "service/tls/sspi.h"

#include "service/windows/os_error.h"

namespace sstp {

namespace {

class Schannel final : public Sspi {
public:
    SECURITY_STATUS acquire_credentials(void* options, CredHandle* credentials) override {
        wchar_t package[] = UNISP_NAME_W;
        TimeStamp expiry{};
        return AcquireCredentialsHandleW(nullptr, package, SECPKG_CRED_OUTBOUND, nullptr, options, nullptr, nullptr, credentials, &expiry);
    }

    SECURITY_STATUS initialize_context(CredHandle* credentials, CtxtHandle* context, const wchar_t* target, unsigned long requirements,
                                       SecBufferDesc* input, CtxtHandle* new_context, SecBufferDesc* output,
                                       unsigned long* attributes) override {
        TimeStamp expiry{};
        return InitializeSecurityContextW(credentials, context, const_cast<wchar_t*>(target), requirements, 0, 0, input, 0, new_context,
                                          output, attributes, &expiry);
    }

    SECURITY_STATUS apply_control_token(CtxtHandle* context, SecBufferDesc* token) override { return ApplyControlToken(context, token); }

    SECURITY_STATUS query_context(CtxtHandle* context, unsigned long attribute, void* value) override {
        return QueryContextAttributesW(context, attribute, value);
    }

    SECURITY_STATUS encrypt(CtxtHandle* context, SecBufferDesc* message) override { return EncryptMessage(context, 0, message, 0); }

    SECURITY_STATUS decrypt(CtxtHandle* context, SecBufferDesc* message) override { return DecryptMessage(context, message, 0, nullptr); }

    void free_buffer(void* buffer) noexcept override { FreeContextBuffer(buffer); }

    void free_credentials(CredHandle* credentials) noexcept override { FreeCredentialsHandle(credentials); }

    void delete_context(CtxtHandle* context) noexcept override { DeleteSecurityContext(context); }
};

ErrorKind tls_error_kind(SECURITY_STATUS status) noexcept {
    switch (status) {
        case SEC_E_INVALID_TOKEN:  // what came is no TLS
        case SEC_E_ILLEGAL_MESSAGE:
        case SEC_E_DECRYPT_FAILURE:
        case SEC_E_MESSAGE_ALTERED: return ErrorKind::malformed;
        case SEC_E_NO_CREDENTIALS:
        case SEC_E_UNKNOWN_CREDENTIALS: return ErrorKind::no_usable_key;
        default: return ErrorKind::unexpected;
    }
}

}  // namespace

Sspi& schannel() noexcept {
    static Schannel schannel;
    return schannel;
}

Error tls_error(std::string operation, std::string subject, SECURITY_STATUS status) {
    const auto code = static_cast<std::uint32_t>(status);
    Error error = os_error(tls_error_kind(status), std::move(operation), std::move(subject), code);
    if (error.text.empty()) error.text = "TLS failed for a reason that the system has no text for";
    return error;
}

}  // namespace sstp
