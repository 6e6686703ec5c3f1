#pragma once

#include "core/model/policy.h"
#include "core/model/server_state.h"

#include <array>

namespace sstp {

inline constexpr std::array kFamilies = {AddressFamily::ipv4, AddressFamily::ipv6};

/// Clients of the family are ours to serve: the policy does not leave it out, and HTTP.SYS listens on it. Only such a family has
/// a level, is probed, and gets a record where it has none (DESIGN 2.4).
inline bool is_looked_after(AddressFamily family, const ServerState& state, const Policy& policy) {
    return policy.listener.includes(family) && state.listens_on(family);
}

/// The leaf that a listener gave; null when it gave none.
inline const Certificate* leaf_of(const Probe& probe) {
    const auto* served = std::get_if<Served>(&probe.outcome);
    return served ? &served->leaf : nullptr;
}

/// Our own stop ended the probe before it could say anything.
inline bool was_interrupted(const Probe& probe) {
    const auto* unreachable = std::get_if<Unreachable>(&probe.outcome);
    return unreachable && unreachable->why.kind == ErrorKind::stopped;
}

}  // namespace sstp
