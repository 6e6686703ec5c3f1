#include "service/tls/name_resolution.h"

#include "service/windows/beside.h"
#include "service/windows/os_error.h"
#include "service/windows/system_clock.h"
#include "service/windows/text.h"
#include "service/windows/winsock.h"

#include <boost/asio/ip/address.hpp>

#include <algorithm>
#include <cstring>

namespace sstp {

namespace {

constexpr char kOperation[] = "find the address of";
constexpr std::size_t kMostAddresses = 16;

struct Answer {
    int code = 0;
    std::vector<std::string> addresses;
};

std::string to_text(const sockaddr& address) {
    using boost::asio::ip::address_v4;
    using boost::asio::ip::address_v6;
    if (address.sa_family == AF_INET) {
        sockaddr_in ipv4{};
        std::memcpy(&ipv4, &address, sizeof ipv4);
        return address_v4(ntohl(ipv4.sin_addr.s_addr)).to_string();
    }
    sockaddr_in6 ipv6{};
    std::memcpy(&ipv6, &address, sizeof ipv6);
    address_v6::bytes_type bytes{};
    std::memcpy(bytes.data(), &ipv6.sin6_addr, bytes.size());
    return address_v6(bytes, ipv6.sin6_scope_id).to_string();
}

Answer ask(const std::wstring& host) noexcept {
    Answer answer;
    ADDRINFOW wanted{};
    wanted.ai_family = AF_UNSPEC;
    wanted.ai_socktype = SOCK_STREAM;
    ADDRINFOW* found = nullptr;
    answer.code = GetAddrInfoW(host.c_str(), nullptr, &wanted, &found);
    if (answer.code != 0) return answer;
    try {
        for (const ADDRINFOW* each = found; each != nullptr && answer.addresses.size() < kMostAddresses; each = each->ai_next) {
            if (each->ai_addr == nullptr || (each->ai_family != AF_INET && each->ai_family != AF_INET6)) continue;
            std::string text = to_text(*each->ai_addr);
            if (std::ranges::find(answer.addresses, text) == answer.addresses.end()) answer.addresses.push_back(std::move(text));
        }
    } catch (const std::bad_alloc&) {
        answer.code = WSA_NOT_ENOUGH_MEMORY;
    }
    FreeAddrInfoW(found);
    return answer;
}

Error failed(const std::string& host, int code) {
    switch (code) {
        case WSAHOST_NOT_FOUND:
        case WSANO_DATA:
            return own_error(ErrorKind::not_found, kOperation, host,
                             "no name server knows this name, or it has no address. Check the spelling in the policy and the DNS settings");
        case WSATRY_AGAIN:
            return own_error(ErrorKind::source_unavailable, kOperation, host,
                             "no name server answered. Check the DNS settings of this server");
        default: return os_error(ErrorKind::unexpected, kOperation, host, static_cast<std::uint32_t>(code));
    }
}

}  // namespace

bool is_ip_address(const std::string& host) {
    boost::system::error_code error;
    boost::asio::ip::make_address(host, error);
    return !error;
}

Result<std::vector<std::string>> resolve_name(const std::string& host, const StopSignal& stop, MonotonicTime deadline) {
    if (is_ip_address(host)) return std::vector{host};
    const auto name = to_wide(host);
    if (!name || name->empty()) return own_error(ErrorKind::malformed, kOperation, host, "this is no name of a host");
    // GetAddrInfoW cannot be interrupted, and may take as long as all name servers together are slow.
    const auto answer = beside(stop, [winsock = Winsock(), name = *name]() noexcept { return ask(name); }, deadline - monotonic_now());
    if (!answer && stop.requested()) return own_error(ErrorKind::stopped, kOperation, host, "the watchdog was asked to stop");
    if (!answer)
        return own_error(ErrorKind::timed_out, kOperation, host, "no name server answered in time. Check the DNS settings of this server");
    if (answer->code != 0) return failed(host, answer->code);
    if (answer->addresses.empty()) return failed(host, WSANO_DATA);
    return answer->addresses;
}

}  // namespace sstp
