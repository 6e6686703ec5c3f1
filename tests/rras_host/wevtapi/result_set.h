#pragma once

#include <cstdint>
#include <deque>
#include <memory>
#include <mutex>
#include <string>
#include <vector>

#include "model/event_query.h"
#include "store/event_log.h"
#include "wevtapi/handles.h"

namespace sstp::rras_host {

struct EventObject : EvtObject {
    explicit EventObject(std::shared_ptr<const EventRecord> r) : record(std::move(r)) {}

    std::shared_ptr<const EventRecord> record;
};

struct BookmarkObject : EvtObject {
    std::mutex mutex;
    Bookmark bookmark;
};

/// The position of a query or subscription in one channel, and what it found there and has not handed out yet.
struct ChannelCursor {
    ChannelCursor(ChannelQuery q, LogReader r) : query(std::move(q)), reader(std::move(r)) {}

    ChannelQuery query;
    LogReader reader;
    std::uint64_t next_record_id = 1;                        ///< first one not looked at yet
    std::uint64_t end_record_id = ~std::uint64_t{0};         ///< a query ends where the log ended when it was asked
    std::deque<std::shared_ptr<const EventRecord>> pending;  ///< taken by the query, oldest first
};

/// Result set of EvtQuery or EvtSubscribe.
class ResultSet : public EvtObject {
public:
    /// `strict`: records that were lost are an error (EvtSubscribeStrict, and any query) and not skipped silently.
    ResultSet(EventQuery query, bool strict, bool reverse);

    /// Win32 code; 0 when `out` got at least one event, 259 when there is none, 15011 when records were lost to this reader.
    std::uint32_t next(std::size_t maximum, std::vector<std::shared_ptr<const EventRecord>>& out);

    /// Looks for new events; true when there are some that the query takes and that were not there at the last look.
    bool look_for_new();

    /// Puts the position of every channel: at the end, at the oldest record, or after a bookmark. 1168 when the bookmark must
    /// be met exactly (`strict`) and its event is gone.
    void start_at_end();
    std::uint32_t start_after(const Bookmark& bookmark);
    void stop_at_end();

    /// EvtSeek over a query. Win32 code.
    std::uint32_t seek(std::int64_t offset, std::uint32_t origin, const Bookmark* bookmark, bool exact);

    const EventQuery& query() const { return query_; }

private:
    bool collect(ChannelCursor& cursor, std::size_t enough);
    void take_all_in_order();
    std::uint32_t next_backwards(ChannelCursor& cursor, std::size_t maximum, std::vector<std::shared_ptr<const EventRecord>>& out);

    std::mutex mutex_;
    EventQuery query_;
    bool strict_;
    bool reverse_;
    bool stale_ = false;
    std::vector<ChannelCursor> cursors_;
    std::uint64_t before_ = 0;  ///< of a query of one channel that is read backwards: the last record that was looked at
    bool listed_ = false;  ///< a query of several channels that was read backwards, or one that was sought in
    std::vector<std::shared_ptr<const EventRecord>> list_;
    std::size_t list_position_ = 0;
};

}  // namespace sstp::rras_host
