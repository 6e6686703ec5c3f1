#include "service/windows/siem_stream.h"

#include "core/policy/spelling.h"
#include "service/tls/confirmed_sending.h"
#include "service/tls/tcp_stream.h"
#include "service/windows/os_error.h"
#include "service/windows/portable/next_certificate.h"
#include "service/windows/siem_failure.h"
#include "service/windows/siem_tls.h"
#include "service/windows/system_clock.h"

#include <exception>
#include <optional>
#include <utility>

namespace sstp {

namespace {

using namespace std::chrono_literals;

constexpr Duration kPatience = 10s;

Handover not_proven(Unproven unproven, const HostAndPort& host, bool our_certificate) {
    unproven.error.subject = (unproven.nothing_sent ? "to " : "by ") + host_to_text(host);
    if (unproven.silent) return handover_failed(HandoverFailure::silent, "confirm", std::move(unproven.error));
    if (!unproven.nothing_sent) return handover_failed(HandoverFailure::not_confirmed, "confirm", std::move(unproven.error));
    if (our_certificate) return handover_failed(HandoverFailure::untrusted, kOurCertificate, std::move(unproven.error));
    return handover_failed(HandoverFailure::unreachable, "refused", std::move(unproven.error));
}

/// What status and `siem test` add to the protocol.
std::string how_sure(const SiemDestination& destination) { return destination.confirmation == Confirmation::sent ? " (best effort)" : ""; }

bool about_our_certificate(const Handover& handover) {
    return handover.failure == HandoverFailure::untrusted && (handover.reason == "handshake" || handover.reason == kOurCertificate);
}

CertificateAttempt over_tls(const SiemDestination& destination, const HostAndPort& host, const Payload& payload, const StopSignal& stop,
                            const std::optional<CertificateHash>& passed_over) {
    SiemTls way(destination, host, stop, passed_over);
    Handover handover;
    if (auto failed = way.open()) {
        handover = std::move(*failed);
    } else {
        auto unproven = send_confirmed(way.tls(), way.connection(), payload.messages, way.path(), destination.confirmation);
        if (unproven) {
            // A receiver that demands a certificate need not have told Windows so, and in TLS 1.3 refuses after the handshake.
            way.explain_certificate(unproven->error, unproven->nothing_sent || unproven->alert);
            handover = not_proven(std::move(*unproven), host, way.certificate_matters());
        } else {
            handover.receipt = Receipt{way.peer(), way.protocol() + how_sure(destination)};
        }
        handover.peer = way.peer();
        handover.protocol = way.protocol();
    }
    if (handover.receipt || !about_our_certificate(handover) || !way.shown() || !way.shown()->has_another) return {std::move(handover), {}};
    return {std::move(handover), RefusedCertificate{way.shown()->hash, way.shown()->in_words}};
}

Handover over_tcp(const SiemDestination& destination, const HostAndPort& host, const Payload& payload, const StopSignal& stop) {
    constexpr char kProtocol[] = "TCP";
    TcpStream connection(stop);
    if (const auto connected = connection.connect(host.host, host.port, monotonic_now() + kPatience); !connected)
        return handover_failed(HandoverFailure::unreachable, "connect", connected.error());
    auto unproven = send_confirmed(connection, payload.messages, {connection.round_trip(), {}}, destination.confirmation);
    Handover handover;
    if (unproven) {
        handover = not_proven(std::move(*unproven), host, false);
    } else {
        handover.receipt = Receipt{{}, kProtocol + how_sure(destination)};
    }
    handover.protocol = kProtocol;
    return handover;
}

}  // namespace

std::string SiemStream::host_name(std::size_t host) const { return host_to_text(destination_.hosts.at(host)); }

Handover SiemStream::hand_over(std::size_t number, const Payload& payload) {
    const HostAndPort& host = destination_.hosts.at(number);
    try {
        if (destination_.transport == SyslogTransport::tcp) return over_tcp(destination_, host, payload, stop_);
        return with_a_certificate_that_is_taken(
            [&](const std::optional<CertificateHash>& passed_over) { return over_tls(destination_, host, payload, stop_, passed_over); },
            [this] { return stop_.requested(); }, passed_over_);
    } catch (const std::exception& failure) {  // Asio without a completion port, or memory
        return handover_failed(HandoverFailure::unreachable, "connect",
                               own_error(ErrorKind::unexpected, "hand events to", host_to_text(host), failure.what()));
    }
}

}  // namespace sstp
