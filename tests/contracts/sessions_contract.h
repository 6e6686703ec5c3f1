#pragma once

#include "core/ports/vpn_sessions.h"
#include "tests/contracts/contract.h"

namespace sstp::contracts {

/// RRAS running, with nobody connected.
class SessionsWorld {
public:
    virtual ~SessionsWorld() = default;
    virtual VpnSessions& sessions() = 0;
    virtual WallTime now() = 0;
    /// A client connected so long ago, over SSTP or another tunnel, and still is.
    virtual void connect(bool over_sstp, Duration ago) = 0;
    virtual void disconnect_all() = 0;
    virtual void stop_rras() = 0;
};

using SessionsContract = Contract<SessionsWorld>;

}  // namespace sstp::contracts
