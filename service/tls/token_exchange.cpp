#include "service/tls/token_exchange.h"

#include <algorithm>
#include <array>

namespace sstp {

namespace {

constexpr unsigned long kRequirements = ISC_REQ_SEQUENCE_DETECT | ISC_REQ_REPLAY_DETECT | ISC_REQ_CONFIDENTIALITY | ISC_REQ_EXTENDED_ERROR |
                                        ISC_REQ_ALLOCATE_MEMORY | ISC_REQ_STREAM | ISC_REQ_MANUAL_CRED_VALIDATION;

/// Whether a token that came with this status is to be sent. One beside "show other credentials" is not: the call is made again
/// with the same input and makes the answer anew. A call that failed may leave one behind only when it says so (Microsoft,
/// InitializeSecurityContext (Schannel)).
bool is_to_be_sent(SECURITY_STATUS status, unsigned long attributes) {
    if (status == SEC_E_OK || status == SEC_I_CONTINUE_NEEDED) return true;
    return status < 0 && (attributes & ISC_RET_EXTENDED_ERROR) != 0;
}

TokenStep call(SchannelCredentials& credentials, SecurityContext& context, const std::wstring& server_name, SecBufferDesc* input,
               unsigned long requirements) {
    Sspi& sspi = context.sspi();
    const bool first = !context.exists();
    std::array<SecBuffer, 2> out{{{0, SECBUFFER_TOKEN, nullptr}, {0, SECBUFFER_ALERT, nullptr}}};
    SecBufferDesc output{SECBUFFER_VERSION, static_cast<unsigned long>(out.size()), out.data()};
    unsigned long attributes = 0;
    const wchar_t* target = server_name.empty() ? nullptr : server_name.c_str();
    TokenStep step;
    step.status = sspi.initialize_context(credentials.get(), first ? nullptr : context.get(), target, requirements, input,
                                          first ? context.get() : nullptr, &output, &attributes);
    for (const SecBuffer& buffer : out) {
        if (!buffer.pvBuffer) continue;
        const auto* bytes = static_cast<const std::uint8_t*>(buffer.pvBuffer);
        if (is_to_be_sent(step.status, attributes)) step.token.insert(step.token.end(), bytes, bytes + buffer.cbBuffer);
        sspi.free_buffer(buffer.pvBuffer);
    }
    return step;
}

}  // namespace

TokenStep exchange_token(SchannelCredentials& credentials, SecurityContext& context, const std::wstring& server_name,
                         std::span<const std::uint8_t> input, bool supplied_credentials_only) {
    const unsigned long requirements = kRequirements | (supplied_credentials_only ? ISC_REQ_USE_SUPPLIED_CREDS : 0);
    if (!context.exists()) return call(credentials, context, server_name, nullptr, requirements);

    // Schannel may write into its input, and a call that came too early is made again with the same bytes.
    Bytes working(input.begin(), input.end());
    std::array<SecBuffer, 2> in{
        {{static_cast<unsigned long>(working.size()), SECBUFFER_TOKEN, working.data()}, {0, SECBUFFER_EMPTY, nullptr}}};
    SecBufferDesc description{SECBUFFER_VERSION, static_cast<unsigned long>(in.size()), in.data()};
    TokenStep step = call(credentials, context, server_name, &description, requirements);
    if (step.status == SEC_E_INCOMPLETE_MESSAGE || step.status == SEC_I_INCOMPLETE_CREDENTIALS) return step;
    // Of an EXTRA buffer only the length counts here: the bytes are the last ones of the input.
    const std::size_t left_over = in[1].BufferType == SECBUFFER_EXTRA ? in[1].cbBuffer : 0;
    step.consumed = input.size() - std::min(left_over, input.size());
    return step;
}

TokenStep shutdown_token(SchannelCredentials& credentials, SecurityContext& context, const std::wstring& server_name) {
    return call(credentials, context, server_name, nullptr, kRequirements);
}

}  // namespace sstp
