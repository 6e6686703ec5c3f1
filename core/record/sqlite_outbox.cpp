#include "core/record/sqlite_outbox.h"

#include "core/record/database_file.h"
#include "core/record/position_rows.h"
#include "core/record/sqlite_rows.h"

#include <algorithm>
#include <utility>

namespace sstp {

namespace {

constexpr std::int64_t kFirstVersionWithOutbox = 3;

Error not_there(const char* why) { return {ErrorKind::not_found, "open", "state.db", 0, why}; }

/// Keeps the error of what could not be done, gives the value of what could.
template <class T>
Result<void> take(Result<T> answer, T& into) {
    if (!answer) return answer.error();
    into = std::move(*answer);
    return {};
}

}  // namespace

SqliteOutbox::SqliteOutbox(const SqliteRecord& record) : SqliteOutbox(record.path(), record.gate(), record.limits().busy_timeout, true) {}

SqliteOutbox::SqliteOutbox(std::string path, DatabaseGate gate, Duration busy_timeout, bool writes)
    : path_(std::move(path)), gate_(std::move(gate)), busy_timeout_(busy_timeout), writes_(writes) {}

SqliteOutbox SqliteOutbox::for_reading(std::string path, Duration busy_timeout) {
    return {std::move(path), std::make_shared<std::mutex>(), busy_timeout, false};
}

Result<SqliteDatabase> SqliteOutbox::open(bool writes) {
    if (!is_there(path_)) return not_there("there is no state database yet");
    using Access = SqliteDatabase::Access;
    auto database = SqliteDatabase::open(path_, writes_ ? Access::existing : Access::read_only, busy_timeout_);
    if (!database) return database.error();
    for (const char* pragma : {"PRAGMA trusted_schema=OFF", "PRAGMA synchronous=FULL", "PRAGMA cell_size_check=ON"}) {
        if (const auto set = database->run(pragma); !set) return set.error();
    }
    const auto version = database->number("PRAGMA user_version");
    if (!version) return version.error();
    if (version->value_or(0) < kFirstVersionWithOutbox) return not_there("the state database has no outbox yet");
    if (const auto begun = database->run(writes ? "BEGIN IMMEDIATE" : "BEGIN"); !begun) return begun.error();
    return database;
}

Result<void> SqliteOutbox::transact(bool writes, const std::function<Result<void>(SqliteDatabase&)>& work) {
    if (writes && !writes_) return Error{ErrorKind::access_denied, "write to", "state.db", 0, "it is open for reading only"};
    const std::lock_guard alone{*gate_};
    auto database = open(writes);
    if (!database) return database.error();
    if (const auto done = work(*database); !done) return done.error();   // closing rolls back
    return database->run("COMMIT");
}

Result<std::map<std::string, Position>> SqliteOutbox::positions() {
    std::map<std::string, Position> found;
    const auto done = transact(false, [&](SqliteDatabase& database) { return take(read_positions(database, false), found); });
    if (!done && (writes_ || done.error().kind != ErrorKind::not_found)) return done.error();
    return found;
}

Result<std::optional<Position>> SqliteOutbox::position(const std::string& destination) {
    auto all = positions();
    if (!all) return all.error();
    const auto found = all->find(destination);
    return found == all->end() ? std::nullopt : std::optional{std::move(found->second)};
}

Result<Position> SqliteOutbox::open_position(const std::string& destination) {
    Position opened;
    const auto done = transact(true, [&](SqliteDatabase& database) -> Result<void> {
        auto known = read_position(database, destination);
        if (!known) return known.error();
        if (*known) {
            opened = std::move(**known);
            return {};
        }
        const auto start = read_start(database, destination);
        if (!start) return start.error();
        opened.cursor = *start;
        return write_position(database, destination, opened);
    });
    if (!done) return done.error();
    return opened;
}

Result<void> SqliteOutbox::store_position(const std::string& destination, const Position& position) {
    return transact(true, [&](SqliteDatabase& database) -> Result<void> {
        const auto stored = read_position(database, destination);
        if (!stored) return stored.error();
        return write_position(database, destination, *stored ? merged(**stored, position) : position);
    });
}

Result<void> SqliteOutbox::told(const std::string& destination, LossReason reason, std::uint64_t total) {
    return transact(true, [&](SqliteDatabase& database) -> Result<void> {
        auto stored = read_position(database, destination);
        if (!stored) return stored.error();
        if (!*stored || !(*stored)->losses.contains(reason)) return {};
        tell((*stored)->losses[reason], total);
        return write_position(database, destination, **stored);
    });
}

Result<void> SqliteOutbox::forget(const std::string& destination) {
    return transact(true, [&](SqliteDatabase& database) { return delete_position(database, destination); });
}

Result<std::vector<JournalEvent>> SqliteOutbox::read(std::uint64_t after, std::size_t most) {
    std::vector<JournalEvent> events;
    if (most == 0) return events;
    const auto done = transact(false, [&](SqliteDatabase& database) {
        return read_events_behind(database, after, [&](JournalEvent event) {
            events.push_back(std::move(event));
            return events.size() < most;
        });
    });
    if (!done) return done.error();
    return events;
}

Result<Waiting> SqliteOutbox::waiting(std::uint64_t after) {
    Waiting found;
    const auto done = transact(false, [&](SqliteDatabase& database) { return take(read_waiting(database, after), found); });
    if (!done) return done.error();
    return found;
}

Result<std::uint64_t> SqliteOutbox::first_since(std::uint64_t after, WallTime time) {
    std::uint64_t found = 0;
    const auto done = transact(false, [&](SqliteDatabase& database) { return take(read_first_since(database, after, time), found); });
    if (!done) return done.error();
    return found;
}

Result<std::string> SqliteOutbox::installation_id() {
    std::string id;
    const auto done = transact(false, [&](SqliteDatabase& database) -> Result<void> {
        const auto stored = read_member(database, "installation_id");
        if (!stored) return stored.error();
        id = stored->installation_id;
        return {};
    });
    if (!done) return done.error();
    if (id.empty()) return not_there("the state database has no installation id yet");
    return id;
}

}  // namespace sstp
