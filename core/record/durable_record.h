#pragma once

#include "core/ports/clock.h"
#include "core/ports/event_sink.h"
#include "core/ports/files.h"
#include "core/ports/record.h"
#include "core/record/record_json.h"

#include <functional>
#include <optional>
#include <set>
#include <string>
#include <utility>
#include <vector>

namespace sstp {

/// The record as the watchdog uses it: the database while that works, and beside it one small file while it does not, so
/// that an intent is durable *somewhere* before anything is changed, and healing does not stop because a database does.
///
/// - A commit that the database refuses (busy, full, corrupt, locked) is written, with all that wait before it, to the file.
///   Only when that fails as well does the commit fail, and then nothing may be changed.
/// - `catch_up`, once a cycle, brings what waits into the database, in order, and empties the file.
/// - Each update has a number, so that one which the database had taken although it reported an error, or which was stored
///   before the file could be emptied, is not stored twice, however much was stored since. The number only rises; before the
///   database was ever read, nobody knows where it stands, and the update gets one of its own (`written_unseen`).
/// - Of the contents the file holds only what its updates changed, so that what was made while nobody could read the database
///   does not wipe out what that holds; charges made meanwhile come on top of its own.
/// - A heal that lay open in the database while that could not be read, and over which another was begun, is told as overtaken
///   by the very update that begins the other.
/// - A database that could not be read at all yet counts as a spent budget (`budget_unreadable`); it is asked again in each
///   `catch_up`, and what it holds then goes before what waited.
/// - Every event goes to the Windows Event Log once it is durable, when that is switched on.
///
/// There is one writer: what was loaded once is right until this object changes it. The contents of an update must rest on
/// `contents()` as they are when it is committed; one that was made before anything could be read loses nothing of what is read then.
class DurableRecord final : public Record {
public:
    /// `path`: of the file for unsaved updates.
    DurableRecord(Record& database, Files& files, EventSink& event_sink, Clock& clock, std::string path);

    /// Errors: the file is there and cannot be read, so that an open heal could be overlooked.
    Result<RecordContents> load() override;
    Result<std::uint64_t> commit(const RecordUpdate& update) override;
    Result<std::vector<JournalEvent>> journal(std::optional<WallTime> since, std::size_t most) override;

    void keep_newest(std::uint64_t events) override { database_.keep_newest(events); }
    void doubt() override;

    /// Reads file and database when that was not done yet; errors as of `load`.
    Result<void> open();
    /// What `load` would give, without copying it; before anything could be read, nothing but a spent budget. It changes with
    /// each commit and each `catch_up`.
    [[nodiscard]] const RecordContents& contents() const { return contents_; }

    /// Brings what waits into the database, if that works again.
    void catch_up();
    void report_to_event_log(bool on) { reports_ = on; }
    /// Called after each commit that made events durable, whoever made it.
    void on_events(std::function<void()> hook) { on_events_ = std::move(hook); }
    /// Why the database does not take commits at the moment; nothing when it does.
    [[nodiscard]] const std::optional<Error>& trouble() const { return trouble_; }
    /// Why the database was set aside since the last call, once.
    std::optional<Error> was_replaced() { return std::exchange(replaced_, std::nullopt); }
    /// Events that fell out of the file since the last call, for the notice `events_dropped`.
    std::uint64_t were_dropped() { return std::exchange(dropped_, 0); }

private:
    Result<void> read_file();
    Result<void> write_file();
    bool load_database();
    void drop_those_stored();
    void number_what_was_made_unseen(RecordContents& waiting);
    void tell_of_overtaken_heal(const RecordContents& waiting);
    void report_overtaken_heal(const RecordUpdate& stored, std::uint64_t last_sequence);
    UnsavedEvents next_number();
    Result<void> store(const RecordUpdate& update);
    Result<void> store_or_keep_waiting(const RecordUpdate& update, const RecordContents& after);
    Result<void> keep_waiting(UnsavedEvents update, const RecordContents& after);
    void keep_within_bounds();
    void nothing_waits();
    void report(const std::vector<JournalEvent>& events);
    [[nodiscard]] RecordUpdate everything_waiting() const;

    Record& database_;
    Files& files_;
    EventSink& event_sink_;
    Clock& clock_;
    std::string path_;
    bool reports_ = false;
    std::function<void()> on_events_;
    bool file_read_ = false;               ///< or found out to be lost
    bool file_is_to_be_emptied_ = false;   ///< it was torn, or tells of what the database may have by now
    bool database_seen_ = false;
    bool budget_lost_ = false;             ///< the file could not be understood: charges may have been in it
    std::uint64_t last_number_ = 0;        ///< of an update, given or taken over
    std::uint64_t last_unseen_ = 0;        ///< likewise, of those made before the database was read
    RecordContents contents_;              ///< what the database holds and what waits, together
    struct Waiting {
        UnsavedEvents update;
        std::string spelled;               ///< as in the file: spelled once, since the file is written at every commit; empty before
    };
    std::vector<Waiting> waiting_;         ///< durable in the file only
    std::set<std::string> changed_;        ///< by `waiting_`: names of members of `contents_`
    std::uint64_t dropped_ = 0;            ///< events of `waiting_` that fell out
    std::optional<Error> trouble_;
    std::optional<Error> replaced_;
};

/// Events that may wait in the file. Beyond it the oldest go, counted and told; never an open heal or a charge.
inline constexpr std::size_t kMostWaitingEvents = 1000;
inline constexpr std::size_t kMostUnsavedBytes = 16'000'000;

}  // namespace sstp
