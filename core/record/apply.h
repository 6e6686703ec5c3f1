#pragma once

#include "core/model/state.h"

#include <optional>
#include <span>
#include <vector>

namespace sstp {

/// What `update` makes of `contents`, but for its events' numbers. Every record, real or simulated, means this by a commit, so
/// that they cannot differ. Moves running time and the latest wall clock on to `now` (nothing: the record has no clock), counts a
/// heal when an open heal with another id begins, and lets charges that nobody looks at any more fall out.
void apply(RecordContents& contents, const RecordUpdate& update, const std::optional<Moment>& now);

/// Whether a commit of one over the other would store nothing but its own number and time. What is only asked anew
/// (SessionMemory::now) makes no difference.
bool same_when_stored(const RecordContents& one, const RecordContents& other);

/// What `draft`, which was made of `base`, changes, on top of `now`: for a draft that waited while somebody else committed (a heal
/// on a full disk). A member that both changed is the draft's.
RecordContents rebased(const RecordContents& draft, const RecordContents& base, const RecordContents& now);

/// Gives `events` the sequence numbers that they get behind `last_sequence`.
void number(std::span<JournalEvent> events, std::uint64_t last_sequence);
/// A copy of `events` with those numbers.
std::vector<JournalEvent> numbered(const std::vector<JournalEvent>& events, std::uint64_t last_sequence);

/// So that a machine that heals for years keeps a short list.
inline constexpr std::size_t kMostCharges = 1000;

}  // namespace sstp
