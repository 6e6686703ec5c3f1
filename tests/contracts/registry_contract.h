#pragma once

#include "core/ports/kill_switch.h"
#include "core/ports/sstp_parameters.h"
#include "tests/contracts/contract.h"

#include <optional>

namespace sstp::contracts {

/// SstpSvc\Parameters with no value in it.
class ParametersWorld {
public:
    virtual ~ParametersWorld() = default;
    virtual SstpParameters& parameters() = 0;
    /// Somebody else writes or deletes a value.
    virtual void somebody_writes(SstpValue value, const std::optional<RawValue>& raw) = 0;
    virtual WallTime now() = 0;
};

using ParametersContract = Contract<ParametersWorld>;

/// A machine without a kill switch.
class KillSwitchWorld {
public:
    virtual ~KillSwitchWorld() = default;
    virtual KillSwitch& kill_switch() = 0;
    /// Group Policy writes or deletes `Mode`.
    virtual void group_policy_sets(const std::optional<RawValue>& mode) = 0;
};

using KillSwitchContract = Contract<KillSwitchWorld>;

}  // namespace sstp::contracts
