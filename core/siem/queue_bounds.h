#pragma once

#include "core/ports/outbox.h"

#include <cstdint>

namespace sstp {

// What becomes of a position when events behind it can no longer be delivered. Pure. `waiting` is the look behind the
// position's cursor; of the numbers that it says were never given none is counted.

/// The events behind the cursor up to `last` will never arrive: counted, and the cursor moved behind them.
void lose(Position& position, LossReason reason, std::uint64_t last, const Waiting& waiting);

/// Counts the numbers behind the cursor that the journal no longer has. `known_last`: the newest number that this
/// destination ever saw; up to it a lost database took events along even where the new one says that numbers were skipped.
void count_gone(Position& position, const Waiting& waiting, std::uint64_t known_last);

/// The journal ends before the cursor: it is another one, begun anew. `whole`: the look at all of it. What the old one held
/// up to `known_last` is gone; what the new one holds is delivered.
void move_to_new_journal(Position& position, const Waiting& whole, std::uint64_t known_last);

/// Lets the oldest fall out until at most `maximum_queued` wait.
void enforce_number(Position& position, const Waiting& waiting, std::uint64_t maximum_queued);

}  // namespace sstp
