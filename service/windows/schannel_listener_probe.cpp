#include "service/windows/schannel_listener_probe.h"

#include "service/tls/http_head.h"
#include "service/tls/tcp_stream.h"
#include "service/tls/tls_stream.h"
#include "service/windows/os_error.h"
#include "service/windows/system_clock.h"
#include "service/windows/text.h"

#include <bcrypt.h>
#include <fmt/format.h>

#include <array>
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

/// SHA-1 or SHA-256 of the certificate as it was sent. CERT_SHA256_HASH_PROP_ID is not known everywhere, the algorithms are.
template <class Hash>
std::optional<Hash> hash_of(PCCERT_CONTEXT certificate, const wchar_t* algorithm) {
    std::array<BYTE, Hash::kSize> digest{};
    auto size = static_cast<DWORD>(digest.size());
    if (!CryptHashCertificate2(algorithm, 0, nullptr, certificate->pbCertEncoded, certificate->cbCertEncoded, digest.data(), &size))
        return std::nullopt;
    return size == digest.size() ? Hash::from_bytes(digest) : std::nullopt;
}

std::string name_of(PCCERT_CONTEXT certificate, DWORD type, DWORD format) {
    const DWORD length = CertGetNameStringW(certificate, type, 0, &format, nullptr, 0);
    std::wstring name(length, L'\0');
    if (length < 2 || CertGetNameStringW(certificate, type, 0, &format, name.data(), length) != length) return {};
    name.pop_back();
    return to_utf8_lossy(name);
}

/// The subject, or the first DNS name where the subject is empty, as it is in modern public certificates.
std::string subject_of(PCCERT_CONTEXT certificate) {
    std::string subject = name_of(certificate, CERT_NAME_RDN_TYPE, CERT_X500_NAME_STR | CERT_NAME_STR_REVERSE_FLAG);
    return subject.empty() ? name_of(certificate, CERT_NAME_DNS_TYPE, 0) : subject;
}

Result<Served> served_by(PCCERT_CONTEXT certificate) {
    const auto sha256 = hash_of<CertificateHash>(certificate, BCRYPT_SHA256_ALGORITHM);
    const auto sha1 = hash_of<Thumbprint>(certificate, BCRYPT_SHA1_ALGORITHM);
    const DWORD error = GetLastError();
    if (!sha256 || !sha1) return os_error("hash the certificate that was served", "", error);
    Served served;
    served.certificate = *sha256;
    served.thumbprint = *sha1;
    served.not_after = to_wall_time(certificate->pCertInfo->NotAfter);
    served.subject = subject_of(certificate);
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
