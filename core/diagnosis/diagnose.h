#pragma once

#include "core/model/finding.h"
#include "core/model/server_state.h"
#include "core/policy/policy.h"
#include "core/ports/record.h"

#include <map>
#include <optional>
#include <string>

namespace sstp {

/// What the watchdog remembers and a diagnosis may rest on, besides the look itself.
struct Memory {
    std::optional<KnownGood> known_good;
    std::optional<WallTime> trouble_at;  ///< last watched RasSstp event that no restart has followed
    /// How many looks in a row showed each probe finding, this look included (`verify.confirmations`, DESIGN 7.10).
    std::map<Reason, std::uint32_t> seen_in_a_row;
    /// Probe findings that a restart has not cured: only reported until they have been clear once (DESIGN 7.10).
    std::vector<Reason> reported_only;
    /// The wall clock moved against the monotonic one since the look before: what rests on dates waits for a further look.
    bool clock_jumped = false;
};

/// The input of every check. Pure: `now` is the wall clock of the look.
struct Diagnosis {
    const ServerState& state;
    const Policy& policy;
    const Memory& memory;
    WallTime now;
};

/// Runs the chain of checks (kChain in diagnose.cpp: its order is the policy) and returns everything that is wrong,
/// causes before symptoms. Empty: healthy.
Findings diagnose(const Diagnosis& diagnosis);

}  // namespace sstp
