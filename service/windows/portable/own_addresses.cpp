#include "service/windows/portable/own_addresses.h"

#include "core/ports/machine.h"

#include <algorithm>
#include <tuple>

namespace sstp {

bool is_link_local(const IpAddress& address) {
    if (address.family == AddressFamily::ipv4) return address.bytes[0] == 169 && address.bytes[1] == 254;
    return address.bytes[0] == 0xFE && (address.bytes[1] & 0xC0) == 0x80;
}

namespace {

bool others_know(const ListedAddress& each) {
    return each.interface_is_up && each.is_network && each.is_preferred && !each.is_temporary && !each.is_of_a_cluster &&
           !each.address.is_wildcard() && !is_link_local(each.address) && !each.address.is_loopback();
}

}  // namespace

std::vector<IpAddress> known_addresses(std::vector<ListedAddress> listed) {
    std::erase_if(listed, [](const ListedAddress& each) { return !others_know(each); });
    std::ranges::stable_sort(listed, {}, [](const ListedAddress& each) {
        return std::tuple{each.address.family == AddressFamily::ipv6, !each.has_gateway, each.metric};
    });
    std::vector<IpAddress> known;
    for (const ListedAddress& each : listed) {
        if (known.size() == kMostAddresses) break;
        if (std::ranges::find(known, each.address) == known.end()) known.push_back(each.address);
    }
    return known;
}

}  // namespace sstp
