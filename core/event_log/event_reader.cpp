#include "core/event_log/event_reader.h"

#include "core/event_log/event_query.h"
#include "core/model/schedule.h"

#include <algorithm>
#include <iterator>
#include <utility>

namespace sstp {

namespace {

constexpr StartAt kLadder[] = {StartAt::strict_bookmark, StartAt::nearest_bookmark, StartAt::oldest};
constexpr std::size_t kLastRung = std::size(kLadder) - 1;
/// Halving 64 to 1 takes seven subscriptions; a log that wraps under us must not hold us for ever.
constexpr int kMostSubscriptions = 16;

/// The record is gone, or the bookmark is none: the next rung of the ladder may still work.
bool is_loss_of_position(const Error& error) { return error.kind == ErrorKind::position_lost || error.kind == ErrorKind::malformed; }

Duration distance(WallTime one, WallTime other) { return one < other ? other - one : one - other; }

}  // namespace

void EventReader::failed(const Error& error, MonotonicTime now) {
    subscribed_ = false;
    trouble_ = error;
    due_ = now + kReconnectSchedule.after(++failures_);
}

/// False where nobody can tell is never said: what cannot be asked may have been lost.
bool EventReader::may_have_lost_records(const EventQuery& query) {
    if (!drained_) return true;
    const auto later = [&](const Result<std::optional<WallTime>>& answer) {
        if (!answer) is_stopped_ = is_stopped_ || answer.error().kind == ErrorKind::stopped;
        return !answer || (*answer && **answer > *drained_);
    };
    for (const std::string& channel : channels_of(query)) {
        if (later(log_.oldest_record(channel))) return true;   // the cheaper question first: it answers while a storm wraps the log
        if (later(log_.cleared_at(channel))) return true;
    }
    return false;
}

void EventReader::lose_position(const EventQuery& query, EventReading& reading) {
    reading.gap = reading.gap || may_have_lost_records(query);
    if (const auto end = log_.bookmark_at_end(query)) end_ = *end;   // before reading on, so that nothing lies between
}

bool EventReader::subscribe(const EventQuery& query, StartAt where, MonotonicTime now) {
    const auto subscribed = log_.subscribe(query, where, where == StartAt::oldest ? std::string{} : *position_);
    if (!subscribed) {
        const bool next_rung = is_loss_of_position(subscribed.error()) && where != StartAt::oldest;
        if (!next_rung) failed(subscribed.error(), now);
        return false;
    }
    subscribed_ = true;
    query_ = query;
    if (where == StartAt::oldest) position_.reset();
    return true;
}

/// Climbs down the ladder. False: the source itself does not answer, which no other rung would mend.
bool EventReader::open(const EventQuery& query, EventReading& reading, MonotonicTime now) {
    const bool has_position = position_ && !position_->empty();   // an empty bookmark is no position
    if (!has_position) {
        rung_ = kLastRung;
        if (drained_ && may_have_lost_records(query)) reading.gap = true;
        if (is_stopped_) return false;
        return subscribe(query, StartAt::oldest, now);
    }
    for (rung_ = std::min(rung_, kLastRung);; ++rung_) {
        if (rung_ > 0) lose_position(query, reading);
        if (is_stopped_) return false;   // whether something was lost is for the next process to ask, from the same bookmark
        if (subscribe(query, kLadder[rung_], now)) return true;
        if (trouble_ || rung_ == kLastRung) return false;
    }
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
    failed(error, now);
    return false;
}

/// Until nothing is left or the bound is reached. False: the subscription is over.
bool EventReader::read_on(EventReading& reading, MonotonicTime now) {
    for (;;) {
        auto batch = log_.read(std::min(batch_, kMostEvents - reading.events.size()));
        if (!batch) return handle_read_error(batch.error(), now), false;
        rung_ = 0;
        if (!batch->events.empty()) {
            position_ = batch->bookmark;
            reading.bookmark = batch->bookmark;
            end_.clear();
            std::move(batch->events.begin(), batch->events.end(), std::back_inserter(reading.events));
        }
        const bool is_drained = batch->drained || batch->bookmark.empty();   // an empty batch has nothing behind it
        reading.more = !is_drained;
        if (is_drained || reading.events.size() >= kMostEvents || has_had_its_time()) return true;
    }
}

void EventReader::drained(EventReading& reading, const LogPosition& stored, WallTime began) {
    drained_ = began;
    if (!end_.empty()) {
        position_ = end_;
        reading.bookmark = std::exchange(end_, {});
    }
    const bool is_old = !stored.drained_until || distance(*stored.drained_until, began) >= kDrainedStep;
    if (is_old || reading.bookmark) reading.drained_until = began;
}

EventReading EventReader::visit(const EventQuery& query, const LogPosition& stored, Moment now) {
    EventReading reading;
    if (failures_ > 0 && now.monotonic < due_) return reading;
    began_ = clock_.monotonic();
    is_stopped_ = false;
    trouble_.reset();
    reading.first = !stored.drained_until && !drained_;
    if (!position_) position_ = stored.bookmark;
    if (!drained_) drained_ = stored.drained_until;
    if (query_ && *query_ != query) subscribed_ = false;

    for (int subscriptions = 0;;) {
        if (!subscribed_) {
            if (subscriptions++ == kMostSubscriptions) {
                failed({ErrorKind::source_unavailable, "read the event log", {}, 0, "the position was lost again and again"},
                       now.monotonic);
                return reading;
            }
            reading.more = subscriptions > 1 && has_had_its_time();   // a log that wraps faster than it is read: the next look goes on
            if (reading.more) return reading;
            if (!open(query, reading, now.monotonic)) return is_stopped_ ? EventReading{} : reading;
            if (subscriptions == 1) began_ = clock_.monotonic();   // a search for what was lost may have taken long
        }
        if (read_on(reading, now.monotonic)) break;
        if (trouble_) return reading;
    }
    if (!reading.more) drained(reading, stored, now.wall);
    failures_ = 0;
    batch_ = std::min(batch_ * 2, kBatch);
    return reading;
}

std::optional<Duration> EventReader::next_attempt(MonotonicTime now) const {
    if (!trouble_) return std::nullopt;
    return due_ > now ? due_ - now : Duration{0};
}

void keep_since(EventReading& reading, WallTime since) {
    std::erase_if(reading.events, [since](const LogEvent& each) { return !each.from_rassstp() || each.time < since; });
}

}  // namespace sstp
