#pragma once

#include "core/model/ip_address.h"

#include <cstdint>
#include <vector>

namespace sstp {

/// 169.254/16 and fe80::/10 (RFC 3927, RFC 4291 section 2.5.6).
bool is_link_local(const IpAddress& address);

/// A unicast address as Windows lists it, with what decides whether others know this machine by it.
struct ListedAddress {
    IpAddress address;
    bool interface_is_up = true;
    bool is_network = true;       ///< false: loopback, a tunnel (Teredo, 6to4, ISATAP), or PPP: RRAS's own end of its clients' sessions
    bool is_preferred = true;     ///< false: not verified yet, a duplicate, or deprecated
    bool is_temporary = false;    ///< an IPv6 privacy address: another one tomorrow
    bool is_of_a_cluster = false; ///< belongs to whichever node holds it now
    bool has_gateway = false;     ///< its interface leads out of its network
    std::uint32_t metric = 0;     ///< of the interface; the lowest is taken first
};

/// As Machine::addresses gives them. What stays there, is unique and is reached from elsewhere; link-local ones are neither. In order:
/// IPv4 before IPv6, interfaces with a gateway before others, then by metric, then as Windows lists them.
std::vector<IpAddress> known_addresses(std::vector<ListedAddress> listed);

}  // namespace sstp
