#pragma once

#include "core/model/ip_address.h"
#include "core/model/result.h"
#include "core/model/server_state.h"
#include "service/windows/portable/own_addresses.h"

#include <cstdint>
#include <vector>

namespace sstp {

/// Unicast addresses of this machine's interfaces that are up, loopback left out: IPv4 first, and of each family those that other
/// networks reach before link-local ones. Source: Microsoft, GetAdaptersAddresses.
Result<std::vector<IpAddress>> interface_addresses();

/// The same with all that Windows says of each, for known_addresses; gateways and states included.
Result<std::vector<ListedAddress>> listed_addresses();

/// Who listens on the TCP port besides HTTP.SYS, whose sockets belong to the System process (4): each process once a family. One
/// that Windows does not name (0) is left out: nobody can be blamed for it. Source: Microsoft, GetExtendedTcpTable.
/// Errors: not_supported, access_denied.
Result<std::vector<PortOwner>> other_listeners(std::uint16_t port);

}  // namespace sstp
