#include "service/windows/network_of_machine.h"

#include "service/windows/http_sys_record.h"
#include "service/windows/os_error.h"
#include "service/windows/portable/own_addresses.h"
#include "service/windows/text.h"
#include "service/windows/unique_handle.h"

#include <fmt/format.h>
#include <iphlpapi.h>

#include <algorithm>
#include <array>
#include <cstddef>
#include <string>

namespace sstp {
namespace {

/// A machine with more interfaces or sockets than this fills is another kind of machine.
constexpr ULONG kLargestAnswer = 64 * 1024 * 1024;
constexpr DWORD kSystemProcess = 4;

std::string process_name(DWORD id) {
    const UniqueKernelHandle process{OpenProcess(PROCESS_QUERY_LIMITED_INFORMATION, FALSE, id)};
    std::array<wchar_t, 1024> path{};
    auto length = static_cast<DWORD>(path.size());
    if (!process || !QueryFullProcessImageNameW(process.get(), 0, path.data(), &length)) return fmt::format("process {}", id);
    const std::wstring_view image{path.data(), length};
    return fmt::format("{} ({})", to_utf8_lossy(image.substr(image.rfind(L'\\') + 1)), id);
}

/// `Table` is MIB_TCPTABLE_OWNER_PID or its sibling for IPv6.
template <class Table>
Result<void> append_listeners(AddressFamily family, std::uint16_t port, std::vector<PortOwner>& owners) {
    constexpr const char* kOperation = "list who listens on TCP ports";
    const ULONG address_family = family == AddressFamily::ipv4 ? AF_INET : AF_INET6;
    std::vector<std::max_align_t> buffer(1024);
    for (;;) {
        auto size = static_cast<DWORD>(buffer.size() * sizeof(std::max_align_t));
        const DWORD code = GetExtendedTcpTable(buffer.data(), &size, FALSE, address_family, TCP_TABLE_OWNER_PID_LISTENER, 0);
        if (code == NO_ERROR) break;
        if (code != ERROR_INSUFFICIENT_BUFFER || size > kLargestAnswer) return os_error(kOperation, word(family), code);
        buffer.resize(size / sizeof(std::max_align_t) + 64);   // others open sockets meanwhile
    }
    const auto& table = *reinterpret_cast<const Table*>(buffer.data());
    std::vector<DWORD> seen;
    for (DWORD i = 0; i < table.dwNumEntries; ++i) {
        const auto& row = table.table[i];
        // The low word has the port in network order; the high word may hold anything.
        const auto local = static_cast<std::uint16_t>((row.dwLocalPort & 0xFF) << 8 | (row.dwLocalPort >> 8 & 0xFF));
        const DWORD owner = row.dwOwningPid;
        if (local != port || owner == 0 || owner == kSystemProcess || std::ranges::find(seen, owner) != seen.end()) continue;
        seen.push_back(owner);
        owners.push_back({family, process_name(owner)});
    }
    return {};
}

using Buffer = std::vector<std::max_align_t>;

/// The answer of GetAdaptersAddresses; empty where there is none.
Result<Buffer> list_adapters(ULONG besides) {
    constexpr const char* kOperation = "list the addresses of this machine";
    constexpr ULONG kNothingElse = GAA_FLAG_SKIP_ANYCAST | GAA_FLAG_SKIP_MULTICAST | GAA_FLAG_SKIP_DNS_SERVER | GAA_FLAG_SKIP_FRIENDLY_NAME;
    Buffer buffer(1024);
    for (;;) {
        auto size = static_cast<ULONG>(buffer.size() * sizeof(std::max_align_t));
        const ULONG code =
            GetAdaptersAddresses(AF_UNSPEC, kNothingElse | besides, nullptr, reinterpret_cast<IP_ADAPTER_ADDRESSES*>(buffer.data()), &size);
        if (code == ERROR_NO_DATA) return Buffer{};
        if (code == ERROR_SUCCESS) return buffer;
        if (code != ERROR_BUFFER_OVERFLOW || size > kLargestAnswer) return os_error(kOperation, "", code);
        buffer.resize(size / sizeof(std::max_align_t) + 64);
    }
}

const IP_ADAPTER_ADDRESSES* first_of(const Buffer& adapters) {
    return adapters.empty() ? nullptr : reinterpret_cast<const IP_ADAPTER_ADDRESSES*>(adapters.data());
}

bool leads_out(const IP_ADAPTER_ADDRESSES& adapter, AddressFamily family) {
    const int wanted = family == AddressFamily::ipv4 ? AF_INET : AF_INET6;
    for (const auto* each = adapter.FirstGatewayAddress; each != nullptr; each = each->Next) {
        if (each->Address.lpSockaddr != nullptr && each->Address.lpSockaddr->sa_family == wanted) return true;
    }
    return false;
}

ListedAddress described(const IP_ADAPTER_ADDRESSES& adapter, const IP_ADAPTER_UNICAST_ADDRESS& each, const IpAddress& address) {
    constexpr DWORD kClusterAddress = 0x2;   // IP_ADAPTER_ADDRESS_TRANSIENT
    ListedAddress listed{.address = address};
    listed.interface_is_up = adapter.OperStatus == IfOperStatusUp;
    listed.is_network = adapter.IfType != IF_TYPE_SOFTWARE_LOOPBACK && adapter.IfType != IF_TYPE_TUNNEL && adapter.IfType != IF_TYPE_PPP;
    listed.is_preferred = each.DadState == IpDadStatePreferred;
    listed.is_temporary = address.family == AddressFamily::ipv6 && each.SuffixOrigin == IpSuffixOriginRandom;
    listed.is_of_a_cluster = (each.Flags & kClusterAddress) != 0;
    listed.has_gateway = leads_out(adapter, address.family);
    listed.metric = address.family == AddressFamily::ipv4 ? adapter.Ipv4Metric : adapter.Ipv6Metric;
    return listed;
}

}  // namespace

Result<std::vector<ListedAddress>> listed_addresses() {
    auto adapters = list_adapters(GAA_FLAG_INCLUDE_GATEWAYS);
    if (!adapters) return adapters.error();
    std::vector<ListedAddress> listed;
    for (const auto* adapter = first_of(*adapters); adapter != nullptr; adapter = adapter->Next) {
        for (const auto* each = adapter->FirstUnicastAddress; each != nullptr; each = each->Next) {
            const auto endpoint = to_endpoint(each->Address.lpSockaddr);
            if (endpoint) listed.push_back(described(*adapter, *each, IpAddress::of(*endpoint)));
        }
    }
    return listed;
}

Result<std::vector<IpAddress>> interface_addresses() {
    auto adapters = list_adapters(0);
    if (!adapters) return adapters.error();
    std::vector<IpAddress> addresses;
    for (const auto* adapter = first_of(*adapters); adapter != nullptr; adapter = adapter->Next) {
        if (adapter->OperStatus != IfOperStatusUp) continue;
        for (const auto* each = adapter->FirstUnicastAddress; each != nullptr; each = each->Next) {
            const auto endpoint = to_endpoint(each->Address.lpSockaddr);
            if (!endpoint) continue;
            const IpAddress address = IpAddress::of(*endpoint);
            if (!address.is_loopback() && std::ranges::find(addresses, address) == addresses.end()) addresses.push_back(address);
        }
    }
    std::ranges::stable_sort(addresses, {},
                             [](const IpAddress& each) { return std::pair{each.family == AddressFamily::ipv6, is_link_local(each)}; });
    return addresses;
}

Result<std::vector<PortOwner>> other_listeners(std::uint16_t port) {
    std::vector<PortOwner> owners;
    auto listed = append_listeners<MIB_TCPTABLE_OWNER_PID>(AddressFamily::ipv4, port, owners);
    if (listed) listed = append_listeners<MIB_TCP6TABLE_OWNER_PID>(AddressFamily::ipv6, port, owners);
    if (!listed) return listed.error();
    return owners;
}

}  // namespace sstp
