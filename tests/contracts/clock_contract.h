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
};

using ClockContract = Contract<ClockWorld>;

}  // namespace sstp::contracts
