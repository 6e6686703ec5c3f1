#pragma once

#include "core/ports/group_policy.h"
#include "core/ports/machine.h"
#include "tests/contracts/contract.h"

#include <optional>

namespace sstp::contracts {

class MachineWorld {
public:
    virtual ~MachineWorld() = default;
    virtual Machine& machine() = 0;
    /// A clone gets a MachineGuid of its own; empty: it is gone.
    virtual void set_machine_guid(const std::string& guid) = 0;
    virtual void has_directaccess(bool yes) = 0;
    /// The IPv4 address that packets leave with when they leave its networks; nothing where there is no way out.
    virtual std::optional<IpAddress> address_towards_the_world() = 0;
};
using MachineContract = Contract<MachineWorld>;

/// No value of Group Policy is set.
class GroupPolicyWorld {
public:
    virtual ~GroupPolicyWorld() = default;
    virtual GroupPolicy& group_policy() = 0;
    /// What is Absent in `values` is deleted.
    virtual void refresh(const GroupPolicyValues& values) = 0;
    /// RestartsPerDay as REG_SZ, DnsNames as REG_DWORD.
    virtual void sets_wrong_types() = 0;
};
using GroupPolicyContract = Contract<GroupPolicyWorld>;

}  // namespace sstp::contracts
