#pragma once

#include "core/model/result.h"
#include "core/model/state.h"

#include <string>

namespace sstp {

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
};

}  // namespace sstp
