#pragma once

#include "core/ports/clock.h"
#include "core/ports/event_sink.h"
#include "core/ports/files.h"
#include "core/ports/record.h"

#include <functional>
#include <optional>
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
/// - Each update carries an id in a note, so that one which the database had taken although it reported an error, or which
///   was stored before the file could be emptied, is not stored twice, however much was stored since. The id is a number that
///   only rises; before the database was ever read, nobody knows that number, and the id is the time of the first such
///   update and a number.
/// - A heal that lay open in the database while that could not be read, and over which another was begun, is told as overtaken
///   by the very update that begins the other.
/// - A database that could not be read at all yet counts as a spent budget (`budget_unreadable`); it is asked again in each
///   `catch_up`, and what it holds then goes before what waited.
/// - Every event goes to the Windows Event Log once it is durable, when that is switched on.
///
/// There is one writer: what was loaded once is right until this object changes it.
class DurableRecord final : public Record {
public:
    /// `path`: of the file for unsaved updates.
    DurableRecord(Record& database, Files& files, EventSink& event_sink, Clock& clock, std::string path);

    /// Errors: the file is there and cannot be read, so that an open heal could be overlooked.
    Result<RecordContents> load() override;
    Result<std::uint64_t> commit(const RecordUpdate& update) override;
    /// The same of an update that is not needed once it is stored. After an error it is as it was.
    Result<std::uint64_t> commit(RecordUpdate&& update);
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
    std::optional<Error> was_replaced();
    /// Events that fell out of the file since the last call, for the notice `events_dropped`.
    std::uint64_t were_dropped();

private:
    Result<void> read_file();
    Result<void> write_file();
    bool load_database();
    void drop_those_stored();
    void tell_of_overtaken_heal();
    void report_overtaken_heal(const std::vector<JournalEvent>& stored, std::uint64_t last_sequence);
    void stamp(RecordUpdate& update);
    Result<std::uint64_t> store(const RecordUpdate& update);
    Result<void> store_or_keep_waiting(const RecordUpdate& update);
    void keep_within_bounds();
    void report(const std::vector<JournalEvent>& events);

    Record& database_;
    Files& files_;
    EventSink& event_sink_;
    Clock& clock_;
    std::string path_;
    bool reports_ = false;
    std::function<void()> on_events_;
    bool file_read_ = false;
    bool database_seen_ = false;
    bool budget_lost_ = false;             ///< the file could not be understood: charges may have been in it
    std::uint64_t last_id_ = 0;
    std::string unseen_;                   ///< first half of the ids given before the database was read
    RecordContents contents_;              ///< what the database holds and what waits, together
    struct Waiting {
        RecordUpdate update;
        std::string spelled;               ///< as in the file: spelled once, since the file is written at every commit; empty before
    };
    std::vector<Waiting> waiting_;         ///< durable in the file only
    std::uint64_t dropped_ = 0;            ///< events of `waiting_` that fell out
    std::optional<Error> trouble_;
    std::optional<Error> replaced_;
};

/// Events that may wait in the file. Beyond it the oldest go, counted and told; never an open heal or a charge.
inline constexpr std::size_t kMostWaitingEvents = 1000;
inline constexpr std::size_t kMostUnsavedBytes = 16'000'000;

}  // namespace sstp
