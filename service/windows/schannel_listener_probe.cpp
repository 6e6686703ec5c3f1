#include "service/windows/schannel_listener_probe.h"

#include "service/tls/http_head.h"
#include "service/tls/tcp_stream.h"
#include "service/tls/tls_stream.h"
#include "service/windows/beside.h"
#include "service/windows/cipher_list_of_machine.h"
#include "service/windows/network_of_machine.h"
#include "service/windows/os_error.h"
#include "service/windows/served_certificate.h"
#include "service/windows/system_clock.h"

#include <fmt/format.h>

#include <exception>
#include <memory>
#include <optional>
#include <string>
#include <utility>

namespace sstp {

namespace {

constexpr char kConnect[] = "connect";
constexpr char kHandshake[] = "handshake";
constexpr char kRequest[] = "request";

/// For people: an IPv6 address in brackets.
std::string host_of(const IpAddress& address) {
    return address.family == AddressFamily::ipv4 ? address.to_string() : "[" + address.to_string() + "]";
}

std::string endpoint_of(const ProbeTarget& target) { return fmt::format("{}:{}", host_of(target.address), target.port); }

/// As a socket takes it: with the zone of a link-local address.
std::string dialled(const IpAddress& address) {
    return address.scope == 0 ? address.to_string() : fmt::format("{}%{}", address.to_string(), address.scope);
}

Result<int> ask_for_status(TlsStream& tls, const ProbeTarget& target, MonotonicTime deadline) {
    const std::string endpoint = endpoint_of(target);
    const auto failed = [&](Error why) {
        why.operation = "get an HTTP answer of the ServerURI from";
        why.subject = endpoint;
        return why;
    };
    const std::string host = target.server_name.empty() ? target.address.to_string() : target.server_name;
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

/// The server gave up for want of a common cipher, and the machine's list serves one kind of key only: the key that the record names
/// is of the other kind. The list is one for servers and clients, so a probe meets what every client meets.
bool lacks_a_cipher(const TlsStream& tls, const Error& why) {
    const auto alert = tls.refusal();
    if (!tells_of_no_common_cipher(alert.has_value(), alert.value_or(0), why.code)) return false;
    const auto served = keys_that_ciphers_serve();
    return served && served->rsa != served->ecdsa;
}

/// Judged beside our thread, for the chain engine is Windows' and not ours to bound.
Result<Served> served_by(const StopSignal& stop, UniqueCertificateContext shown, const std::shared_ptr<const RootProgramme>& programme) {
    constexpr Duration kPatience = std::chrono::seconds{15};
    const auto own = std::make_shared<UniqueCertificateContext>(std::move(shown));
    auto served = beside(stop, [own, programme]() noexcept { return read_served(own->get(), *programme); }, kPatience);
    if (served) return *std::move(served);
    if (stop.requested()) return own_error(ErrorKind::stopped, "", "", "our own stop was requested");
    return own_error(ErrorKind::timed_out, "", "", "the certificate that was served could not be judged in time");
}

ProbeOutcome probe_once(const StopSignal& stop, const ProbeTarget& target, const std::shared_ptr<const RootProgramme>& programme) {
    const MonotonicTime deadline = monotonic_now() + target.timeout;
    TcpStream connection(stop);
    if (const auto connected = connection.connect(dialled(target.address), target.port, deadline); !connected) {
        return unreachable(kConnect, target, connected.error());
    }
    // Whatever a client of this machine may speak: what matters is what is served, not how well.
    auto credentials = SchannelCredentials::acquire(schannel(), {OldestProtocol::as_the_system, false, nullptr});
    if (!credentials) return unreachable(kHandshake, target, credentials.error());
    TlsStream tls(connection, *credentials);
    if (const auto shaken = tls.handshake(target.server_name, deadline); !shaken) {
        Unreachable failed = unreachable(kHandshake, target, shaken.error());
        failed.no_cipher_for_this_key = lacks_a_cipher(tls, shaken.error());
        return failed;
    }
    auto certificate = tls.peer_certificate();
    if (!certificate) return unreachable(kHandshake, target, certificate.error());

    // First what the peer waits for, then what we think of it: judging takes its time, and the deadline is the peer's.
    const auto status = ask_for_status(tls, target, deadline);
    if (!status && status.error().kind == ErrorKind::stopped) return Unreachable{kRequest, status.error()};
    if (status) (void)tls.send_close_notify(deadline);  // a courtesy; the answer is there
    auto served = served_by(stop, std::move(*certificate), programme);
    if (!served && served.error().kind == ErrorKind::stopped) return Unreachable{kRequest, served.error()};
    if (!served) return unreachable(kHandshake, target, served.error());
    if (status) {
        served->uri_status = *status;
    } else {
        served->uri_status = Unreadable{status.error()};
    }
    return std::move(*served);
}

}  // namespace

ProbeOutcome SchannelListenerProbe::probe(const ProbeTarget& target) {
    programme_ = RootProgramme::now(programme_);
    try {
        return probe_once(stop_, target, programme_);
    } catch (const std::exception& failure) {  // Asio without a completion port, or memory
        return unreachable(kConnect, target, own_error(ErrorKind::unexpected, "", "", failure.what()));
    }
}

Result<std::vector<PortOwner>> SchannelListenerProbe::port_taken_by(std::uint16_t port) { return other_listeners(port); }

Result<std::vector<IpAddress>> SchannelListenerProbe::addresses() { return interface_addresses(); }

}  // namespace sstp
