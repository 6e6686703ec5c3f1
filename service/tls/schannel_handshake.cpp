#include "service/tls/schannel_handshake.h"

#include "service/tls/tls_alert.h"
#include "service/windows/os_error.h"
#include "service/windows/text.h"

#include <algorithm>
#include <span>
#include <utility>

namespace sstp {

namespace {

constexpr char kOperation[] = "make a TLS session";
/// A record has 16 KiB and some; a flight of the server with a long chain has some of them. Beyond that somebody wastes our memory.
constexpr std::size_t kMostPending = 256 * 1024;
/// A server that takes certificates of every public CA lists a few hundred.
constexpr unsigned long kMostIssuers = 4096;

}  // namespace

SchannelHandshake::SchannelHandshake(Sspi& sspi, SchannelCredentials& credentials, const std::string& server_name, OnRequest on_request)
    : credentials_(&credentials),
      on_request_(std::move(on_request)),
      context_(sspi),
      subject_(server_name),
      server_name_(to_wide(server_name).value_or(std::wstring{})) {
    if (!server_name.empty() && server_name_.empty()) {
        fail(own_error(ErrorKind::malformed, kOperation, subject_, "the server's name is not valid text"));
        return;
    }
    TokenStep step = exchange_token(*credentials_, context_, server_name_, {}, false);
    outgoing_ = std::move(step.token);
    if (step.status != SEC_I_CONTINUE_NEEDED) fail(tls_error(kOperation, subject_, step.status));
}

void SchannelHandshake::feed(std::span<const std::uint8_t> received) {
    if (state_ != State::needs_data || received.empty()) return;
    incoming_.insert(incoming_.end(), received.begin(), received.end());
    advance();
}

void SchannelHandshake::ended() {
    if (state_ != State::needs_data) return;
    fail(own_error(ErrorKind::unexpected, kOperation, subject_, "the peer closed the connection in the middle of the handshake"));
}

void SchannelHandshake::advance() {
    while (!incoming_.empty()) {
        if (!alert_) alert_ = plain_alert(incoming_);
        TokenStep step = exchange_token(*credentials_, context_, server_name_, incoming_, certificate_requested_);
        outgoing_.insert(outgoing_.end(), step.token.begin(), step.token.end());
        incoming_.erase(incoming_.begin(), incoming_.begin() + static_cast<std::ptrdiff_t>(step.consumed));
        switch (step.status) {
            case SEC_E_OK: state_ = State::done; return;
            case SEC_E_INCOMPLETE_MESSAGE:
                if (incoming_.size() > kMostPending) {
                    fail(own_error(ErrorKind::malformed, kOperation, subject_, "the peer sends a message without end"));
                }
                return;
            case SEC_I_INCOMPLETE_CREDENTIALS:
                if (certificate_requested_) return fail(tls_error(kOperation, subject_, step.status));
                answer_request();
                break;
            case SEC_I_CONTINUE_NEEDED:
                if (step.consumed == 0) return;  // else the same bytes would go round for ever
                break;
            default: return fail(step.status);
        }
    }
}

/// After it the exchange is made once more, with the same bytes.
void SchannelHandshake::answer_request() {
    certificate_requested_ = true;
    if (!on_request_) return;
    if (SchannelCredentials* chosen = on_request_(acceptable_issuers())) credentials_ = chosen;
}

std::vector<Bytes> SchannelHandshake::acceptable_issuers() {
    SecPkgContext_IssuerListInfoEx list{};
    std::vector<Bytes> issuers;
    if (context_.sspi().query_context(context_.get(), SECPKG_ATTR_ISSUER_LIST_EX, &list) != SEC_E_OK || list.aIssuers == nullptr)
        return issuers;
    const auto count = std::min<unsigned long>(list.cIssuers, kMostIssuers);
    for (const CERT_NAME_BLOB& name : std::span(list.aIssuers, count)) issuers.emplace_back(name.pbData, name.pbData + name.cbData);
    context_.sspi().free_buffer(list.aIssuers);
    return issuers;
}

void SchannelHandshake::fail(SECURITY_STATUS status) {
    Error why = tls_error(kOperation, subject_, status);
    // The system's word for an alert reads as if it were about the server's certificate, or is "internal error".
    if (alert_) why.text = "the server refused with the alert " + alert_in_words(*alert_);
    fail(std::move(why));
}

void SchannelHandshake::fail(Error why) {
    state_ = State::failed;
    error_ = std::move(why);
}

}  // namespace sstp
