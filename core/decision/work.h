#pragma once

#include "core/decision/decide.h"

#include <cstdint>
#include <vector>

namespace sstp {

/// One piece of work that the server calls for, with what the gates have to know of it.
struct Work {
    enum class Kind : std::uint8_t {
        repair,          ///< records, hashes, flag or what RRAS holds are not as they should be now
        symptom,         ///< only a probe says that something is wrong: one restart (DESIGN 7.8)
        awaited_client,  ///< no client since a heal: restart.then, once (DESIGN 2.4)
        succession,      ///< a fit certificate waits for its time
    };
    Kind kind = Kind::repair;
    HealPlan plan;
    bool cuts_off = false;  ///< clients cannot connect until it is done
};

/// An administrator's `heal` takes back somebody's change of everything that is not adopted yet.
bool moves_back(const DecisionInput& input);

/// All of it, what should be done first in front: a restart that is needed now takes a waiting successor along; a successor whose time
/// has come makes a repair without a restart pointless. Empty without a target.
std::vector<Work> work_to_do(const DecisionInput& input);

/// For how long one whole heal may take, for the end of a window: services down and up, the second rung, and taking back.
Duration time_needed(const Policy& policy);

}  // namespace sstp
