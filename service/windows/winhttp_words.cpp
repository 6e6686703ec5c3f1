#include "service/windows/winhttp_words.h"

#include "service/windows/os_error.h"
#include "service/windows/windows_headers.h"

#include <fmt/format.h>
#include <winhttp.h>

#include <utility>

namespace sstp {

namespace {

struct Words {
    ErrorKind kind;
    const char* text;
};

Words words_for(std::uint32_t code) {
    switch (code) {
        case ERROR_WINHTTP_TIMEOUT: return {ErrorKind::timed_out, "there was no answer in time"};
        case ERROR_WINHTTP_NAME_NOT_RESOLVED:
            return {ErrorKind::not_found, "no name server knows this host. Check url and the DNS settings"};
        case ERROR_WINHTTP_CANNOT_CONNECT: return {ErrorKind::unexpected, "nobody accepts connections there, or a firewall is in the way"};
        case ERROR_WINHTTP_CONNECTION_ERROR: return {ErrorKind::unexpected, "the connection broke"};
        case ERROR_WINHTTP_CLIENT_AUTH_CERT_NEEDED:
            return {ErrorKind::access_denied,
                    "the server wants a client certificate: choose one in \"client_certificate\" of this destination"};
        case ERROR_WINHTTP_CLIENT_CERT_NO_PRIVATE_KEY:
        case ERROR_WINHTTP_CLIENT_CERT_NO_ACCESS_PRIVATE_KEY:
            return {ErrorKind::no_usable_key, "the private key of our client certificate cannot be used by this account"};
        case ERROR_WINHTTP_SECURE_FAILURE:
            return {ErrorKind::unexpected, "no TLS session came about: the server speaks no TLS there, or neither 1.2 nor 1.3"};
        case ERROR_WINHTTP_SECURE_CHANNEL_ERROR:
            return {ErrorKind::unexpected,
                    "no TLS session came about: the server refused it, wants a client certificate (\"client_certificate\" of "
                    "this destination), or speaks no TLS"};
        case ERROR_WINHTTP_INVALID_URL:
        case ERROR_WINHTTP_UNRECOGNIZED_SCHEME: return {ErrorKind::malformed, "this is no URL that WinHTTP can use"};
        case ERROR_WINHTTP_INVALID_SERVER_RESPONSE: return {ErrorKind::malformed, "what answers there is no HTTP server"};
        case ERROR_WINHTTP_OPERATION_CANCELLED: return {ErrorKind::unexpected, "it was given up"};
        default: return {ErrorKind::unexpected, nullptr};
    }
}

}  // namespace

Error winhttp_error(std::string operation, std::string subject, std::uint32_t code) {
    const Words words = words_for(code);
    if (words.text != nullptr) return Error{words.kind, std::move(operation), std::move(subject), code, words.text};
    Error error = os_error(std::move(operation), std::move(subject), code);
    if (error.text.empty()) error.text = "WinHTTP failed for a reason that the system has no text for";
    return error;
}

bool may_refuse_our_certificate(std::uint32_t code) noexcept {
    switch (code) {
        case ERROR_WINHTTP_CLIENT_AUTH_CERT_NEEDED:
        case ERROR_WINHTTP_CLIENT_CERT_NO_PRIVATE_KEY:
        case ERROR_WINHTTP_CLIENT_CERT_NO_ACCESS_PRIVATE_KEY:
        case ERROR_WINHTTP_SECURE_FAILURE:
        case ERROR_WINHTTP_SECURE_CHANNEL_ERROR:
        case ERROR_WINHTTP_CONNECTION_ERROR: return true;   // TLS 1.3: the server refuses behind the handshake, and ends
        default: return false;
    }
}

}  // namespace sstp
