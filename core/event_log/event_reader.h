#pragma once

#include "core/ports/event_log.h"
#include "core/watchdog/back_off.h"

#include <cstddef>
#include <optional>
#include <string>
#include <vector>

namespace sstp {

/// What one visit to the event log yielded.
struct EventReading {
    std::vector<LogEvent> events;
    std::optional<std::string> bookmark;   ///< position behind the last of `events`: to be stored with what they caused
    bool gap = false;                      ///< the log no longer held the bookmark's record: some were lost
    bool more = false;                     ///< the bound of one visit was reached: come again soon
};

/// Reads the log for years without losing a record (facts: event-log). The ladder after any loss of the subscription:
/// strict bookmark, nearest bookmark, oldest record; never "from now on". A batch that is too large is halved. Everything
/// else that fails is tried again for ever, with back-off on the monotonic clock, and is meanwhile a finding.
class EventReader {
public:
    EventReader(EventLog& log, std::uint64_t seed);

    /// Reads what is there, at most `kMostEvents`. `stored`: the bookmark that the record holds; used when the reader has
    /// none of its own yet. Never fails: `trouble` tells.
    EventReading visit(const EventQuery& query, const std::optional<std::string>& stored, MonotonicTime now);

    /// Why the source does not answer; nothing while it does.
    [[nodiscard]] const std::optional<Error>& trouble() const { return trouble_; }
    /// How long until the next attempt, nothing while all is well.
    [[nodiscard]] std::optional<Duration> next_attempt(MonotonicTime now) const;

    static constexpr std::size_t kBatch = 64;
    static constexpr std::size_t kMostEvents = 1024;

private:
    bool subscribe(const EventQuery& query, EventReading& reading, MonotonicTime now);
    bool handle_read_error(const Error& error, MonotonicTime now);
    void lost(const Error& error, MonotonicTime now);

    EventLog& log_;
    BackOff back_off_;
    std::size_t batch_ = kBatch;
    bool subscribed_ = false;
    std::size_t rung_ = 0;                  ///< of the ladder, for the next subscription
    std::optional<EventQuery> query_;
    std::optional<std::string> position_;   ///< behind what was read last
    std::optional<Error> trouble_;
};

}  // namespace sstp
