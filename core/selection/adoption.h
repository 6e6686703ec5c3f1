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
        not_confirmed,  ///< it stays: flag 0, and no client yet
        complained_of,  ///< RRAS complained since it started with it: the proven one comes back
        taken_by_rras,  ///< flag 0, and the proven one had left the store: RRAS took what it found, and its successor is chosen
    };
    Verdict verdict = Verdict::not_confirmed;
    Certificate to;
};
/// Nothing: nobody changed all of it, or what the policy names outranks it.
std::optional<ChangeOfAll> change_of_all(const SelectionInput& input);

/// Records and hash name it, and RRAS is not known to hold another one: nothing is to be done for it but to wait for its first client.
bool is_in_force_as_chosen(const Certificate& choice, const SelectionInput& input);

/// For people, with both certificates named (choice_not_confirmed). `is_left_alone`: nothing is written for it.
Finding not_confirmed(const ChangeOfAll& change, bool is_left_alone, const SelectionInput& input);

}  // namespace sstp::selection
