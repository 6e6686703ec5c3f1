#include "core/siem/queue.h"

#include "core/siem/queue_bounds.h"

#include <algorithm>
#include <utility>

namespace sstp {

bool Queue::take_news() { return std::exchange(news_, false); }

bool Queue::store(Position position) {
    const bool notable = position.down_since.has_value() != position_->down_since.has_value() || position.losses != position_->losses;
    unreported_ = unreported_ || notable;
    position_ = std::move(position);
    unsaved_ = !outbox_.store_position(destination_, *position_);
    if (unsaved_) return false;
    news_ = std::exchange(unreported_, false) || news_;
    return true;
}

bool Queue::enforce_age(Position& position, const Waiting& waiting, Moment now) {
    const auto judged_at = age_clock_.look(now);
    if (!judged_at || !waiting.oldest || *waiting.oldest >= *judged_at - limits_.maximum_age) return true;
    const auto first_young = outbox_.first_since(position.cursor, *judged_at - limits_.maximum_age);
    if (!first_young) return false;
    // Not behind the look that was taken: numbers given since are the next step's.
    lose(position, LossReason::too_old, std::min(*first_young - 1, waiting.last_sequence), waiting);
    return true;
}

/// Counts what is gone, lets fall out what is too much or too old, and stores both before anything is sent.
bool Queue::enforce_bounds(Waiting& waiting, Moment now) {
    Position position = *position_;
    if (waiting.last_sequence < position.cursor) {
        const auto whole = outbox_.waiting(0);
        if (!whole) return false;
        move_to_new_journal(position, *whole, known_last_);
        waiting = *whole;
    }
    count_gone(position, waiting, known_last_);
    enforce_number(position, waiting, limits_.maximum_queued);
    if (!enforce_age(position, waiting, now)) return false;
    known_last_ = waiting.last_sequence;   // what it took along is in the position by now
    return position == *position_ || store(std::move(position));
}

std::optional<Waiting> Queue::look(Moment now) {
    if (!position_) {
        auto opened = outbox_.open_position(destination_);
        if (!opened) return std::nullopt;
        position_ = std::move(*opened);
        known_last_ = std::max(position_->cursor, position_->last_attempt ? position_->last_attempt->up_to_sequence : 0);
    }
    if (unsaved_ && !store(*position_)) return std::nullopt;
    auto looked = outbox_.waiting(position_->cursor);
    if (!looked || !enforce_bounds(*looked, now)) return std::nullopt;
    return *looked;
}

std::optional<Batch> Queue::read(std::uint64_t after, std::size_t most, const Waiting& waiting) {
    auto events = outbox_.read(after, most);
    if (!events) return std::nullopt;
    const std::uint64_t first = events->empty() ? waiting.last_sequence + 1 : events->front().sequence;
    if (first != after + 1 && after == position_->cursor) {
        Position position = *position_;
        lose(position, LossReason::gone, first - 1, waiting);
        if (!store(std::move(position))) return std::nullopt;
    }
    Batch batch;
    for (JournalEvent& event : *events) {   // up to a number that is missing: the next batch begins by counting it
        if (event.sequence != first + batch.events.size()) break;
        batch.events.push_back(std::move(event));
    }
    batch.more = !batch.events.empty() && batch.events.back().sequence < waiting.last_sequence;
    return batch;
}

}  // namespace sstp
