#include "service/windows/siem_udp.h"

#include "core/policy/spelling.h"
#include "service/tls/name_resolution.h"
#include "service/windows/os_error.h"
#include "service/windows/siem_failure.h"
#include "service/windows/system_clock.h"
#include "service/windows/text.h"
#include "service/windows/unique_handle.h"
#include "service/windows/winsock.h"

#include <fmt/format.h>

#include <array>
#include <exception>
#include <string>

namespace sstp {

namespace {

using namespace std::chrono_literals;
using UniqueSocket = UniqueHandle<SocketObject>;

constexpr char kSend[] = "send datagrams to";
constexpr char kProtocol[] = "UDP (best effort)";
constexpr Duration kPatience = 10s;
/// Receivers have room for some hundred datagrams by default: after so many they get a moment to read them.
constexpr std::size_t kBurst = 32;
constexpr Duration kBreath = 5ms;

/// A socket that sends to one address, and hears when that has nobody listening.
Result<UniqueSocket> open_towards(const std::string& address, const HostAndPort& host) {
    const std::string where = host_to_text(host);
    const std::wstring name = to_wide_lossy(address);
    const std::wstring port = std::to_wstring(host.port);
    ADDRINFOW wanted{};
    wanted.ai_flags = AI_NUMERICHOST;
    wanted.ai_socktype = SOCK_DGRAM;
    ADDRINFOW* found = nullptr;
    if (const int code = GetAddrInfoW(name.c_str(), port.c_str(), &wanted, &found); code != 0 || found == nullptr)
        return os_error(kSend, where, static_cast<std::uint32_t>(code));
    UniqueSocket socket{::socket(found->ai_family, SOCK_DGRAM, IPPROTO_UDP)};
    bool connected = false;
    int code = WSAGetLastError();
    if (socket) {
        u_long without_waiting = 1;
        ioctlsocket(socket.get(), static_cast<long>(FIONBIO), &without_waiting);
        connected = connect(socket.get(), found->ai_addr, static_cast<int>(found->ai_addrlen)) == 0;
        code = WSAGetLastError();
    }
    FreeAddrInfoW(found);
    if (!connected) return os_error(kSend, where, static_cast<std::uint32_t>(code));
    return socket;
}

/// What came back: nothing, as it should be, or word that nobody listens.
Result<void> heard_nothing(SOCKET socket, const std::string& where) {
    std::array<char, 16> ignored{};
    if (recv(socket, ignored.data(), static_cast<int>(ignored.size()), 0) != SOCKET_ERROR) return {};
    const int code = WSAGetLastError();
    if (code != WSAECONNRESET && code != WSAECONNREFUSED) return {};
    return own_error(ErrorKind::unexpected, kSend, where, "nobody listens on this UDP port there (ICMP port unreachable)");
}

Result<void> send_one(SOCKET socket, const std::string& message, const std::string& where, const StopSignal& stop) {
    const MonotonicTime deadline = monotonic_now() + kPatience;
    for (;;) {
        if (send(socket, message.data(), static_cast<int>(message.size()), 0) != SOCKET_ERROR) return {};
        const int code = WSAGetLastError();
        if (code == WSAECONNRESET || code == WSAECONNREFUSED)
            return own_error(ErrorKind::unexpected, kSend, where, "nobody listens on this UDP port there (ICMP port unreachable)");
        if (code != WSAEWOULDBLOCK && code != WSAENOBUFS) return os_error(kSend, where, static_cast<std::uint32_t>(code));
        if (monotonic_now() >= deadline) return own_error(ErrorKind::timed_out, kSend, where, "the network takes no more datagrams");
        if (stop.wait(kBreath)) return own_error(ErrorKind::stopped, kSend, where, "the watchdog was asked to stop");
    }
}

Result<void> send_all(const HostAndPort& host, const Payload& payload, const StopSignal& stop) {
    const Winsock winsock;
    const std::string where = host_to_text(host);
    const auto addresses = resolve_name(host.host, stop, monotonic_now() + kPatience);
    if (!addresses) return addresses.error();
    const auto socket = open_towards(addresses->front(), host);
    if (!socket) return socket.error();
    for (std::size_t i = 0; i < payload.messages.size(); ++i) {
        if (const auto sent = send_one(socket->get(), payload.messages[i], where, stop); !sent) return sent.error();
        const bool pause = (i + 1) % kBurst == 0 || i + 1 == payload.messages.size();
        if (pause && stop.wait(kBreath)) return own_error(ErrorKind::stopped, kSend, where, "the watchdog was asked to stop");
        if (const auto quiet = heard_nothing(socket->get(), where); !quiet) return quiet.error();
    }
    return {};
}

}  // namespace

std::string SiemUdp::host_name(std::size_t host) const { return host_to_text(destination_.hosts.at(host)); }

Handover SiemUdp::hand_over(std::size_t number, const Payload& payload) {
    const HostAndPort& host = destination_.hosts.at(number);
    Handover handover;
    try {
        const auto sent = send_all(host, payload, stop_);
        if (!sent) {
            handover = handover_failed(HandoverFailure::unreachable, "send", sent.error());
        } else {
            handover.receipt = Receipt{{}, kProtocol};
        }
    } catch (const std::exception& failure) {
        handover = handover_failed(HandoverFailure::unreachable, "send",
                                   own_error(ErrorKind::unexpected, kSend, host_to_text(host), failure.what()));
    }
    handover.protocol = kProtocol;
    return handover;
}

}  // namespace sstp
