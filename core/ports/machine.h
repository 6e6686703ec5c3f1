#pragma once

#include "core/model/ip_address.h"
#include "core/model/result.h"
#include "core/model/state.h"

#include <cstddef>
#include <string>
#include <vector>

namespace sstp {

/// Enough for two networks with both families; a server of a hundred sites is not told by all of its addresses.
inline constexpr std::size_t kMostAddresses = 8;

/// Which machine this is, and what else is configured on it.
class Machine {
public:
    virtual ~Machine() = default;
    /// MachineGuid (HKLM\SOFTWARE\Microsoft\Cryptography), computer name, SMBIOS UUID; a part that cannot be read is empty.
    virtual MachineIdentity identity() = 0;
    /// DNS domain, lower case; empty in a workgroup. Part of the key that spreads a fleet.
    virtual std::string domain() = 0;
    /// DirectAccess's IP-HTTPS or network load balancing is configured here.
    virtual bool has_directaccess_or_nlb() = 0;
    /// Addresses by which other machines know this one, IPv4 before IPv6, of each family the one it is known by first (the interface of the
    /// default route); at most kMostAddresses. Empty where Windows does not say. May be called from any thread.
    virtual std::vector<IpAddress> addresses() = 0;
};

}  // namespace sstp
