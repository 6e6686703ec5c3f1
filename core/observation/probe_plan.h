#pragma once

#include "core/model/server_state.h"

#include <string>
#include <vector>

namespace sstp {

/// Where a family is probed (DESIGN 2.4, "Addresses probed"): the listed addresses that this machine has; with an empty listen list
/// loopback, or what stands in for it where it has a record of its own. Besides, each local address with such a record. In the order in
/// which they are asked.
std::vector<IpAddress> addresses_to_probe(const ServerState& state, AddressFamily family);

/// The address that stands in where loopback refuses, has a record of its own, or another process answers there: the first of an interface
/// that has no record of its own and is no link-local one. Nothing when there is none, or loopback was not what was to be probed.
std::optional<IpAddress> instead_of_loopback(const ServerState& state, AddressFamily family);

/// The names to ask for at each address: `name`; where an SNI record answers for it also without a name, so that the wildcard
/// is seen too; and every other required name with an SNI record of its own.
std::vector<std::string> names_to_probe(const ServerState& state, const std::string& name, const std::vector<std::string>& required);

/// The first name that a client could put into SNI: no wildcard, no address. Empty when there is none.
std::string name_for_sni(const std::vector<std::string>& names);

}  // namespace sstp
