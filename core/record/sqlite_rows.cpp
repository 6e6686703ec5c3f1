#include "core/record/sqlite_rows.h"

#include "core/record/record_json.h"
#include "core/record/state_members.h"

#include <fmt/format.h>

#include <charconv>
#include <utility>

namespace sstp {

namespace {

constexpr char kSchema[] =
    "BEGIN IMMEDIATE;"
    "CREATE TABLE IF NOT EXISTS meta(name TEXT PRIMARY KEY, value TEXT NOT NULL) WITHOUT ROWID;"
    "CREATE TABLE IF NOT EXISTS state(name TEXT PRIMARY KEY, value TEXT NOT NULL) WITHOUT ROWID;"
    "CREATE TABLE IF NOT EXISTS journal(sequence INTEGER PRIMARY KEY, type TEXT NOT NULL, time INTEGER NOT NULL, text TEXT NOT NULL,"
    " fields TEXT NOT NULL);"
    "CREATE TABLE IF NOT EXISTS positions(destination TEXT PRIMARY KEY, cursor INTEGER NOT NULL, confirmed INTEGER NOT NULL,"
    " down_since TEXT NOT NULL, retries TEXT NOT NULL, last_attempt TEXT NOT NULL) WITHOUT ROWID;"
    "CREATE TABLE IF NOT EXISTS losses(destination TEXT NOT NULL, reason TEXT NOT NULL, total INTEGER NOT NULL,"
    " first_sequence INTEGER NOT NULL, last_sequence INTEGER NOT NULL, told INTEGER NOT NULL, PRIMARY KEY(destination, reason))"
    " WITHOUT ROWID;"
    "PRAGMA user_version=3;"
    "COMMIT;";

using Values = std::map<std::string, std::string>;

WallTime wall_from(std::int64_t milliseconds) { return WallTime{Duration{milliseconds}}; }

std::uint64_t unsigned_from(const std::string& text) {
    std::uint64_t number = 0;
    std::from_chars(text.data(), text.data() + text.size(), number);
    return number;
}

/// All rows of two text columns. A tolerant reading ends where the damage begins.
Result<Values> read_pairs(SqliteDatabase& database, const char* sql, bool tolerant) {
    Values values;
    auto statement = database.prepare(sql);
    if (!statement) return tolerant ? Result<Values>{values} : statement.error();
    for (;;) {
        const auto row = statement->step();
        if (!row && !tolerant) return row.error();
        if (!row || !*row) return values;
        values[statement->text(0)] = statement->text(1);
    }
}

Result<void> put(SqliteDatabase& database, const char* table, const char* name, const std::string& value) {
    auto statement = database.prepare(fmt::format("INSERT OR REPLACE INTO {}(name, value) VALUES(?, ?)", table));
    if (!statement) return statement.error();
    return statement->bind(1, std::string_view{name}).bind(2, value).run();
}

Result<void> read_rows(SqliteStatement& statement, const std::function<bool(JournalEvent)>& take) {
    for (;;) {
        const auto row = statement.step();
        if (!row) return row.error();
        if (!*row) return {};
        JournalEvent event;
        const auto type = event_type_from_word(statement.text(1));
        if (!type) continue;   // of a later version
        event.type = *type;
        event.sequence = static_cast<std::uint64_t>(statement.number(0));
        event.time = wall_from(statement.number(2));
        event.text = statement.text(3);
        if (auto fields = fields_from_json(statement.text(4))) event.fields = std::move(*fields);
        if (!take(std::move(event))) return {};
    }
}

}  // namespace

Result<void> ensure_schema(SqliteDatabase& database) {
    const auto version = database.number("PRAGMA user_version");
    if (!version) return version.error();
    if (version->value_or(0) == kSchemaVersion) return {};
    if (version->value_or(0) > kSchemaVersion) {
        return Error{ErrorKind::malformed, "open", "state.db", 0,
                     fmt::format("it was written by a later version of SSTP Watchdog (schema {})", version->value_or(0))};
    }
    return database.run(kSchema);
}

Result<RecordContents> read_contents(SqliteDatabase& database, bool tolerant) {
    RecordContents contents;
    auto meta = read_pairs(database, "SELECT name, value FROM meta", tolerant);
    if (!meta) return meta.error();
    contents.last_sequence = unsigned_from((*meta)["last_sequence"]);
    const auto rows = read_pairs(database, "SELECT name, value FROM state", tolerant);
    if (!rows) return rows.error();
    for (const StateMember& member : state_members()) {
        const auto row = rows->find(member.name);
        if (row == rows->end()) continue;
        const auto taken = member.from_json(row->second, contents);
        if (!taken && !tolerant)
            return Error{ErrorKind::corrupt, "read", "state.db", 0, fmt::format("{}: {}", member.name, taken.error().message())};
    }
    return contents;
}

Result<void> write_changes(SqliteDatabase& database, const RecordContents& before, const RecordContents& after) {
    if (before.last_sequence != after.last_sequence) {
        const auto put_last = put(database, "meta", "last_sequence", std::to_string(after.last_sequence));
        if (!put_last) return put_last;
    }
    for (const StateMember& member : state_members()) {
        if (member.same(before, after)) continue;
        if (const auto written = put(database, "state", member.name, member.to_json(after)); !written) return written;
    }
    return {};
}

Result<RecordContents> read_member(SqliteDatabase& database, const char* name) {
    RecordContents contents;
    auto statement = database.prepare("SELECT value FROM state WHERE name = ?");
    if (!statement) return statement.error();
    const auto row = statement->bind(1, std::string_view{name}).step();
    if (!row) return row.error();
    if (*row) (void)state_member(name)->from_json(statement->text(0), contents);
    return contents;
}

Result<void> write_events(SqliteDatabase& database, const std::vector<JournalEvent>& numbered) {
    if (numbered.empty()) return {};
    auto statement = database.prepare("INSERT OR REPLACE INTO journal(sequence, type, time, text, fields) VALUES(?, ?, ?, ?, ?)");
    if (!statement) return statement.error();
    for (const JournalEvent& event : numbered) {
        statement->bind(1, static_cast<std::int64_t>(event.sequence)).bind(2, std::string_view{word(event.type)});
        statement->bind(3, event.time.time_since_epoch().count()).bind(4, event.text);
        if (const auto ran = statement->bind(5, to_json(event.fields)).run(); !ran) return ran.error();
    }
    return {};
}

Result<void> read_events(SqliteDatabase& database, std::optional<WallTime> since, const std::function<bool(JournalEvent)>& take) {
    auto statement = database.prepare("SELECT sequence, type, time, text, fields FROM journal WHERE time >= ? ORDER BY sequence");
    if (!statement) return statement.error();
    statement->bind(1, since ? since->time_since_epoch().count() : INT64_MIN);
    return read_rows(*statement, take);
}

Result<void> read_events_behind(SqliteDatabase& database, std::uint64_t after, const std::function<bool(JournalEvent)>& take) {
    auto statement = database.prepare("SELECT sequence, type, time, text, fields FROM journal WHERE sequence > ? ORDER BY sequence");
    if (!statement) return statement.error();
    statement->bind(1, static_cast<std::int64_t>(after));
    return read_rows(*statement, take);
}

}  // namespace sstp
