#pragma once

#include "core/selection/basis.h"

#include <vector>

namespace sstp::selection {

/// Where the active certificate lies.
enum class Place : std::uint8_t { in_store, archived, other_store, gone };

/// How the certificate in force stands.
struct ActiveStanding {
    Place place = Place::gone;
    std::vector<Unfitness> against;
    bool is_fit = false;             ///< nothing critical speaks against it
    bool is_second_choice = false;   ///< fit but for names that it lacks; it covers the primary one
    bool no_cipher = false;          ///< the cipher list in force serves no key of its kind: it is unusable here (DESIGN 7.8)
    /// It will do: fit, and in the store or served rightly as it is.
    bool stands = false;
    /// The next start of RRAS may not find it although it is served rightly now.
    bool next_start_breaks = false;
};
ActiveStanding active_standing(const Basis& basis);

/// What speaks against a certificate as the one that follows. While the active one stands its names are required, learned or presumed. Once
/// it does not, of presumed ones only the primary name is: further names of a guess are no demand.
FitnessInput successor_input(const Certificate& certificate, const Basis& basis, const ActiveStanding& active);

/// What speaks most against it: the first critical entry, else null.
const Unfitness* worst_of(const std::vector<Unfitness>& against);

}  // namespace sstp::selection
