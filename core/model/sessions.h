#pragma once

#include "core/model/time.h"

#include <cstdint>
#include <optional>

namespace sstp {

/// Open sessions of one kind of tunnel: how many, and when the newest of them began. Nothing else leaves the port.
struct TunnelSessions {
    std::uint32_t open = 0;
    std::optional<WallTime> newest_began;
    friend bool operator==(const TunnelSessions&, const TunnelSessions&) = default;
};

/// Where sessions cannot be read, so long without a complaint counts as accepted by clients (DESIGN 2.1).
inline constexpr Duration kAcceptedWithoutSessions = std::chrono::hours{24};

/// What RRAS says of its connections (MprAdminConnectionEnum), counted.
struct Sessions {
    TunnelSessions sstp;
    TunnelSessions others;   ///< IKEv2, L2TP, PPTP: a restart ends them as well
    [[nodiscard]] std::uint32_t all() const { return sstp.open + others.open; }
    friend bool operator==(const Sessions&, const Sessions&) = default;
};

}  // namespace sstp
