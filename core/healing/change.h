#pragma once

#include "core/healing/heal_run.h"

#include <cstddef>
#include <optional>
#include <string>

namespace sstp {

/// Which of its two whole states a unit is brought to.
enum class End : std::uint8_t { as_found, as_wanted };

/// Whether new changes stop at the kill switch and our own stop, or what is half changed is brought to an end.
enum class Drive : std::uint8_t { with_permission, to_the_end };

enum class Made : std::uint8_t { by_us, found_so };

/// Makes the field `to` if it is `from`, and reads it back: what reads back is what counts, whatever the call said. Records are compared by
/// what they mean, and one that RRAS or its owner made anew meanwhile keeps the options that it has now. Tried again
/// 2, 5, 10 and 20 s after the first time while HTTP.SYS answers `settling`. With `to_the_end`, a record that is not there any more counts
/// as `from`: it is the gap between our deleting and setting. Halts: changed_by_others (something else stands there: nothing was done),
/// refused, and what may_go_on says.
struct Changed {
    Made made = Made::by_us;
    std::optional<Halted> halted;
    bool key_refused = false;  ///< HTTP.SYS answered 1312 to the record itself
    FieldValue stands = {};  ///< what reads back, unless it halted
};
Changed change_field(HealRun& run, const FieldId& field, const FieldValue& from, const FieldValue& to, Drive drive);

/// Makes every pending change of the open heal, in order: records, hashes, flag. Each is told.
std::optional<Halted> make_changes(HealRun& run);

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

/// Fields of an event about one change.
HealLedger::Fields fields_of_change(const OpenHeal& heal, std::size_t index);
/// The same, where `step` replaces what somebody else made of the field since the heal began.
HealLedger::Fields fields_of_change(const OpenHeal& heal, std::size_t index, const Step& step);
/// Adds "error", "error_kind" and "error_code".
void add_error(HealLedger::Fields& fields, const Error& error);

}  // namespace sstp
