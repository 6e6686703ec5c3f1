#pragma once

#include "core/ports/record.h"

#include <span>
#include <vector>

namespace sstp {

/// What `update` makes of `contents`. Every record, real or simulated, means this by a commit, so that they cannot differ.
/// Counts a heal when an open heal with another id begins.
void apply(RecordContents& contents, const RecordUpdate& update);
/// The same of an update that is not needed any more: its values are moved, all but its events.
void apply(RecordContents& contents, RecordUpdate&& update);

/// Gives `events` the sequence numbers that they get behind `last_sequence`.
void number(std::span<JournalEvent> events, std::uint64_t last_sequence);
/// A copy of `events` with those numbers.
std::vector<JournalEvent> numbered(const std::vector<JournalEvent>& events, std::uint64_t last_sequence);

/// Charges that nobody looks at any more fall out, so that a machine that heals for years keeps a short list.
inline constexpr std::size_t kMostCharges = 1000;

}  // namespace sstp
