#pragma once

#include "core/healing/heal_run.h"

#include <cstddef>
#include <optional>
#include <string>
#include <vector>

namespace sstp {

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

/// The indices of the changes: records first, then values, each in the order of the plan.
std::vector<std::size_t> in_order(const OpenHeal& heal);

/// Makes every pending change of the open heal, in order: records, hashes, flag. Each is told.
std::optional<Halted> make_changes(HealRun& run);

/// Fields of an event about one change.
HealLedger::Fields fields_of_change(const OpenHeal& heal, std::size_t index);
/// The same, where `step` replaces what somebody else made of the field since the heal began.
HealLedger::Fields fields_of_change(const OpenHeal& heal, std::size_t index, const Step& step);
/// Adds "error", "error_kind" and "error_code".
void add_error(HealLedger::Fields& fields, const Error& error);

}  // namespace sstp
