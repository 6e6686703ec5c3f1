#include "wevtapi/result_set.h"

#include <algorithm>

#include "store/state_folder.h"

namespace sstp::rras_host {

namespace {

bool earlier(const EventRecord& a, const EventRecord& b) {
    return std::pair(a.time_created, a.record_id) < std::pair(b.time_created, b.record_id);
}

}  // namespace

ResultSet::ResultSet(EventQuery query, bool strict, bool reverse) : query_(std::move(query)), strict_(strict), reverse_(reverse) {
    for (const auto& channel : query_.channels)
        if (channel.status == 0) cursors_.emplace_back(channel, LogReader(channel.channel));
}

void ResultSet::start_at_end() {
    for (auto& cursor : cursors_) {
        cursor.reader.look();
        cursor.next_record_id = cursor.reader.state().next_record_id;
        cursor.reader.forget_before(cursor.next_record_id);
    }
}

void ResultSet::stop_at_end() {
    for (auto& cursor : cursors_) {
        cursor.reader.look();
        cursor.end_record_id = before_ = cursor.reader.state().next_record_id;
    }
}

std::uint32_t ResultSet::start_after(const Bookmark& bookmark) {
    for (auto& cursor : cursors_) {
        const Bookmark::Position* position = bookmark.find(cursor.reader.channel());
        // A bookmark that does not know the channel is no position in it: such a channel is read from its oldest record,
        // which is what telegraf's users saw of an empty bookmark (telegraf issue 19355).
        if (!position) continue;
        cursor.reader.look();
        const LogState& state = cursor.reader.state();
        const bool there = position->record_id >= state.oldest_record_id && position->record_id < state.next_record_id;
        if (!there && strict_) return ERROR_NOT_FOUND;
        cursor.next_record_id = std::min(position->record_id + 1, state.next_record_id);
        cursor.reader.forget_before(cursor.next_record_id);
    }
    return 0;
}

/// Moves what is new and taken by the query into `pending`, until that has `enough`: in a storm nobody waits until all of it was looked at.
/// False when records are gone that this reader had not been given.
bool ResultSet::collect(ChannelCursor& cursor, std::size_t enough) {
    cursor.reader.look();
    const LogState state = cursor.reader.state();  // what comes while this reads is for the next time
    bool lost = false;
    if (cursor.next_record_id > state.next_record_id) {  // cleared, and numbered from 1 again
        lost = true;
        cursor.next_record_id = state.oldest_record_id;
        cursor.pending.clear();
    }
    while (!cursor.pending.empty() && cursor.pending.front()->record_id < state.oldest_record_id) {
        lost = true;
        cursor.pending.pop_front();
    }
    // Position 1 is "the oldest there is", wherever the log begins by now.
    if (cursor.next_record_id != 1 && cursor.next_record_id < state.oldest_record_id) lost = true;
    const std::uint64_t now = now_filetime(), end = std::min(state.next_record_id, cursor.end_record_id);
    for (std::uint64_t read = 0;;) {
        const auto& records = cursor.reader.refresh();
        const auto begin =
            std::partition_point(records.begin(), records.end(), [&](const auto& each) { return each->record_id < cursor.next_record_id; });
        lost = lost || (begin != records.end() && (*begin)->record_id > cursor.next_record_id && cursor.next_record_id != 1);
        for (auto record = begin; record != records.end() && (*record)->record_id < end; ++record) {
            if (cursor.pending.size() >= enough) {
                cursor.next_record_id = (*record)->record_id;
                cursor.reader.forget_before(cursor.next_record_id);
                return !lost;
            }
            if (cursor.query.takes(to_element(**record), now)) cursor.pending.push_back(*record);
        }
        cursor.next_record_id = std::max(cursor.next_record_id, std::min(cursor.reader.read_up_to(), end));
        cursor.reader.forget_before(cursor.next_record_id);
        if (cursor.reader.read_up_to() >= end || cursor.reader.read_up_to() == read) return !lost;
        read = cursor.reader.read_up_to();
    }
}

bool ResultSet::look_for_new() {
    const std::lock_guard lock(mutex_);
    bool found = false;
    for (auto& cursor : cursors_) {
        const std::uint64_t looked = cursor.next_record_id;
        if (!collect(cursor, cursor.pending.size() + 1)) {
            // The reader must learn of the loss when it next calls EvtNext, so it is woken as well.
            stale_ = stale_ || strict_;
            found = true;
        }
        found = found || (!cursor.pending.empty() && cursor.pending.back()->record_id >= looked);
    }
    return found;
}

std::uint32_t ResultSet::next(std::size_t maximum, std::vector<std::shared_ptr<const EventRecord>>& out) {
    const std::lock_guard lock(mutex_);
    if (reverse_ && !listed_ && cursors_.size() == 1) return next_backwards(cursors_.front(), maximum, out);
    if (reverse_) take_all_in_order();
    if (listed_) {
        while (out.size() < maximum && list_position_ < list_.size()) out.push_back(list_[list_position_++]);
        return out.empty() ? static_cast<std::uint32_t>(ERROR_NO_MORE_ITEMS) : 0;
    }
    for (auto& cursor : cursors_)
        if (!collect(cursor, maximum) && strict_) stale_ = true;
    if (stale_) return ERROR_EVT_QUERY_RESULT_STALE;
    while (out.size() < maximum) {
        ChannelCursor* oldest = nullptr;
        for (auto& cursor : cursors_)
            if (!cursor.pending.empty() && (!oldest || earlier(*cursor.pending.front(), *oldest->pending.front()))) oldest = &cursor;
        if (!oldest) break;
        out.push_back(oldest->pending.front());
        oldest->pending.pop_front();
    }
    return out.empty() ? static_cast<std::uint32_t>(ERROR_NO_MORE_ITEMS) : 0;
}

/// As Windows searches: from the newest record on, no further than to what was asked for.
std::uint32_t ResultSet::next_backwards(ChannelCursor& cursor, std::size_t maximum, std::vector<std::shared_ptr<const EventRecord>>& out) {
    const std::uint64_t now = now_filetime();
    out = cursor.reader.newest_before(before_, maximum,
                                      [&](const EventRecord& record) { return cursor.query.takes(to_element(record), now); });
    list_position_ += out.size();
    return out.empty() ? static_cast<std::uint32_t>(ERROR_NO_MORE_ITEMS) : 0;
}

void ResultSet::take_all_in_order() {
    if (listed_) return;
    listed_ = true;
    for (auto& cursor : cursors_) {
        collect(cursor, ~std::size_t{0});
        list_.insert(list_.end(), cursor.pending.begin(), cursor.pending.end());
        cursor.pending.clear();
    }
    std::sort(list_.begin(), list_.end(), [](const auto& a, const auto& b) { return earlier(*a, *b); });
    if (reverse_) std::reverse(list_.begin(), list_.end());
}

std::uint32_t ResultSet::seek(std::int64_t offset, std::uint32_t origin, const Bookmark* bookmark, bool exact) {
    const std::lock_guard lock(mutex_);
    take_all_in_order();
    std::int64_t from = 0;
    if (origin == EvtSeekRelativeToLast) {
        from = static_cast<std::int64_t>(list_.size()) - 1;
    } else if (origin == EvtSeekRelativeToCurrent) {
        from = static_cast<std::int64_t>(list_position_);
    } else if (origin == EvtSeekRelativeToBookmark) {
        const auto marked = std::find_if(list_.begin(), list_.end(), [&](const auto& record) {
            const auto* position = bookmark->find(record->channel);
            return position && position->current && position->record_id == record->record_id;
        });
        if (marked == list_.end()) return ERROR_NOT_FOUND;
        from = marked - list_.begin();
    } else if (origin != EvtSeekRelativeToFirst) {
        return ERROR_INVALID_PARAMETER;
    }
    const std::int64_t target = from + offset;
    const auto count = static_cast<std::int64_t>(list_.size());
    if (exact && (target < 0 || target >= count)) return ERROR_NOT_FOUND;
    list_position_ = static_cast<std::size_t>(std::clamp<std::int64_t>(target, 0, count));
    return 0;
}

}  // namespace sstp::rras_host
