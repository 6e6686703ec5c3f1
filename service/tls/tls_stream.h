#pragma once

#include "service/tls/byte_stream.h"
#include "service/tls/schannel_session.h"

#include <cstdint>
#include <optional>
#include <span>
#include <string>

namespace sstp {

/// TLS over a connection: drives the handshake and the session, which do no I/O themselves. Used from one thread.
/// Whether the server is to be trusted is asked separately, between `handshake` and the first `write` (trust.h).
class TlsStream {
public:
    /// Both outlive this.
    TlsStream(ByteStream& transport, SchannelCredentials& credentials, Sspi& sspi = schannel());

    Result<void> handshake(const std::string& server_name, MonotonicTime deadline, SchannelHandshake::OnRequest on_request = {});

    [[nodiscard]] bool certificate_requested() const noexcept { return certificate_requested_; }

    /// The alert with which the server refused the handshake, as far as it came unencrypted.
    [[nodiscard]] std::optional<std::uint8_t> refusal() const noexcept { return refusal_; }

    Result<UniqueCertificateContext> peer_certificate();

    /// "TLS 1.3"; empty before the handshake is done.
    std::string protocol();

    Result<void> write(std::span<const std::uint8_t> plain, MonotonicTime deadline);

    enum class Ending : std::uint8_t {
        none,          ///< there is data
        close_notify,  ///< in order, confirmed by TLS
        bare,          ///< the connection ended without close_notify: as an attacker, or a careless peer, would end it
        alert,         ///< the peer gave the session up; `why` has the system's word for it
    };

    struct Received {
        Ending ending = Ending::none;
        Bytes data;  ///< never empty when there is no ending
        Error why;
    };

    /// Waits for something to arrive. Errors: timed_out (reading may go on), stopped, malformed, what the transport reported.
    Result<Received> read(MonotonicTime deadline);

    /// Sends our close_notify; reading goes on. Nothing may be written after it.
    Result<void> send_close_notify(MonotonicTime deadline);

private:
    Result<void> flush_answers(MonotonicTime deadline);

    ByteStream& transport_;
    SchannelCredentials& credentials_;
    Sspi& sspi_;
    std::optional<SchannelSession> session_;
    std::string server_name_;
    bool certificate_requested_ = false;
    std::optional<std::uint8_t> refusal_;
};

}  // namespace sstp
