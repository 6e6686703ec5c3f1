#pragma once

#include "core/ports/vpn_sessions.h"
#include "service/windows/portable/session_count.h"
#include "service/windows/stop_signal.h"

#include <memory>

namespace sstp {

/// RRAS's connections through mprapi.dll of this machine: MprAdminConnectionEnum (RAS_CONNECTION_0) says which there are and since
/// when, MprAdminPortEnum (RAS_PORT_0) over which miniport each came. RAS_CONNECTION_4 would tell the tunnel itself, but no document
/// says how it is asked for. User, domain and computer names in these structures are never read.
/// Source: Microsoft, mprapi.h; [MS-RRASM] 2.2.1.2.75.
class RasSessions final : public VpnSessions {
public:
    explicit RasSessions(const StopSignal& stop) : stop_(stop) {}

    /// Also `stopped`.
    Result<Sessions> read(Duration deadline) override;

private:
    struct Question;

    const StopSignal& stop_;
    std::shared_ptr<Question> asked_;   ///< whose answer did not come in time
    SessionCounter counter_;
};

}  // namespace sstp
