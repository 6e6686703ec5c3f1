#pragma once

#include "core/model/digest.h"
#include "service/tls/schannel_credentials.h"

#include <span>
#include <string>

namespace sstp {

/// What one call of InitializeSecurityContext made of what the peer sent.
struct TokenStep {
    SECURITY_STATUS status = SEC_E_OK;
    Bytes token;               ///< goes to the peer, also when the call failed: it is the alert then
    std::size_t consumed = 0;  ///< bytes of the input that are done with
};

/// Gives the peer's bytes to the security package, in the handshake and after it (renegotiation, TLS 1.3 tickets and key updates).
/// The very first call has no input and makes the context. `supplied_credentials_only`: the server asked for a certificate and shall
/// get the one in the credentials, or none. Source: Microsoft, "InitializeSecurityContext (Schannel)".
TokenStep exchange_token(SchannelCredentials& credentials, SecurityContext& context, const std::wstring& server_name,
                         std::span<const std::uint8_t> input, bool supplied_credentials_only);

/// The same without input, after ApplyControlToken(SCHANNEL_SHUTDOWN): makes the close_notify.
TokenStep shutdown_token(SchannelCredentials& credentials, SecurityContext& context, const std::wstring& server_name);

}  // namespace sstp
