#pragma once

#include "core/model/policy.h"
#include "core/model/server_state.h"

namespace sstp {

/// Clients of the family are ours to serve: the policy does not leave it out, and HTTP.SYS listens on it. Only such a family has
/// a level, is probed, and gets a record where it has none (DESIGN 2.4).
inline bool is_looked_after(AddressFamily family, const ServerState& state, const Policy& policy) {
    return policy.listener.includes(family) && state.listens_on(family);
}

}  // namespace sstp
