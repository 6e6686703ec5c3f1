#pragma once

#include "core/model/result.h"
#include "core/model/time.h"

#include <cstddef>
#include <cstdint>
#include <optional>
#include <string>
#include <vector>

namespace sstp {

/// Which records wake us: the RasSstp ids on the channels under both provider names, and HttpEvent 15300/15301.
struct EventQuery {
    std::vector<std::string> channels;
    std::vector<std::uint32_t> rassstp_ids;
    bool http_events = true;
    friend bool operator==(const EventQuery&, const EventQuery&) = default;
};

/// The structured XML query (one <Select> a channel; ids as ranges, since more than 21 in one expression break the parser).
std::string to_xml(const EventQuery& query);

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
    std::string xml;                    ///< the whole record as rendered

    [[nodiscard]] bool from_rassstp() const;
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
};

}  // namespace sstp
