#include "service/tls/tls_stream.h"

#include "service/windows/os_error.h"

#include <array>
#include <utility>

namespace sstp {

namespace {

using ReadBuffer = std::array<std::uint8_t, 16 * 1024>;

Error no_session(const char* operation, const std::string& server) {
    return own_error(ErrorKind::unexpected, operation, server, "there is no TLS session");
}

}  // namespace

TlsStream::TlsStream(ByteStream& transport, SchannelCredentials& credentials, Sspi& sspi)
    : transport_(transport), credentials_(credentials), sspi_(sspi) {}

Result<void> TlsStream::handshake(const std::string& server_name, MonotonicTime deadline, SchannelHandshake::OnRequest on_request) {
    using State = SchannelHandshake::State;
    session_.reset();
    server_name_ = server_name;
    SchannelHandshake handshake(sspi_, credentials_, server_name, std::move(on_request));
    ReadBuffer buffer;
    for (;;) {
        switch (handshake.state()) {
            case State::has_data: {
                const auto sent = transport_.write(handshake.to_send(), deadline);
                handshake.sent();
                // An alert that nobody takes any more must not hide why it was to be sent.
                if (!sent) return handshake.state() == State::failed ? handshake.error() : sent.error();
                break;
            }
            case State::needs_data: {
                const auto count = transport_.read_some(buffer, deadline);
                if (!count) return count.error();
                if (*count == 0) {
                    handshake.ended();
                } else {
                    handshake.feed({buffer.data(), *count});
                }
                break;
            }
            case State::failed:
                certificate_requested_ = handshake.certificate_requested();
                refusal_ = handshake.alert();
                return handshake.error();
            case State::done: {
                certificate_requested_ = handshake.certificate_requested();
                auto session = SchannelSession::from(std::move(handshake));
                if (!session) return session.error();
                session_.emplace(std::move(*session));
                return {};
            }
        }
    }
}

Result<UniqueCertificateContext> TlsStream::peer_certificate() {
    if (!session_) return no_session("ask for the server's certificate", server_name_);
    return session_->peer_certificate();
}

std::string TlsStream::protocol() { return session_ ? session_->protocol() : std::string{}; }

Result<void> TlsStream::write(std::span<const std::uint8_t> plain, MonotonicTime deadline) {
    if (!session_) return no_session("send over TLS", server_name_);
    const auto records = session_->encrypt(plain);
    if (!records) return records.error();
    return transport_.write(*records, deadline);
}

Result<void> TlsStream::flush_answers(MonotonicTime deadline) {
    if (session_->to_send().empty()) return {};
    auto sent = transport_.write(session_->to_send(), deadline);
    session_->sent();
    return sent;
}

Result<TlsStream::Received> TlsStream::read(MonotonicTime deadline) {
    using Arrival = SchannelSession::Arrival;
    if (!session_) return no_session("receive over TLS", server_name_);
    ReadBuffer buffer;
    for (;;) {
        auto arrived = session_->next();
        const auto answered = flush_answers(deadline);
        switch (arrived.arrival) {
            case Arrival::data: return Received{Ending::none, std::move(arrived.data), {}};
            case Arrival::close_notify: return Received{Ending::close_notify, {}, {}};
            case Arrival::alert: return Received{Ending::alert, {}, std::move(arrived.error)};
            case Arrival::failed: return std::move(arrived.error);
            case Arrival::needs_data: break;
        }
        if (!answered) return answered.error();
        const auto count = transport_.read_some(buffer, deadline);
        if (!count) return count.error();
        if (*count == 0) return Received{Ending::bare, {}, {}};
        session_->feed({buffer.data(), *count});
    }
}

Result<void> TlsStream::send_close_notify(MonotonicTime deadline) {
    if (!session_) return no_session("end the TLS session", server_name_);
    const auto token = session_->close_notify();
    if (!token) return token.error();
    if (token->empty()) return {};
    return transport_.write(*token, deadline);
}

}  // namespace sstp
