#pragma once

#include "service/tls/schannel_handshake.h"
#include "service/windows/crypto_handles.h"

#include <cstdint>
#include <span>
#include <string>

namespace sstp {

inline constexpr char kTls13[] = "TLS 1.3";

/// A TLS session after its handshake, without I/O. Source: Microsoft, "EncryptMessage (Schannel)", "DecryptMessage (Schannel)".
class SchannelSession {
public:
    enum class Arrival : std::uint8_t {
        needs_data,    ///< nothing whole yet: read from the peer and `feed`
        data,          ///< `data`, never empty
        close_notify,  ///< the peer has ended its half in order; nothing of it follows
        alert,         ///< the peer has given the session up; `error` says how the system words it
        failed,        ///< what came cannot be decrypted or understood
    };

    struct Incoming {
        Arrival arrival = Arrival::needs_data;
        Bytes data;
        Error error;
    };

    /// Takes over a handshake that is done, with what the peer sent behind it.
    static Result<SchannelSession> from(SchannelHandshake&& handshake);

    void feed(std::span<const std::uint8_t> received);
    /// What the bytes fed so far amount to, one thing at a time. Behind our close_notify a session ticket that the security package does
    /// not take any more amounts to nothing. Answers of the security package (renegotiation, key update) appear in `to_send`. After
    /// close_notify, alert or failed it stays so.
    Incoming next();

    [[nodiscard]] std::span<const std::uint8_t> to_send() const noexcept { return outgoing_; }

    void sent() noexcept { outgoing_.clear(); }

    /// The bytes to send for `plain`, of any length.
    Result<Bytes> encrypt(std::span<const std::uint8_t> plain);
    /// The bytes of our close_notify. Nothing may be encrypted after it.
    Result<Bytes> close_notify();
    /// What the server showed, with the chain that it sent along in `hCertStore`.
    Result<UniqueCertificateContext> peer_certificate();
    /// "TLS 1.3", for people and for what depends on it; "TLS" where the system does not say.
    std::string protocol();

private:
    explicit SchannelSession(SchannelHandshake&& handshake);
    Incoming decrypt_record();
    /// False: more bytes are needed. Else the loop goes on, or `end_` says that it is over.
    bool renegotiate();
    Incoming end(Arrival how, Error why = {});
    Result<Bytes> peer_certificate_der();

    SchannelCredentials* credentials_;
    SecurityContext context_;
    std::string subject_;
    std::wstring server_name_;
    SecPkgContext_StreamSizes sizes_{};
    Bytes certificate_;  ///< DER of what the server showed first
    Bytes incoming_;
    Bytes outgoing_;
    bool renegotiating_ = false;
    bool we_ended_ = false;  ///< our close_notify was made
    bool hello_requested_ = false;  ///< TLS 1.2's HelloRequest: our first token needs no input
    bool ended_ = false;
    Incoming end_;
};

}  // namespace sstp
