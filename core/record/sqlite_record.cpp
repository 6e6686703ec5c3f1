#include "core/record/sqlite_record.h"

#include "core/record/apply.h"
#include "core/record/database_file.h"
#include "core/record/heal_room.h"
#include "core/record/position_rows.h"
#include "core/record/sqlite_rows.h"

#include <fmt/format.h>

#include <algorithm>
#include <utility>

namespace sstp {

namespace {

bool is_damage(const Error& error) { return error.kind == ErrorKind::corrupt; }

/// Letters and digits only: it becomes part of a file's name.
std::string file_time(WallTime time) {
    std::string text = to_rfc3339(time);
    std::erase_if(text, [](char c) { return c == ':' || c == '-' || c == '.'; });
    return text;
}

Result<std::string> new_installation_id(SqliteDatabase& database) {
    auto id = database.text("SELECT lower(hex(randomblob(16)))");
    if (!id) return id.error();
    return id->value_or("");
}

/// Read-write, so that a write-ahead log beside the damaged file is taken in; it is no longer the live one.
RecordContents salvage_contents(const std::string& file) {
    auto damaged = SqliteDatabase::open(file, SqliteDatabase::Access::read_write, Duration{0});
    if (!damaged) return {};
    auto contents = read_contents(*damaged, true);
    return contents ? std::move(*contents) : RecordContents{};
}

std::map<std::string, Position> salvage_positions(const std::string& file) {
    auto damaged = SqliteDatabase::open(file, SqliteDatabase::Access::read_write, Duration{0});
    if (!damaged) return {};
    auto positions = read_positions(*damaged, true);
    return positions ? std::move(*positions) : std::map<std::string, Position>{};
}

std::vector<JournalEvent> salvage_events(const std::string& file) {
    std::vector<JournalEvent> events;
    auto damaged = SqliteDatabase::open(file, SqliteDatabase::Access::read_write, Duration{0});
    if (!damaged) return events;
    (void)read_events(*damaged, std::nullopt, [&events](JournalEvent event) {   // up to where the damage begins
        events.push_back(std::move(event));
        return true;
    });
    return events;
}

Error write_refused() { return {ErrorKind::access_denied, "write to", "state.db", 0, "it is open for reading only"}; }

Result<std::vector<JournalEvent>> collect(SqliteDatabase& database, std::optional<WallTime> since, std::size_t most) {
    std::vector<JournalEvent> events;
    const auto read = read_events(database, since, [&](JournalEvent event) {
        events.push_back(std::move(event));
        return most == 0 || events.size() < most;
    });
    if (!read) return read.error();
    return events;
}

}  // namespace

SqliteRecord::SqliteRecord(std::string path, Clock& clock, SqliteLimits limits) : path_(std::move(path)), clock_(clock), limits_(limits) {}

SqliteRecord::~SqliteRecord() { close_file(); }

/// The log stays with its room: a start on a full disk could not make it anew.
void SqliteRecord::close_file() {
    if (database_) database_->keep_log_at_close();
    database_.reset();
}

Result<void> SqliteRecord::open_file() {
    if (size_of_file(path_) == 0) {
        // SQLite takes an empty file for a new database; after a power loss it is a lost one.
        return Error{ErrorKind::corrupt, "open", "state.db", 0, "the file is there but empty"};
    }
    auto opened = SqliteDatabase::open(path_, SqliteDatabase::Access::read_write, limits_.busy_timeout);
    if (!opened) return opened.error();
    for (const char* pragma : {"PRAGMA trusted_schema=OFF", "PRAGMA journal_mode=WAL", "PRAGMA synchronous=FULL",
                               "PRAGMA cell_size_check=ON", "PRAGMA journal_size_limit=4194304"}) {
        if (const auto set = opened->run(pragma); !set) return set.error();
    }
    const std::string checkpoints = fmt::format("PRAGMA wal_autocheckpoint={}", kCheckpointFrames);
    if (const auto set = opened->run(checkpoints.c_str()); !set) return set.error();
    const auto checked = opened->text("PRAGMA quick_check(1)");
    if (!checked) return checked.error();
    if (checked->value_or("") != "ok") return Error{ErrorKind::corrupt, "check", "state.db", 0, checked->value_or("no answer")};
    if (const auto schema = ensure_schema(*opened); !schema) return schema.error();
    // A process that died in a commit may have left it whole in the log, but never synced. A checkpoint syncs the log first, so that
    // what is read here is what a power loss leaves. Where it cannot be done now (a full disk), the next commit does it.
    (void)opened->run("PRAGMA wal_checkpoint(PASSIVE)");
    auto contents = read_contents(*opened, false);
    if (!contents) return contents.error();
    const auto numbers = read_numbers(*opened);
    if (!numbers) return numbers.error();
    numbers_ = *numbers;
    (void)keep_room(*opened, path_);   // asked again by each commit that needs to know
    database_ = std::move(*opened);
    contents_ = std::move(*contents);
    return {};
}

/// A new file with what was rescued, and the journal of the damaged one as far as it can be read.
Result<void> SqliteRecord::begin_anew() {
    RecordContents contents = rescue_->contents;
    const std::vector<JournalEvent> events = salvage_events(rescue_->damaged_file);
    const bool counter_lost = contents.last_sequence == 0;
    if (!events.empty()) contents.last_sequence = std::max(contents.last_sequence, events.back().sequence);
    for (const auto& [destination, position] : rescue_->positions) {
        contents.last_sequence = std::max(contents.last_sequence, position.cursor);
    }
    const std::uint64_t last_known = contents.last_sequence;
    if (counter_lost && (last_known != 0 || !contents.installation_id.empty())) {
        // Begin far behind anything told before, lest receivers take new events for repetitions.
        const std::int64_t far_behind = clock_.wall().time_since_epoch().count();
        contents.last_sequence = std::max(last_known + 1, static_cast<std::uint64_t>(std::max<std::int64_t>(1, far_behind)));
    }
    if (const auto opened = open_file(); !opened) return opened.error();
    if (contents.installation_id.empty()) {
        auto id = new_installation_id(*database_);
        if (!id) return id.error();
        contents.installation_id = std::move(*id);
    }
    if (const auto written = write_rescued(contents, events, last_known); !written) {
        database_.reset();
        return written.error();
    }
    rescue_.reset();
    return {};
}

Result<std::string> SqliteRecord::set_aside() {
    close_file();
    std::string aside = fmt::format("{}.corrupt-{}", path_, file_time(clock_.wall()));
    if (const auto moved = set_file_aside(path_, aside); !moved) return moved.error();
    for (const char* suffix : {"-wal", "-shm"}) {
        (void)set_file_aside(path_ + suffix, aside + suffix);   // they need not be there
        remove_file(path_ + suffix);
    }
    return aside;
}

Error SqliteRecord::replace_damaged(const Error& why) {
    const std::lock_guard alone{*gate_};
    const auto aside = set_aside();
    if (!aside) return aside.error();
    if (contents_) {
        rescue_ = Rescue{*std::exchange(contents_, std::nullopt), salvage_positions(*aside), *aside};
    } else {
        rescue_ = Rescue{salvage_contents(*aside), salvage_positions(*aside), *aside};
        rescue_->contents.budget_unreadable = true;   // charges may be missing
    }
    if (const auto begun = begin_anew(); !begun) return begun.error();
    return {ErrorKind::corrupt, why.operation, "state.db", why.code, fmt::format("{}; it was set aside as {}", why.text, *aside)};
}

Result<void> SqliteRecord::open() {
    if (database_) return {};
    if (rescue_) return begin_anew();
    if (const auto opened = open_file(); !opened) {
        return is_damage(opened.error()) ? replace_damaged(opened.error()) : opened.error();
    }
    if (!contents_->installation_id.empty()) return {};
    auto id = new_installation_id(*database_);
    if (!id) return id.error();
    RecordContents contents = *contents_;
    contents.installation_id = std::move(*id);
    return write(contents, {});
}

Result<void> SqliteRecord::prune(std::uint64_t last_sequence) {
    numbers_.last_sequence = last_sequence;
    const auto before = [this](std::uint64_t kept) {
        return static_cast<std::int64_t>(number_before_newest(std::max(kept, keep_newest_), numbers_));
    };
    auto too_many = database_->prepare("DELETE FROM journal WHERE sequence <= ?");
    if (!too_many) return too_many.error();
    if (const auto ran = too_many->bind(1, before(limits_.most_events)).run(); !ran) return ran.error();
    auto too_old = database_->prepare("DELETE FROM journal WHERE sequence <= ? AND time < ?");
    if (!too_old) return too_old.error();
    too_old->bind(1, before(limits_.events_of_any_age)).bind(2, (clock_.wall() - limits_.maximum_age).time_since_epoch().count());
    return too_old->run();
}

/// One transaction: all of it or nothing, also in memory.
Result<void> SqliteRecord::transact(const RecordContents& after, const std::vector<JournalEvent>& events,
                                    const std::function<Result<void>()>& more) {
    Result<void> written = database_->run("BEGIN IMMEDIATE");
    if (!written) return written;
    written = write_changes(*database_, *contents_, after);
    if (written) written = write_events(*database_, events);
    if (written && more) written = more();
    if (written && !events.empty()) written = prune(after.last_sequence);
    if (written) written = database_->run("COMMIT");
    if (written) {
        contents_ = after;
        return {};
    }
    (void)database_->run("ROLLBACK");   // when SQLite has rolled back by itself this says so, and that is as well
    return written;
}

Result<void> SqliteRecord::write(const RecordContents& after, const std::vector<JournalEvent>& events) {
    return transact(after, events, {});
}

/// Also the positions of the destinations, and which numbers (behind `skipped_from`) are never given.
Result<void> SqliteRecord::write_rescued(const RecordContents& after, const std::vector<JournalEvent>& events, std::uint64_t skipped_from) {
    return transact(after, events, [&]() -> Result<void> {
        for (const auto& [destination, position] : rescue_->positions) {
            if (const auto written = write_position(*database_, destination, position); !written) return written;
        }
        if (after.last_sequence <= skipped_from) return {};
        numbers_.skipped_from = skipped_from;
        numbers_.skipped_to = after.last_sequence;
        return write_skipped(*database_, skipped_from, after.last_sequence);
    });
}

Result<RecordContents> SqliteRecord::load() {
    if (const auto opened = open(); !opened) return opened.error();
    return *contents_;
}

Result<void> SqliteRecord::may_commit(const RecordContents& after) {
    if (contents_->open_heal || after.open_heal) return {};
    auto room = keep_room(*database_, path_);
    return room || room.error().kind != ErrorKind::disk_full ? Result<void>{} : room;
}

Result<std::uint64_t> SqliteRecord::commit(const RecordUpdate& update) {
    if (const auto opened = open(); !opened) return opened.error();
    RecordContents after = *contents_;
    apply(after, update, clock_.now());
    if (after.installation_id.empty()) {
        auto id = new_installation_id(*database_);
        if (!id) return id.error();
        after.installation_id = std::move(*id);
    }
    Result<void> written = may_commit(after);
    if (written) written = write(after, numbered(update.events, contents_->last_sequence));
    if (written) return after.last_sequence;
    return is_damage(written.error()) ? replace_damaged(written.error()) : written.error();
}

Result<std::vector<JournalEvent>> SqliteRecord::journal(std::optional<WallTime> since, std::size_t most) {
    if (const auto opened = open(); !opened) return opened.error();
    return collect(*database_, since, most);
}

void SqliteRecord::keep_newest(std::uint64_t events) { keep_newest_ = events; }

void SqliteRecord::doubt() { close_file(); }

ReadOnlySqliteRecord::ReadOnlySqliteRecord(std::string path, Duration busy_timeout) : path_(std::move(path)), busy_timeout_(busy_timeout) {}

Result<RecordContents> ReadOnlySqliteRecord::load() {
    if (!is_there(path_)) return RecordContents{};
    auto database = SqliteDatabase::open(path_, SqliteDatabase::Access::read_only, busy_timeout_);
    if (!database) return database.error();
    return read_contents(*database, false);
}

Result<std::uint64_t> ReadOnlySqliteRecord::commit(const RecordUpdate&) { return write_refused(); }

Result<std::vector<JournalEvent>> ReadOnlySqliteRecord::journal(std::optional<WallTime> since, std::size_t most) {
    auto database = SqliteDatabase::open(path_, SqliteDatabase::Access::read_only, busy_timeout_);
    if (!database) return database.error();
    return collect(*database, since, most);
}

}  // namespace sstp
