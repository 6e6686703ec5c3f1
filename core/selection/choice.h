#pragma once

#include "core/model/binding.h"
#include "core/selection/riddle.h"

#include <string>

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

/// Fills in `DesiredState::passed_over`. `decided_by`: a record of another owner stands before every fit one, and who can change that.
void say_what_is_passed_over(const Choice& choice, const std::string& decided_by, DesiredState& desired);
/// The same where nothing was chosen among the certificates of the store: judged for what is said of them alone.
void say_what_is_passed_over(const Basis& basis, const std::string& decided_by, DesiredState& desired);

/// A listener serves the renewal link of what is bound: followed at once where it may be, else said with the remedy. False: none is.
bool follow_served_link(const Choice& choice, DesiredState& desired);

}  // namespace sstp::selection
