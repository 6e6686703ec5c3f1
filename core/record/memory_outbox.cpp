#include "core/record/memory_outbox.h"

#include "core/record/position_rows.h"

#include <algorithm>

namespace sstp {

namespace {

using Events = std::vector<JournalEvent>;

/// The first event behind `after`: they lie in order.
Events::const_iterator behind(const Events& events, std::uint64_t after) {
    return std::upper_bound(events.begin(), events.end(), after,
                            [](std::uint64_t sequence, const JournalEvent& each) { return sequence < each.sequence; });
}

}  // namespace

Result<std::optional<Position>> MemoryOutbox::position(const std::string& destination) {
    const auto found = positions_.find(destination);
    return found == positions_.end() ? std::optional<Position>{} : std::optional{found->second};
}

Result<Position> MemoryOutbox::open_position(const std::string& destination) {
    const auto known = positions_.find(destination);
    if (known != positions_.end()) return known->second;
    Position opened;
    opened.cursor = record_.contents().last_sequence;
    const bool was_lost = had_position(record_.contents(), destination);
    if (was_lost && !record_.events().empty()) opened.cursor = record_.events().front().sequence - 1;
    positions_[destination] = opened;
    return opened;
}

Result<void> MemoryOutbox::store_position(const std::string& destination, const Position& position) {
    const auto stored = positions_.find(destination);
    positions_[destination] = stored == positions_.end() ? position : merged(stored->second, position);
    return {};
}

Result<void> MemoryOutbox::told(const std::string& destination, LossReason reason, std::uint64_t total) {
    const auto stored = positions_.find(destination);
    if (stored == positions_.end() || !stored->second.losses.contains(reason)) return {};
    tell(stored->second.losses[reason], total);
    return {};
}

Result<void> MemoryOutbox::forget(const std::string& destination) {
    positions_.erase(destination);
    return {};
}

Result<std::vector<JournalEvent>> MemoryOutbox::read(std::uint64_t after, std::size_t most) {
    const Events& events = record_.events();
    const auto first = behind(events, after);
    const auto count = std::min<std::size_t>(most, static_cast<std::size_t>(events.end() - first));
    return Events(first, first + static_cast<std::ptrdiff_t>(count));
}

Result<Waiting> MemoryOutbox::waiting(std::uint64_t after) {
    Waiting found;
    found.last_sequence = record_.contents().last_sequence;
    const auto first = behind(record_.events(), after);
    if (first == record_.events().end()) return found;
    found.first_sequence = first->sequence;
    found.oldest = first->time;
    found.count = numbers_between(first->sequence - 1, found.last_sequence, found);
    return found;
}

Result<std::uint64_t> MemoryOutbox::first_since(std::uint64_t after, WallTime time) {
    const Events& events = record_.events();
    const auto found = std::find_if(behind(events, after), events.end(), [&](const JournalEvent& each) { return each.time >= time; });
    return found == events.end() ? record_.contents().last_sequence + 1 : found->sequence;
}

}  // namespace sstp
