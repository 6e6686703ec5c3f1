#pragma once

#include "service/tls/token_exchange.h"

#include <cstdint>
#include <functional>
#include <optional>
#include <span>
#include <string>
#include <vector>

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

    /// Asked when the server wants a certificate and the credentials have none: others to go on with, which outlive the session too; null:
    /// go on without one. The encoded names of the CAs that the server accepts; none: any.
    using OnRequest = std::function<SchannelCredentials*(const std::vector<Bytes>& acceptable_issuers)>;

    /// `server_name` goes into SNI; empty: none is sent. The credentials outlive the handshake and its session.
    SchannelHandshake(Sspi& sspi, SchannelCredentials& credentials, const std::string& server_name, OnRequest on_request = {});

    [[nodiscard]] State state() const noexcept { return outgoing_.empty() ? state_ : State::has_data; }

    [[nodiscard]] std::span<const std::uint8_t> to_send() const noexcept { return outgoing_; }

    void sent() noexcept { outgoing_.clear(); }

    void feed(std::span<const std::uint8_t> received);
    /// The peer ended the stream.
    void ended();

    [[nodiscard]] const Error& error() const { return *error_; }

    /// The fatal alert with which the server refused, as far as it came unencrypted.
    [[nodiscard]] std::optional<std::uint8_t> alert() const noexcept { return alert_; }

    /// The server asked for a client certificate. Known for certain only when we had none.
    [[nodiscard]] bool certificate_requested() const noexcept { return certificate_requested_; }

private:
    friend class SchannelSession;
    void advance();
    void fail(Error why);
    void fail(SECURITY_STATUS status);
    void answer_request();
    std::vector<Bytes> acceptable_issuers();

    SchannelCredentials* credentials_;
    OnRequest on_request_;
    SecurityContext context_;
    std::string subject_;
    std::wstring server_name_;
    Bytes incoming_;
    Bytes outgoing_;
    State state_ = State::needs_data;
    std::optional<Error> error_;
    std::optional<std::uint8_t> alert_;
    bool certificate_requested_ = false;
};

}  // namespace sstp
