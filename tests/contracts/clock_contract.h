#pragma once

#include "core/ports/clock.h"
#include "tests/contracts/contract.h"

namespace sstp::contracts {

class ClockWorld {
public:
    virtual ~ClockWorld() = default;
    virtual Clock& clock() = 0;
    /// Our own stop is requested.
    virtual void request_stop() = 0;
    /// The time service has, or has not, set the clock since the machine started.
    virtual void synchronised(bool yes) = 0;
};

using ClockContract = Contract<ClockWorld>;

}  // namespace sstp::contracts
