#pragma once

#include "core/selection/candidates.h"

#include <optional>
#include <string>

namespace sstp::selection {

/// Certificates between which nothing that was learned, and no key of the policy, decides (ambiguous_certificate).
struct Riddle {
    Candidates among;          ///< the active one left out
    std::string explanation;   ///< with the keys that decide
    bool unit_is_at_odds = false;  ///< what stands on the server names them, in a record, a hash or on the wire: none of it is drift yet
};
/// Nothing: what is fit may be chosen among by the order.
std::optional<Riddle> riddle(const Basis& basis, const ActiveStanding& active, const CandidatePool& pool);

/// The part of it that no date, no store and no clock changes: the unit itself names certificates for different names or of different CAs,
/// and none was seen to work here.
std::optional<Riddle> riddle_of_the_unit(const Basis& basis);

/// Candidates that would do, where a renewal link of the active certificate has decided what nothing else does: the linked one
/// and what supersedes it.
Candidates choosable(const Basis& basis, const CandidatePool& pool);

/// Second choices under a learned wildcard that stand for different names of it, or none that may be taken.
Riddle riddle_of_partial(const Basis& basis, const Candidates& partial);

}  // namespace sstp::selection
