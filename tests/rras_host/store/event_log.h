#pragma once

#include <cstdint>
#include <deque>
#include <functional>
#include <memory>
#include <optional>
#include <string>
#include <vector>

#include "model/event_record.h"

namespace sstp::rras_host {

/// What is known of a log without reading its records.
struct LogState {
    std::uint64_t generation = 0;  ///< changes when records were taken away: wrapped or cleared
    std::uint64_t next_record_id = 1;
    std::uint64_t oldest_record_id = 1;  ///< equal to next_record_id when the log is empty
    std::uint64_t maximum_records = 0;
    std::uint64_t created = 0;       ///< FILETIME
    std::uint64_t last_written = 0;  ///< FILETIME
};

/// Nothing when there is no such channel. Channel names are compared without case; `channel` gets the registered spelling.
std::optional<LogState> log_state(std::string& channel);

/// Makes a channel, or sets the bound of one.
void create_channel(const std::string& channel, std::uint64_t maximum_records);
void remove_channel(const std::string& channel);

/// Appends, fills in record id, time (when 0), channel, computer and process, drops the oldest beyond the bound, and wakes the
/// subscribers of every process. False when there is no such channel.
bool append_events(const std::string& channel, std::vector<EventRecord> records);

/// Drops all but the newest `keep` records, as a log does that wrapped.
void wrap_log(const std::string& channel, std::uint64_t keep);
/// Empties the log. Whether record ids go on or start at 1 again is the caller's choice: Windows' documentation does not say.
void clear_log(const std::string& channel, bool restart_numbering);

/// The records of one channel as one process sees them: what it read before and has not forgotten is kept, only new lines are read.
class LogReader {
public:
    explicit LogReader(std::string channel);

    using Records = std::deque<std::shared_ptr<const EventRecord>>;

    /// The state as it is now, and the records, without those forgotten; at most some thousand that are new, the rest with the next call
    /// (`read_up_to`). They stay valid until the next call of this, `look` or `forget_before`.
    const Records& refresh() &;

    /// The record behind the last that was read.
    std::uint64_t read_up_to() const { return unread_from_; }

    /// The newest records before `before` that `takes` says yes to, newest first, at most `most`; `before` becomes the last that was looked
    /// at. Keeps nothing of them.
    std::vector<std::shared_ptr<const EventRecord>> newest_before(std::uint64_t& before, std::size_t most,
                                                                  const std::function<bool(const EventRecord&)>& takes) const;

    /// The state as it is now, and no record.
    void look();

    /// Records before this one are asked for no more. On Windows the log is in the service's files, and whoever reads it holds a position
    /// and not what it has read; else a program's memory would grow here with each event.
    void forget_before(std::uint64_t record_id);

    const LogState& state() const { return state_; }

    const std::string& channel() const { return channel_; }

    bool exists() const { return exists_; }

private:
    void forget_all();

    std::string channel_;
    bool exists_ = false;
    LogState state_;
    std::uint64_t generation_ = 0;
    std::uint64_t offset_ = 0;  ///< in the file of this generation
    std::uint64_t unread_from_ = 0;  ///< the record behind the last that was read
    std::uint64_t wanted_from_ = 0;
    Records records_;
};

/// The registry key under which a value changes with every write to any log, so that RegNotifyChangeKeyValue tells subscribers.
constexpr const wchar_t* kNotificationKey = L"SOFTWARE\\rras_host";

}  // namespace sstp::rras_host
