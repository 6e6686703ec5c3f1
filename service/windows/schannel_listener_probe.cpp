#include "service/windows/schannel_listener_probe.h"

#include "service/tls/http_head.h"
#include "service/tls/tcp_stream.h"
#include "service/tls/tls_stream.h"
#include "service/windows/certificate_reading.h"
#include "service/windows/os_error.h"
#include "service/windows/system_clock.h"

#include <fmt/format.h>

#include <exception>
#include <optional>
#include <string>
#include <utility>

namespace sstp {

namespace {

constexpr char kConnect[] = "connect";
constexpr char kHandshake[] = "handshake";
constexpr char kRequest[] = "request";

const char* loopback_of(AddressFamily family) { return family == AddressFamily::ipv4 ? "127.0.0.1" : "::1"; }

std::string endpoint_of(const ProbeTarget& target) {
    return fmt::format("{}:{}", target.family == AddressFamily::ipv4 ? "127.0.0.1" : "[::1]", target.port);
}

Result<Served> served_by(PCCERT_CONTEXT context) {
    const auto certificate = read_certificate(context);
    if (!certificate) return own_error(ErrorKind::malformed, "", "", "the certificate that was served cannot be parsed");
    Served served;
    served.certificate = certificate->hash;
    served.thumbprint = certificate->thumbprint;
    served.not_after = certificate->not_after;
    // Modern public certificates have an empty subject.
    served.subject =
        certificate->subject.empty() && !certificate->dns_names.empty() ? certificate->dns_names.front() : certificate->subject;
    return served;
}

Result<int> ask_for_status(TlsStream& tls, const ProbeTarget& target, MonotonicTime deadline) {
    const std::string endpoint = endpoint_of(target);
    const auto failed = [&](Error why) {
        why.operation = "get an HTTP answer of the ServerURI from";
        why.subject = endpoint;
        return why;
    };
    const std::string host = target.server_name.empty() ? loopback_of(target.family) : target.server_name;
    const auto request = head_request(host, target.port, target.uri);
    if (!request) return failed(request.error());
    const auto* bytes = reinterpret_cast<const std::uint8_t*>(request->data());
    if (const auto sent = tls.write({bytes, request->size()}, deadline); !sent) return failed(sent.error());
    StatusReader answer;
    for (;;) {
        const auto received = tls.read(deadline);
        if (!received) return failed(received.error());
        if (received->ending == TlsStream::Ending::alert) return failed(received->why);
        if (received->ending != TlsStream::Ending::none) {
            return failed(own_error(ErrorKind::unexpected, "", "", "the listener closed the connection without an answer"));
        }
        const auto status = answer.feed(received->data);
        if (!status) return failed(status.error());
        if (*status) return **status;
    }
}

Unreachable unreachable(const char* stage, const ProbeTarget& target, Error why) {
    why.operation = std::string(stage) == kConnect ? "connect to" : "make a TLS session with";
    why.subject = endpoint_of(target);
    return {stage, std::move(why)};
}

ProbeOutcome probe_once(const StopSignal& stop, const ProbeTarget& target) {
    const MonotonicTime deadline = monotonic_now() + target.timeout;
    TcpStream connection(stop);
    if (const auto connected = connection.connect(loopback_of(target.family), target.port, deadline); !connected) {
        return unreachable(kConnect, target, connected.error());
    }
    // Whatever a client of this machine may speak: what matters is what is served, not how well.
    auto credentials = SchannelCredentials::acquire(schannel(), {OldestProtocol::as_the_system, false, nullptr});
    if (!credentials) return unreachable(kHandshake, target, credentials.error());
    TlsStream tls(connection, *credentials);
    if (const auto shaken = tls.handshake(target.server_name, deadline); !shaken) return unreachable(kHandshake, target, shaken.error());
    const auto certificate = tls.peer_certificate();
    if (!certificate) return unreachable(kHandshake, target, certificate.error());
    auto served = served_by(certificate->get());
    if (!served) return unreachable(kHandshake, target, served.error());

    const auto status = ask_for_status(tls, target, deadline);
    if (!status && status.error().kind == ErrorKind::stopped) return Unreachable{kRequest, status.error()};
    if (status) {
        served->uri_status = *status;
        (void)tls.send_close_notify(deadline);  // a courtesy; the answer is there
    } else {
        served->uri_status = Unreadable{status.error()};
    }
    return std::move(*served);
}

}  // namespace

ProbeOutcome SchannelListenerProbe::probe(const ProbeTarget& target) {
    try {
        return probe_once(stop_, target);
    } catch (const std::exception& failure) {  // Asio without a completion port, or memory
        return unreachable(kConnect, target, own_error(ErrorKind::unexpected, "", "", failure.what()));
    }
}

}  // namespace sstp
