#pragma once

#include "core/ports/vpn_sessions.h"
#include "tests/contracts/contract.h"

namespace sstp::contracts {

/// A server on which RRAS runs and nobody is connected.
class SessionsWorld {
public:
    virtual ~SessionsWorld() = default;
    virtual VpnSessions& sessions() = 0;
    /// Somebody connects, `ago` before now.
    virtual void somebody_connects(bool by_sstp, Duration ago) = 0;
    virtual void rras_does_not_run() = 0;
    virtual WallTime now() = 0;
};

using SessionsContract = Contract<SessionsWorld>;

}  // namespace sstp::contracts
