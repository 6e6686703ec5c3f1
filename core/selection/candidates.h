#pragma once

#include "core/selection/order.h"
#include "core/selection/situation.h"

#include <string>
#include <vector>

namespace sstp::selection {

/// What a certificate of the store is to the choice.
enum class CandidateKind : std::uint8_t {
    full,      ///< it would do
    partial,   ///< fit, but covers only some of the learned names
    guess,     ///< fit, but no name tells whether clients of the active one would find theirs
    astray,    ///< it would do, but its renewal link leads to one that will not: Windows may serve that one in its place
    other_ca,  ///< fit, of a CA that may not succeed
    unwanted,  ///< fit, but the policy pins another or asks for another issuer
    unfit,
};

struct JudgedCandidate {
    const Certificate* certificate = nullptr;
    std::vector<Unfitness> against;
    CandidateKind kind = CandidateKind::unfit;
    std::string why_not;   ///< of the kinds that have no critical entry in `against`
};

/// Every certificate of the store that is neither archived nor the active one. Of those that have none of the names and that nothing
/// else brings near, certificates of other sites, a hundred are judged for the messages: a server that hosts ten thousand has them.
struct CandidatePool {
    std::vector<JudgedCandidate> all;
    std::size_t left_out = 0;   ///< of other sites: unfit, whatever else would be said of them
    [[nodiscard]] Candidates of(CandidateKind kind) const;
};
CandidatePool judge_candidates(const Basis& basis, const ActiveStanding& active);

}  // namespace sstp::selection
