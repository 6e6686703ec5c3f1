#include "core/event_log/event_reader.h"

#include <algorithm>
#include <iterator>
#include <utility>

namespace sstp {

namespace {

using namespace std::chrono_literals;

constexpr Duration kFirstWait = 1s;
constexpr Duration kLongestWait = 5min;

constexpr StartAt kLadder[] = {StartAt::strict_bookmark, StartAt::nearest_bookmark, StartAt::oldest};

/// The record is gone, or the bookmark is none: the next rung of the ladder may still work.
bool is_loss_of_position(const Error& error) { return error.kind == ErrorKind::position_lost || error.kind == ErrorKind::malformed; }

}  // namespace

EventReader::EventReader(EventLog& log, std::uint64_t seed) : log_(log), back_off_(kFirstWait, kLongestWait, seed) {}

void EventReader::lost(const Error& error, MonotonicTime now) {
    subscribed_ = false;
    trouble_ = error;
    back_off_.failed(now);
}

/// Climbs down the ladder. False: the source itself does not answer, which no other rung would mend.
bool EventReader::subscribe(const EventQuery& query, EventReading& reading, MonotonicTime now) {
    const bool has_position = position_ && !position_->empty();   // an empty bookmark is no position
    for (std::size_t i = std::min(rung_, std::size(kLadder) - 1); i < std::size(kLadder); ++i) {
        const StartAt rung = kLadder[i];
        if (!has_position && rung != StartAt::oldest) continue;
        const auto subscribed = log_.subscribe(query, rung, has_position && rung != StartAt::oldest ? *position_ : std::string{});
        if (subscribed) {
            reading.gap = reading.gap || (has_position && rung != StartAt::strict_bookmark);
            if (rung == StartAt::oldest) position_.reset();
            subscribed_ = true;
            rung_ = i;
            query_ = query;
            return true;
        }
        if (!is_loss_of_position(subscribed.error()) || rung == StartAt::oldest) {
            lost(subscribed.error(), now);
            return false;
        }
    }
    return false;
}

/// True: subscribe again at once. The read position of a batch that was too large has moved, so only a new subscription
/// from the last good bookmark sees what it held.
bool EventReader::handle_read_error(const Error& error, MonotonicTime now) {
    subscribed_ = false;
    if (error.kind == ErrorKind::batch_too_large && batch_ > 1) {
        batch_ /= 2;
        return true;
    }
    if (error.kind == ErrorKind::position_lost) {
        ++rung_;   // the rung on which we stood did not hold
        return true;
    }
    lost(error, now);
    return false;
}

EventReading EventReader::visit(const EventQuery& query, const std::optional<std::string>& stored, MonotonicTime now) {
    EventReading reading;
    if (!back_off_.is_due(now)) return reading;
    if (!position_) position_ = stored;
    if (query_ && *query_ != query) subscribed_ = false;

    constexpr int kMostSubscriptions = 16;   // halving 64 to 1 takes seven; a log that wraps under us must not hold us for ever
    for (int subscriptions = 0;;) {
        if (!subscribed_) {
            if (subscriptions++ == kMostSubscriptions) {
                lost({ErrorKind::source_unavailable, "read the event log", {}, 0, "the position was lost again and again"}, now);
                return reading;
            }
            if (!subscribe(query, reading, now)) return reading;
        }
        auto batch = log_.read(std::min(batch_, kMostEvents - reading.events.size()));
        if (!batch) {
            if (handle_read_error(batch.error(), now)) continue;
            return reading;
        }
        rung_ = 0;
        if (!batch->events.empty()) {
            position_ = batch->bookmark;
            reading.bookmark = batch->bookmark;
            std::move(batch->events.begin(), batch->events.end(), std::back_inserter(reading.events));
        }
        const bool full = reading.events.size() >= kMostEvents;
        const bool drained = batch->drained || batch->bookmark.empty();   // an empty batch has nothing behind it
        if (!drained && !full) continue;
        reading.more = !drained;
        trouble_.reset();
        back_off_.succeeded();
        batch_ = std::min(batch_ * 2, kBatch);
        return reading;
    }
}

std::optional<Duration> EventReader::next_attempt(MonotonicTime now) const {
    if (!trouble_) return std::nullopt;
    return back_off_.wait(now);
}

}  // namespace sstp
