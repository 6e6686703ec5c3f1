#pragma once

#include "core/model/result.h"
#include "core/model/sessions.h"

namespace sstp {

/// VPN sessions that are open on this server. Source: Microsoft, MprAdminConnectionEnum (RAS_CONNECTION_0/1, late bound) and
/// MprAdminPortEnum for the device type. Counts and times only: no user, address or session id leaves the port.
class VpnSessions {
public:
    virtual ~VpnSessions() = default;
    /// Asks beside the cycle and waits at most `deadline`; one question is under way at a time. Errors: timed_out (the answer of a
    /// later call may be ready at once), source_unavailable (1722: RRAS does not run), access_denied, not_supported.
    virtual Result<Sessions> read(Duration deadline) = 0;
};

}  // namespace sstp
