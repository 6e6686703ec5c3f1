#pragma once

#include "core/healing/change.h"

#include <cstdint>
#include <optional>

namespace sstp {

/// Which of its two whole states a unit is brought to.
enum class End : std::uint8_t { as_found, as_wanted };

/// RRAS would find what the heal wants at its start, as far as the last look knows.
bool target_is_here(const HealRun& run);

/// Brings every field that the heal changes to `end`, in the order of the plan: HTTP.SYS may refuse a record, nobody refuses a
/// value, so that a unit which cannot go back is known before its hashes are touched. A field with somebody else's value is
/// left as it is, and nothing is made to name what has left the store: RRAS would not start (event 25). `returned`: the unit as it goes
/// back (unit_as_found). Nothing: done; else the field that is in the way.
std::optional<Error> bring_to(HealRun& run, End end, const Unit& returned);

/// The unit as it goes back: every change undone, bit for bit. `completed`: half a pair of hashes is completed from the
/// certificate that its SHA-256 names, as far as the last look knows it: RRAS is to start on it, and does not start on half a pair (87).
enum class Pair : std::uint8_t { as_it_was, completed };
Unit unit_as_found(const HealRun& run, const Unit& now, Pair pair);

/// `now` with every change made, except where somebody else's value stands.
Unit unit_as_wanted(const HealRun& run, Unit now);

}  // namespace sstp
