#pragma once

#include "core/model/policy.h"
#include "core/ports/siem_transport.h"
#include "service/tls/client_certificate.h"
#include "service/tls/confirmed_sending.h"
#include "service/tls/tcp_stream.h"

#include <optional>
#include <string>
#include <vector>

namespace sstp {

/// The way to a receiver over TLS: connection, handshake with the certificate that the policy or the receiver asks for, and the
/// judgement of who answered. 10 s for each. A handshake that breaks at our certificate without a word of the receiver's is tried once more
/// with TLS 1.2: a key that cannot sign as TLS 1.3 demands fails in just that way (NTE_NOT_SUPPORTED of TPMs and legacy providers).
class SiemTls {
public:
    /// `passed_over`: a certificate of ours that the receiver has refused; another is shown, if there is one.
    SiemTls(const SiemDestination& destination, HostAndPort host, const StopSignal& stop, std::optional<CertificateHash> passed_over = {});

    /// Nothing: the session stands, and the server is the one that was meant. May throw what Asio throws.
    std::optional<Handover> open();

    [[nodiscard]] TcpStream& connection() noexcept { return connection_; }
    [[nodiscard]] TlsStream& tls() noexcept { return *tls_; }
    [[nodiscard]] const PathTimes& path() const noexcept { return path_; }
    [[nodiscard]] const std::string& peer() const noexcept { return peer_; }
    [[nodiscard]] const std::string& protocol() const noexcept { return protocol_; }
    /// Our certificate may be the reason when the receiver turns us away.
    [[nodiscard]] bool certificate_matters() const noexcept { return identity_ || tls_->certificate_requested(); }
    /// What we showed; null: nothing.
    [[nodiscard]] const ClientIdentity* shown() const noexcept { return identity_ ? &*identity_ : nullptr; }
    /// The same, moved out of a session that is over.
    [[nodiscard]] ClientIdentity take_shown() { return std::move(*identity_); }
    /// Adds what we showed, or why we showed nothing: the administrator of the receiver will ask. `about_it`: also when we heard nobody ask
    /// for one.
    void explain_certificate(Error& error, bool about_it) const;

private:
    std::optional<Handover> try_to_open();
    std::optional<Handover> prepare();
    [[nodiscard]] CredentialOptions with(PCCERT_CONTEXT certificate) const;
    SchannelCredentials* answer_request(const std::vector<Bytes>& acceptable_issuers);
    Handover refused_in_handshake(Error error);
    std::optional<Handover> refuse_old_protocol();
    std::optional<Handover> judge();

    const SiemDestination& destination_;
    HostAndPort host_;
    const StopSignal& stop_;
    std::optional<CertificateHash> passed_over_;
    TcpStream connection_;
    std::optional<ClientIdentity> identity_;
    std::optional<Error> none_fits_;
    std::optional<SchannelCredentials> credentials_;
    std::optional<SchannelCredentials> chosen_credentials_;
    std::optional<TlsStream> tls_;  // last: it uses the above
    bool without_tls13_ = false;
    bool may_be_our_key_ = false;  ///< the handshake broke, not by the receiver's word, once our certificate was asked for or shown
    PathTimes path_;
    std::string peer_;
    std::string protocol_;
};

}  // namespace sstp
