#pragma once

#include "service/tls/token_exchange.h"

#include <cstdint>
#include <optional>
#include <span>
#include <string>

namespace sstp {

/// The client's half of a TLS handshake, without I/O: bytes in, bytes out. The driver looks at `state` and does what it says.
/// The server's certificate is not judged here.
class SchannelHandshake {
public:
    enum class State : std::uint8_t {
        has_data,    ///< send `to_send`, then call `sent`
        needs_data,  ///< read from the peer, then call `feed` or `ended`
        done,        ///< make a SchannelSession of it
        failed,      ///< `error` says why; an alert, if there was one, has been sent
    };

    /// `server_name` goes into SNI; empty: none is sent. The credentials outlive the handshake and its session.
    SchannelHandshake(Sspi& sspi, SchannelCredentials& credentials, const std::string& server_name);

    [[nodiscard]] State state() const noexcept { return outgoing_.empty() ? state_ : State::has_data; }

    [[nodiscard]] std::span<const std::uint8_t> to_send() const noexcept { return outgoing_; }

    void sent() noexcept { outgoing_.clear(); }

    void feed(std::span<const std::uint8_t> received);
    /// The peer ended the stream.
    void ended();

    [[nodiscard]] const Error& error() const { return *error_; }

    /// The server asked for a client certificate.
    [[nodiscard]] bool certificate_requested() const noexcept { return certificate_requested_; }

private:
    friend class SchannelSession;
    void advance();
    void fail(Error why);

    SchannelCredentials& credentials_;
    SecurityContext context_;
    std::string subject_;
    std::wstring server_name_;
    Bytes incoming_;
    Bytes outgoing_;
    State state_ = State::needs_data;
    std::optional<Error> error_;
    bool certificate_requested_ = false;
};

}  // namespace sstp
