#pragma once

#include "core/model/finding.h"
#include "core/model/heal_plan.h"
#include "core/model/level.h"
#include "core/model/memory.h"
#include "core/model/policy.h"
#include "core/model/server_state.h"
#include "core/selection/desired_state.h"

#include <array>
#include <map>
#include <optional>
#include <vector>

namespace sstp {

/// One place where the server is not as it should be: what is said of it, and the step that removes it.
struct Difference {
    Finding finding;
    std::optional<Step> step;   ///< nothing: no write of ours removes it
};

/// Actual compared with desired: bindings, hashes, flag. Findings, plan and proof all come from this one comparison. Where
/// `desired.certificate` is nothing, only what is wrong in itself is listed (missing, malformed), without steps.
/// `towards`: the certificate to compare with; desired.certificate for the state now, the successor for planned work.
std::vector<Difference> differences(const ServerState& actual, const DesiredState& desired, const Certificate* towards,
                                    const Policy& policy);

/// What clients of a family get, measured against what RRAS holds (unknown: against the stored hash). Nothing: the family has no
/// level: HTTP.SYS does not listen on it, or the policy leaves it out. Several addresses: the worst.
std::optional<Level> level_of(AddressFamily family, const ServerState& state, const Policy& policy, const Memory& memory,
                              const RequiredNames& names);
std::map<AddressFamily, Level> levels_of(const ServerState& state, const Policy& policy, const Memory& memory, const RequiredNames& names);

/// Whether what RRAS holds is what is right, what is wrong, or not known (DESIGN 2.3).
enum class HeldState : std::uint8_t { right, wrong, unknown };
/// Compared with `certificate` named by the hash and by both records. Where nobody saw what RRAS read when it started, parameters that
/// were last written before it did are what it holds.
HeldState compare_held(const Memory& memory, const ServerState& state, const Certificate& certificate);

/// Everything that one look comes to.
struct Assessment {
    DesiredState desired;
    std::vector<Difference> differences;         ///< from desired.certificate
    Findings findings;                           ///< differences, and facts about certificates, services, probes; causes first
    std::map<AddressFamily, Level> levels;
    /// What only probes say, what no other finding explains, and what a restart may cure (DESIGN 7.8), each once. A listener that
    /// was never proven, one whose port another process owns, and a cipher list that serves no key of this kind are not here.
    std::vector<Reason> symptoms;
    bool healthy = false;                        ///< no finding above information
};

/// Pure. The order of the checks is the policy: kChain in assess.cpp. One cause is one critical: what follows from a stopped
/// service, an unreachable listener, a missing certificate or a deciding foreign record is listed below it as information.
Assessment assess(const ServerState& state, const Policy& policy, const Memory& memory);

/// Findings that only a probe can make: symptoms, which count alone only after several looks (DESIGN 7.8).
bool is_symptom(Reason reason) noexcept;

}  // namespace sstp
