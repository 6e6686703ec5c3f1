#pragma once

#include "core/selection/basis.h"

#include <optional>

namespace sstp::selection {

/// Records, hash and every listener agree on one other fit certificate than the one proven last (DESIGN 2.1, "Somebody changed
/// all of it").
struct ChangeOfAll {
    enum class Verdict : std::uint8_t {
        adopted,        ///< it counts: flag 1, or a client has connected since
        own_choice,     ///< not known to work yet, but selection would have chosen it itself
        not_confirmed,  ///< left alone: flag 0, and no client yet
        complained_of,  ///< RRAS complained since it started with it: the proven one comes back
        taken_by_rras,  ///< flag 0, and the proven one had left the store: RRAS took what it found, and its successor is chosen
    };
    Verdict verdict = Verdict::not_confirmed;
    Certificate to;
};
/// Nothing: nobody changed all of it, or what the policy names outranks it.
std::optional<ChangeOfAll> change_of_all(const SelectionInput& input);

/// For people, with both certificates named (choice_not_confirmed).
Finding not_confirmed(const ChangeOfAll& change, const SelectionInput& input);

}  // namespace sstp::selection
