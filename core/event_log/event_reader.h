#pragma once

#include "core/ports/clock.h"
#include "core/ports/event_log.h"

#include <cstddef>
#include <cstdint>
#include <optional>
#include <string>
#include <vector>

namespace sstp {

/// How far the log was read, as the record keeps it.
struct LogPosition {
    std::optional<std::string> bookmark;   ///< behind the last record that the query selected; nothing or empty: there was none yet
    /// Every record up to then was read. Nothing: the log was never read to its end.
    std::optional<WallTime> drained_until;
};

/// What one visit to the event log yielded.
struct EventReading {
    std::vector<LogEvent> events;
    std::optional<std::string> bookmark;      ///< position behind the last of `events`: to be stored with what they caused
    std::optional<WallTime> drained_until;    ///< to be stored likewise; nothing: what is stored is good enough
    bool first = false;                       ///< the log was never read to its end: `keep_since` says which of `events` are news
    bool gap = false;                         ///< records may have been lost unread
    bool more = false;                        ///< the bound of one visit was reached: come again soon
};

/// Reads the log for years without losing a record (facts: event-log). The ladder after any loss of the subscription:
/// strict bookmark, nearest bookmark, oldest record; never "from now on". A batch that is too large is halved. Everything
/// else that fails is tried again for ever, by kReconnectSchedule on the monotonic clock, and is meanwhile a finding.
///
/// A bookmark that has lost its record proves no loss: it moves only on records that the query selects, perhaps once a
/// quarter, while System wraps in days. Records were lost only where the oldest of a channel is younger than the time up to
/// which all was read, or the channel was cleared since. In either case a new bookmark is put down at once.
class EventReader {
public:
    EventReader(EventLog& log, Clock& clock) : log_(log), clock_(clock) {}

    /// Reads what is there, at most `kMostEvents` and for about `kLongestVisit`: in a storm looks go on. A search for what was lost comes
    /// on top; one that our own stop ends leaves the position where it was. `stored`: what the record holds; of the bookmark only used when
    /// the reader has none of its own yet. Never fails: `trouble` tells.
    EventReading visit(const EventQuery& query, const LogPosition& stored, Moment now);

    /// Why the source does not answer; nothing while it does.
    [[nodiscard]] const std::optional<Error>& trouble() const { return trouble_; }
    /// How long until the next attempt, nothing while all is well.
    [[nodiscard]] std::optional<Duration> next_attempt(MonotonicTime now) const;

    static constexpr std::size_t kBatch = 64;
    static constexpr std::size_t kMostEvents = 1024;
    static constexpr Duration kLongestVisit = std::chrono::seconds{1};
    /// "Read up to" is stored anew with each bookmark, and else so often: a System log does not wrap within it.
    static constexpr Duration kDrainedStep = std::chrono::hours{1};

private:
    bool open(const EventQuery& query, EventReading& reading, MonotonicTime now);
    bool subscribe(const EventQuery& query, StartAt where, MonotonicTime now);
    void lose_position(const EventQuery& query, EventReading& reading);
    bool may_have_lost_records(const EventQuery& query);
    bool read_on(EventReading& reading, MonotonicTime now);
    bool handle_read_error(const Error& error, MonotonicTime now);
    void drained(EventReading& reading, const LogPosition& stored, WallTime began);
    void failed(const Error& error, MonotonicTime now);

    /// This visit has had its time.
    [[nodiscard]] bool has_had_its_time() const { return clock_.monotonic() - began_ >= kLongestVisit; }

    EventLog& log_;
    Clock& clock_;
    MonotonicTime began_{};  ///< reading, in this visit
    bool is_stopped_ = false;  ///< our own stop ended a search of this visit
    std::size_t batch_ = kBatch;
    bool subscribed_ = false;
    std::size_t rung_ = 0;  ///< of the ladder, for the next subscription
    std::optional<EventQuery> query_;
    std::optional<std::string> position_;  ///< behind what was read last
    std::optional<WallTime> drained_;  ///< everything up to then was read
    std::string end_;  ///< a bookmark behind what stood when the position was lost; empty: nothing is to be put down
    std::optional<Error> trouble_;
    std::uint32_t failures_ = 0;  ///< in a row
    MonotonicTime due_{};
};

/// At a first start the log holds years: only RasSstp's events from `since` on (the last start of RRAS; the boot where RRAS does
/// not run) speak of what stands now. The others are taken out.
void keep_since(EventReading& reading, WallTime since);

}  // namespace sstp
