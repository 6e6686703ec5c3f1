#pragma once

#include "core/ports/group_policy.h"
#include "core/ports/machine.h"
#include "tests/contracts/contract.h"

namespace sstp::contracts {

class MachineWorld {
public:
    virtual ~MachineWorld() = default;
    virtual Machine& machine() = 0;
};
using MachineContract = Contract<MachineWorld>;

/// A machine to which Group Policy has said nothing.
class GroupPolicyWorld {
public:
    virtual ~GroupPolicyWorld() = default;
    virtual GroupPolicy& group_policy() = 0;
    virtual void sets_lists(const std::vector<std::string>& dns_names, const std::vector<std::string>& siem_hosts) = 0;
    virtual void sets_texts(const std::string& issuer, const std::string& window) = 0;
    virtual void sets_restarts_per_day(std::uint32_t number) = 0;
    /// RestartsPerDay as REG_SZ, DnsNames as REG_DWORD.
    virtual void sets_wrong_types() = 0;
};
using GroupPolicyContract = Contract<GroupPolicyWorld>;

}  // namespace sstp::contracts
