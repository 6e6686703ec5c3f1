#pragma once

#include "core/model/sessions.h"

#include <cstdint>
#include <map>
#include <string>
#include <vector>

namespace sstp {

/// One connection as MprAdminConnectionEnum tells of it (RAS_CONNECTION_0): nothing of who it is.
struct RasConnection {
    std::uint64_t handle = 0;
    std::uint32_t seconds = 0;   ///< dwConnectDuration
};
/// One port as MprAdminPortEnum tells of it (RAS_PORT_0).
struct RasPort {
    std::uint64_t connection = 0;  ///< the handle of the connection that it carries; 0 or all ones: none
    std::string device;            ///< "WAN Miniport (SSTP)"; the words are localized, the protocol in parentheses is not
};

/// Counts connections by the tunnel of the port that carries them. One without a port that tells is of the others: that it is
/// SSTP would be a claim. Several ports of one connection (multilink) are one session.
class SessionCounter {
public:
    Sessions count(const std::vector<RasConnection>& connections, const std::vector<RasPort>& ports, WallTime now);

private:
    /// RRAS tells whole seconds, so that each look computes another begin of the same session: the first one stays.
    WallTime begin_of(const RasConnection& connection, WallTime now) const;

    std::map<std::uint64_t, WallTime> began_;   ///< by handle, of those that were open at the last look
};

}  // namespace sstp
