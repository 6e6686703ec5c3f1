#pragma once

#include "core/model/result.h"
#include "service/windows/windows_headers.h"

#include <wincrypt.h>

// SCH_CREDENTIALS stands behind this switch, and needs UNICODE_STRING.
#include <subauth.h>
#define SCHANNEL_USE_BLACKLISTS
#include <schannel.h>
#define SECURITY_WIN32
#include <security.h>

#include <cstdint>
#include <utility>

namespace sstp {

/// The part of SSPI that a TLS client needs. The real one is secur32's; tests put a scripted one in its place, because
/// no machine at hand shows every answer that Microsoft documents. Statuses are SSPI's own.
class Sspi {
public:
    virtual ~Sspi() = default;
    virtual SECURITY_STATUS acquire_credentials(void* options, CredHandle* credentials) = 0;
    virtual SECURITY_STATUS initialize_context(CredHandle* credentials, CtxtHandle* context, const wchar_t* target,
                                               unsigned long requirements, SecBufferDesc* input, CtxtHandle* new_context,
                                               SecBufferDesc* output, unsigned long* attributes) = 0;
    virtual SECURITY_STATUS apply_control_token(CtxtHandle* context, SecBufferDesc* token) = 0;
    virtual SECURITY_STATUS query_context(CtxtHandle* context, unsigned long attribute, void* value) = 0;
    virtual SECURITY_STATUS encrypt(CtxtHandle* context, SecBufferDesc* message) = 0;
    virtual SECURITY_STATUS decrypt(CtxtHandle* context, SecBufferDesc* message) = 0;
    virtual void free_buffer(void* buffer) noexcept = 0;
    virtual void free_credentials(CredHandle* credentials) noexcept = 0;
    virtual void delete_context(CtxtHandle* context) noexcept = 0;
};

/// Schannel of this machine.
Sspi& schannel() noexcept;

/// The failure of an SSPI call: the status as code, the system's text for it.
Error tls_error(std::string operation, std::string subject, SECURITY_STATUS status);

/// Owns a security context. Empty until the first token was made.
class SecurityContext {
public:
    explicit SecurityContext(Sspi& sspi) noexcept : sspi_(&sspi) { SecInvalidateHandle(&handle_); }

    SecurityContext(SecurityContext&& other) noexcept : sspi_(other.sspi_), handle_(other.handle_) { SecInvalidateHandle(&other.handle_); }

    SecurityContext& operator=(SecurityContext&& other) noexcept {
        std::swap(sspi_, other.sspi_);
        std::swap(handle_, other.handle_);
        return *this;
    }

    ~SecurityContext() {
        if (exists()) sspi_->delete_context(&handle_);
    }

    [[nodiscard]] bool exists() const noexcept { return SecIsValidHandle(&handle_); }

    [[nodiscard]] CtxtHandle* get() noexcept { return &handle_; }

    [[nodiscard]] Sspi& sspi() const noexcept { return *sspi_; }

private:
    Sspi* sspi_;
    CtxtHandle handle_;
};

}  // namespace sstp
