#pragma once

#include "core/ports/clock.h"
#include "core/ports/outbox.h"
#include "core/ports/record.h"
#include "core/record/sqlite_database.h"

#include <cstdint>
#include <functional>
#include <map>
#include <memory>
#include <mutex>
#include <optional>
#include <string>

namespace sstp {

/// Held while the file of the state database is set aside and begun anew, and by the outbox while it has the file open.
/// Windows does not rename a file that is open, and elsewhere a connection to the old file would remove the log of the new.
using DatabaseGate = std::shared_ptr<std::mutex>;

struct SqliteLimits {
    Duration busy_timeout = std::chrono::seconds{2};      ///< in each statement, for a reader or a scanner
    std::uint64_t most_events = 100'000;                  ///< of the journal; the oldest fall out
    Duration maximum_age = std::chrono::hours{24 * 90};   ///< likewise, but never the newest `events_of_any_age`:
    std::uint64_t events_of_any_age = 10'000;             ///< a clock that jumps years ahead must not empty the journal
};

/// The state database in SQLite: write-ahead log, synchronous=FULL, checked when it is opened, one transaction a commit.
/// Opens with the first call, so that making one never fails.
///
/// A damaged file (also one of length 0, or all zeros after a power loss) is set aside as `state.db.corrupt-<time>`, and a
/// new one begins with what could be read of it; the call that found it fails with `corrupt`, and the next works. What is
/// in memory by then is kept whole; what is not makes the budget count as spent (`budget_unreadable`).
///
/// Room for one heal is kept on the disk (heal_room.h): when it cannot be kept any more, only a commit that begins, goes on with
/// or ends a heal is taken, and every other one fails with disk_full.
class SqliteRecord final : public Record {
public:
    SqliteRecord(std::string path, Clock& clock, SqliteLimits limits = {});
    ~SqliteRecord() override;
    SqliteRecord(const SqliteRecord&) = delete;
    SqliteRecord& operator=(const SqliteRecord&) = delete;

    Result<RecordContents> load() override;
    Result<std::uint64_t> commit(const RecordUpdate& update) override;
    Result<std::vector<JournalEvent>> journal(std::optional<WallTime> since, std::size_t most) override;
    void keep_newest(std::uint64_t events) override;
    void doubt() override;

    [[nodiscard]] const std::string& path() const { return path_; }
    [[nodiscard]] const DatabaseGate& gate() const { return gate_; }
    [[nodiscard]] const SqliteLimits& limits() const { return limits_; }

private:
    using Positions = std::map<std::string, Position>;

    Result<void> open();
    Result<void> open_file();
    void close_file();
    Result<void> begin_anew();
    Result<std::string> set_aside();
    Error replace_damaged(const Error& why);
    Result<void> may_commit(const RecordContents& after);
    Result<void> write(const RecordContents& after, const std::vector<JournalEvent>& events);
    Result<void> write_rescued(const RecordContents& after, const std::vector<JournalEvent>& events, std::uint64_t skipped_from);
    Result<void> transact(const RecordContents& after, const std::vector<JournalEvent>& events, const std::function<Result<void>()>& more);
    Result<void> prune(std::uint64_t last_sequence);

    /// What is to go into a new file, until it is there: a full disk must not cost it.
    struct Rescue {
        RecordContents contents;
        Positions positions;
        std::string damaged_file;
    };

    std::string path_;
    Clock& clock_;
    SqliteLimits limits_;
    DatabaseGate gate_ = std::make_shared<std::mutex>();
    std::uint64_t keep_newest_ = 0;
    Waiting numbers_;                          ///< which numbers were skipped
    std::optional<Rescue> rescue_;
    std::optional<SqliteDatabase> database_;
    std::optional<RecordContents> contents_;   ///< as stored; nothing before the first successful open
};

/// The state database for those who only look (`status`, `history`, `check`): never creates, changes or sets anything aside.
/// Commits fail with access_denied. `load` of a database that is not there gives empty contents.
class ReadOnlySqliteRecord final : public Record {
public:
    explicit ReadOnlySqliteRecord(std::string path, Duration busy_timeout = std::chrono::seconds{2});

    Result<RecordContents> load() override;
    Result<std::uint64_t> commit(const RecordUpdate& update) override;
    Result<std::vector<JournalEvent>> journal(std::optional<WallTime> since, std::size_t most) override;

private:
    std::string path_;
    Duration busy_timeout_;
};

}  // namespace sstp
