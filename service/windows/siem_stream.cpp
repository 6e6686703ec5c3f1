#include "service/windows/siem_stream.h"

#include "core/policy/spelling.h"
#include "service/tls/client_certificate.h"
#include "service/tls/confirmed_sending.h"
#include "service/tls/name_resolution.h"
#include "service/tls/tcp_stream.h"
#include "service/tls/tls_alert.h"
#include "service/tls/trust.h"
#include "service/windows/os_error.h"
#include "service/windows/siem_failure.h"
#include "service/windows/system_clock.h"

#include <exception>
#include <optional>
#include <utility>

namespace sstp {

namespace {

using namespace std::chrono_literals;

constexpr Duration kPatience = 10s;  // for each of connecting, shaking hands, and the proof

/// One batch on its way to one host over TLS.
class TlsBatch {
public:
    TlsBatch(const SiemDestination& destination, const HostAndPort& host, TcpStream& connection, const StopSignal& stop)
        : destination_(destination), host_(host), connection_(connection), stop_(stop) {}

    Handover send(const Payload& payload) {
        if (auto failed = prepare()) return std::move(*failed);
        TlsStream tls(connection_, *credentials_);
        const MonotonicTime begun = monotonic_now();
        const std::string name = is_ip_address(host_.host) ? std::string{} : host_.host;  // SNI has names only (RFC 6066 section 3)
        const auto shaken = tls.handshake(name, begun + kPatience, [this](const auto& issuers) { return answer_request(issuers); });
        if (!shaken) return refused_in_handshake(tls, shaken.error());
        path_ = {connection_.round_trip(), monotonic_now() - begun};
        protocol_ = tls.protocol();
        if (auto failed = judge(tls)) return with_peer(std::move(*failed));
        return with_peer(hand_over(tls, payload));
    }

private:
    /// What we bring along, as far as the policy says so without being asked.
    std::optional<Handover> prepare() {
        if (const auto* wanted = std::get_if<SelectClientCertificate>(&destination_.client_certificate)) {
            auto chosen = choose_client_certificate(*wanted, {});
            if (!chosen) return handover_failed(HandoverFailure::untrusted, "client_certificate", chosen.error());
            identity_ = std::move(*chosen);
        }
        auto credentials =
            SchannelCredentials::acquire(schannel(), {OldestProtocol::tls12, true, identity_ ? identity_->certificate.get() : nullptr});
        if (!credentials) return handover_failed(HandoverFailure::untrusted, "credentials", credentials.error());
        credentials_.emplace(std::move(*credentials));
        return std::nullopt;
    }

    SchannelCredentials* answer_request(const std::vector<Bytes>& acceptable_issuers) {
        if (!std::holds_alternative<ChooseClientCertificate>(destination_.client_certificate)) return nullptr;
        auto chosen = choose_client_certificate({}, acceptable_issuers);
        if (!chosen) {
            none_fits_ = chosen.error();
            return nullptr;
        }
        identity_ = std::move(*chosen);
        auto credentials = SchannelCredentials::acquire(schannel(), {OldestProtocol::tls12, true, identity_->certificate.get()});
        if (!credentials) {
            none_fits_ = credentials.error();
            identity_.reset();
            return nullptr;
        }
        chosen_credentials_.emplace(std::move(*credentials));
        return &*chosen_credentials_;
    }

    Handover refused_in_handshake(const TlsStream& tls, Error error) {
        const auto alert = tls.refusal();
        const bool configuration = alert && is_configuration_trouble(*alert);
        error.operation = "make a TLS session with";
        error.subject = host_to_text(host_);
        explain_certificate(error, configuration || tls.certificate_requested());
        return handover_failed(configuration ? HandoverFailure::untrusted : HandoverFailure::unreachable, "handshake", std::move(error));
    }

    /// What we showed, or why we showed nothing: the administrator of the receiver will ask.
    void explain_certificate(Error& error, bool about_it) const {
        if (error.kind == ErrorKind::stopped || error.kind == ErrorKind::timed_out) return;
        if (identity_) {
            error.text += ". Our client certificate was " + identity_->in_words;
        } else if (none_fits_) {
            error.text += ". It asked for a client certificate: " + none_fits_->message();
        } else if (about_it) {
            error.text += std::holds_alternative<NoClientCertificate>(destination_.client_certificate)
                              ? R"(. No client certificate was shown: the policy says "none")"
                              : R"(. No client certificate was shown; to show one unasked, name its issuer in "client_certificate")";
        }
    }

    std::optional<Handover> judge(TlsStream& tls) {
        const auto shown = tls.peer_certificate();
        if (!shown) return handover_failed(HandoverFailure::untrusted, "certificate", shown.error());
        peer_ = peer_in_words(shown->get());
        const auto judged = judge_server(shown->get(), host_.host, {destination_.ca_file, destination_.server_fingerprint}, stop_,
                                         monotonic_now() + kPatience);
        if (judged) return std::nullopt;
        Error error = judged.error();
        if (error.kind == ErrorKind::verification_failed) error.subject = host_to_text(host_);
        const bool later = error.kind == ErrorKind::timed_out;
        return handover_failed(later ? HandoverFailure::unreachable : HandoverFailure::untrusted, "certificate", std::move(error));
    }

    Handover hand_over(TlsStream& tls, const Payload& payload) {
        auto failed = send_confirmed(tls, connection_, payload.messages, path_);
        if (!failed) {
            Handover handover;
            handover.receipt = Receipt{peer_, protocol_};
            return handover;
        }
        failed->error.subject = "by " + host_to_text(host_);
        if (failed->nothing_sent) failed->error.subject = "to " + host_to_text(host_);
        explain_certificate(failed->error, failed->nothing_sent && tls.certificate_requested());
        const bool our_certificate = failed->nothing_sent && (identity_ || tls.certificate_requested());
        if (our_certificate) return handover_failed(HandoverFailure::untrusted, "client_certificate", std::move(failed->error));
        return handover_failed(failed->nothing_sent ? HandoverFailure::unreachable : HandoverFailure::not_confirmed,
                               failed->nothing_sent ? "refused" : "confirm", std::move(failed->error));
    }

    Handover with_peer(Handover handover) const {
        handover.peer = peer_;
        handover.protocol = protocol_;
        return handover;
    }

    const SiemDestination& destination_;
    const HostAndPort& host_;
    TcpStream& connection_;
    const StopSignal& stop_;
    std::optional<ClientIdentity> identity_;
    std::optional<Error> none_fits_;
    std::optional<SchannelCredentials> credentials_;
    std::optional<SchannelCredentials> chosen_credentials_;
    PathTimes path_;
    std::string peer_;
    std::string protocol_;
};

Handover over_tcp(TcpStream& connection, const HostAndPort& host, const Payload& payload) {
    constexpr char kProtocol[] = "TCP";
    auto failed = send_confirmed(connection, payload.messages, {connection.round_trip(), {}});
    Handover handover;
    if (failed) {
        failed->error.subject = (failed->nothing_sent ? "to " : "by ") + host_to_text(host);
        handover = handover_failed(failed->nothing_sent ? HandoverFailure::unreachable : HandoverFailure::not_confirmed,
                                   failed->nothing_sent ? "refused" : "confirm", std::move(failed->error));
    } else {
        handover.receipt = Receipt{{}, kProtocol};
    }
    handover.protocol = kProtocol;
    return handover;
}

}  // namespace

std::string SiemStream::host_name(std::size_t host) const { return host_to_text(destination_.hosts.at(host)); }

Handover SiemStream::hand_over(std::size_t number, const Payload& payload) {
    const HostAndPort& host = destination_.hosts.at(number);
    try {
        TcpStream connection(stop_);
        if (const auto connected = connection.connect(host.host, host.port, monotonic_now() + kPatience); !connected)
            return handover_failed(HandoverFailure::unreachable, "connect", connected.error());
        if (destination_.transport == SyslogTransport::tcp) return over_tcp(connection, host, payload);
        return TlsBatch(destination_, host, connection, stop_).send(payload);
    } catch (const std::exception& failure) {  // Asio without a completion port, or memory
        return handover_failed(HandoverFailure::unreachable, "connect",
                               own_error(ErrorKind::unexpected, "hand events to", host_to_text(host), failure.what()));
    }
}

}  // namespace sstp
