#pragma once

#include <cstdint>
#include <memory>
#include <string>
#include <vector>

#include "model/event_record.h"
#include "model/xpath.h"

namespace sstp::rras_host {

constexpr std::uint32_t kInvalidQuery = 15001;     ///< ERROR_EVT_INVALID_QUERY
constexpr std::uint32_t kChannelNotFound = 15007;  ///< ERROR_EVT_CHANNEL_NOT_FOUND

/// What a query wants of one channel: an event is in when a select takes it and no suppress does.
struct ChannelQuery {
    std::string channel;
    std::vector<std::shared_ptr<const EventFilter>> selects;
    std::vector<std::shared_ptr<const EventFilter>> suppresses;
    std::uint32_t status = 0;  ///< Win32 code; not 0 for a part that could not be used, as EvtQueryStatuses tells

    bool takes(const Element& event, std::uint64_t now) const;
};

struct EventQuery {
    std::vector<ChannelQuery> channels;
    std::uint32_t error = 0;  ///< first trouble found, Win32 code; 0: every part is usable
    std::string message;      ///< for EvtGetExtendedStatus
};

/// `channel_path` and `query` as EvtSubscribe and EvtQuery take them: an XPath expression over one channel, or a structured
/// query list, in which case `channel_path` is not looked at. An empty query means all events.
EventQuery parse_event_query(const std::string& channel_path, const std::string& query);

/// `<BookmarkList>`: the last event seen of each channel; the newest of all is "current".
struct Bookmark {
    struct Position {
        std::string channel;
        std::uint64_t record_id = 0;
        bool current = false;
    };

    std::vector<Position> positions;

    const Position* find(const std::string& channel) const;
    void move_to(const std::string& channel, std::uint64_t record_id);
    std::string xml() const;
};

/// False when the text is no bookmark.
bool parse_bookmark(const std::string& xml, Bookmark& out, std::string& error);

}  // namespace sstp::rras_host
