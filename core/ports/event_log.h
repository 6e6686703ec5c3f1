#pragma once

#include "core/model/digest.h"
#include "core/model/result.h"
#include "core/model/time.h"

#include <cstddef>
#include <cstdint>
#include <optional>
#include <string>
#include <vector>

namespace sstp {

/// Which records wake us: the watched ids of RasSstp on these channels, and those of HTTP.SYS on System. Which ids, and the
/// query as Windows takes it: core/event_log/event_query.h.
struct EventQuery {
    std::vector<std::string> channels;
    friend bool operator==(const EventQuery&, const EventQuery&) = default;
};

/// One record as the log has it. Text in it is a foreign program's: forwarded, never decided from.
struct LogEvent {
    std::string channel;
    std::string provider;
    std::uint32_t id = 0;
    std::uint64_t record_id = 0;
    std::uint8_t level = 0;
    WallTime time{};
    std::string computer;
    std::vector<std::string> strings;   ///< insertion strings in order
    /// Of `strings`, as `<Data Name=…>` gives them; empty for one without a name. Those at the end may be left out.
    std::vector<std::string> names;
    Bytes binary;                       ///< `<Binary>`; empty: there is none
    std::string xml;                    ///< the whole record as rendered

    [[nodiscard]] bool from_rassstp() const;   ///< by either name of the provider
    friend bool operator==(const LogEvent&, const LogEvent&) = default;
};

enum class StartAt : std::uint8_t {
    strict_bookmark,   ///< position_lost when the record is gone: that is the loss signal
    nearest_bookmark,  ///< the next record that is still there
    oldest,            ///< everything the log still has
};

struct EventBatch {
    std::vector<LogEvent> events;
    std::string bookmark;   ///< XML of the position behind the last event; empty when `events` is
    bool drained = true;    ///< nothing more for now
};

/// A pull subscription. Used from one thread. Source: Microsoft, EvtSubscribe, EvtNext; facts: event-log.
class EventLog {
public:
    virtual ~EventLog() = default;
    /// Opens (or opens anew) the subscription. Its signal becomes the wake `rassstp_event` of the lifecycle.
    /// Errors: position_lost, source_unavailable, access_denied, malformed.
    virtual Result<void> subscribe(const EventQuery& query, StartAt where, const std::string& bookmark) = 0;
    /// At most `most` records. Errors: position_lost, batch_too_large, source_unavailable: subscribe again.
    virtual Result<EventBatch> read(std::size_t most) = 0;
    // The two that follow are asked when a bookmark has lost its record: they decide whether others were lost with it.
    // Errors: source_unavailable (also for a channel that does not exist), access_denied, timed_out.
    /// When the oldest record of a channel was written, whoever wrote it; nothing: the channel is empty.
    virtual Result<std::optional<WallTime>> oldest_record(const std::string& channel) = 0;
    /// When it was cleared last, by the newest event 104 of Microsoft-Windows-Eventlog in System that names it; nothing: none is there. All
    /// of System may have to be searched for it.
    virtual Result<std::optional<WallTime>> cleared_at(const std::string& channel) = 0;
    /// A bookmark behind the newest record of every channel of the query, whoever wrote it; empty while all are empty.
    /// Errors: source_unavailable, access_denied.
    virtual Result<std::string> bookmark_at_end(const EventQuery& query) = 0;
};

}  // namespace sstp
