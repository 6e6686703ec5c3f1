#pragma once

#include "core/model/binding.h"
#include "core/selection/riddle.h"

namespace sstp::selection {

/// The choice among the certificates of the store, where no record of another owner, no unknown hash and no change of all that
/// is not confirmed stands before it: fills in certificate, successor, obstacle, second choice, candidates and findings.
void choose(const Basis& basis, DesiredState& desired);

/// All that `choose` shares with its parts.
struct Choice {
    const Basis& basis;
    ActiveStanding active;
    CandidatePool pool;
    const ListenerBinding* waits_for = nullptr;   ///< the record of a site whose owner is to take the successor first
};
/// Everything of the store, the active one included, best first.
std::vector<Candidate> listed_candidates(const Choice& choice, const DesiredState& desired);

/// A listener serves the renewal link of what is bound: followed at once where it may be, else said with the remedy. False: none is.
bool follow_served_link(const Choice& choice, DesiredState& desired);

}  // namespace sstp::selection
