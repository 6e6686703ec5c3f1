#pragma once

#include "core/healing/heal_run.h"
#include "core/model/server_state.h"

#include <string>

namespace sstp {

/// What a fresh look says of a heal.
struct Proof {
    bool healthy = false;
    bool restart_could_help = false;   ///< what is missing is what RRAS does when it starts
    std::string explanation;           ///< what proves it, or what is missing
    ServerState state;
};

/// Looks again until the heal proves healthy, at most `verify.confirmations` times, `verify.settle` apart: RRAS needs a
/// moment after its services run. Healthy: none of the findings that were to be cured, everything enabled names the
/// target, and both enabled listeners serve it and answer the ServerURI.
Proof prove(HealRun& run);

/// The judgement on one look alone, for tests.
Proof judge_heal(const ServerState& state, const Policy& policy, const Memory& memory, const OpenHeal& heal);

/// What RRAS reads when it starts, and what a finished heal leaves in order, whatever it was to cure: somebody may have broken it
/// while we were at work.
bool is_of_bindings_or_hashes(Reason reason);

}  // namespace sstp
