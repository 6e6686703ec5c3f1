#pragma once

#include "core/selection/basis.h"

#include <optional>

namespace sstp::selection {

/// With flag 1 the stored SHA-256 names nothing in MY, and is neither learned nor ours: perhaps that of a load balancer in front
/// (DESIGN 2.1); or RRAS holds such a one, with which clients come through, and another was stored since. Nothing where RRAS shows that it
/// is broken: ended with an error, or complained with 18, 25 or 32.
struct UnknownHash {
    bool is_somebodys_intent = false;   ///< SSTP sessions have begun since RRAS started
    bool may_be_replaced = false;       ///< the policy names a certificate, and that is enough to end it
    bool is_served = false;             ///< a listener of ours serves a fit certificate: the replacement can wait for the window
    Finding finding;
};
std::optional<UnknownHash> unknown_hash(const Basis& basis);

/// Whether an SSTP session has begun after `since`; nothing where that cannot be known.
std::optional<bool> sstp_session_began_since(WallTime since, const SessionMemory& sessions);

}  // namespace sstp::selection
