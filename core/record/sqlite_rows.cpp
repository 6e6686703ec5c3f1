#include "core/record/sqlite_rows.h"

#include "core/record/record_json.h"

#include <fmt/format.h>

#include <charconv>
#include <utility>

namespace sstp {

namespace {

constexpr char kSchema[] =
    "BEGIN IMMEDIATE;"
    "CREATE TABLE IF NOT EXISTS meta(name TEXT PRIMARY KEY, value TEXT NOT NULL) WITHOUT ROWID;"
    "CREATE TABLE IF NOT EXISTS charges(position INTEGER PRIMARY KEY, wall INTEGER NOT NULL, monotonic INTEGER NOT NULL,"
    " heal_id TEXT NOT NULL, what TEXT NOT NULL);"
    "CREATE TABLE IF NOT EXISTS notes(name TEXT PRIMARY KEY, value TEXT NOT NULL) WITHOUT ROWID;"
    "CREATE TABLE IF NOT EXISTS journal(sequence INTEGER PRIMARY KEY, type TEXT NOT NULL, time INTEGER NOT NULL, text TEXT NOT NULL,"
    " fields TEXT NOT NULL);"
    "CREATE TABLE IF NOT EXISTS positions(destination TEXT PRIMARY KEY, cursor INTEGER NOT NULL, confirmed INTEGER NOT NULL,"
    " down_since TEXT NOT NULL, retries TEXT NOT NULL, last_attempt TEXT NOT NULL) WITHOUT ROWID;"
    "CREATE TABLE IF NOT EXISTS losses(destination TEXT NOT NULL, reason TEXT NOT NULL, total INTEGER NOT NULL,"
    " first_sequence INTEGER NOT NULL, last_sequence INTEGER NOT NULL, told INTEGER NOT NULL, PRIMARY KEY(destination, reason))"
    " WITHOUT ROWID;"
    "PRAGMA user_version=2;"
    "COMMIT;";

using Values = std::map<std::string, std::string>;

WallTime wall_from(std::int64_t milliseconds) { return WallTime{Duration{milliseconds}}; }

std::uint64_t unsigned_from(const std::string& text) {
    std::uint64_t number = 0;
    std::from_chars(text.data(), text.data() + text.size(), number);
    return number;
}

/// The single values as rows of `meta`. A value that is not there has no row.
Values meta_of(const RecordContents& contents) {
    Values meta{{"installation_id", contents.installation_id},
                {"last_sequence", std::to_string(contents.last_sequence)},
                {"heal_count", std::to_string(contents.heal_count)},
                {"budget_unreadable", contents.budget_unreadable ? "1" : "0"}};
    if (contents.bookmark) meta["bookmark"] = *contents.bookmark;
    if (contents.open_heal) meta["open_heal"] = to_json(*contents.open_heal);
    if (contents.known_good) meta["known_good"] = to_json(*contents.known_good);
    if (contents.last_good_policy) meta["last_good_policy"] = *contents.last_good_policy;
    if (contents.trouble_at) meta["trouble_at"] = std::to_string(contents.trouble_at->time_since_epoch().count());
    if (!contents.open_findings.empty()) meta["open_findings"] = to_json(contents.open_findings);
    return meta;
}

/// JSON that cannot be read is damage, like a page that cannot.
Error damaged(const Error& why) { return {ErrorKind::corrupt, "read", "state.db", 0, why.message()}; }

Result<void> take_meta(Values& meta, RecordContents& contents, bool tolerant) {
    contents.installation_id = meta["installation_id"];
    contents.last_sequence = unsigned_from(meta["last_sequence"]);
    contents.heal_count = unsigned_from(meta["heal_count"]);
    contents.budget_unreadable = meta["budget_unreadable"] == "1";
    if (meta.contains("bookmark")) contents.bookmark = meta["bookmark"];
    if (meta.contains("last_good_policy")) contents.last_good_policy = meta["last_good_policy"];
    if (meta.contains("trouble_at")) contents.trouble_at = wall_from(static_cast<std::int64_t>(unsigned_from(meta["trouble_at"])));
    if (meta.contains("open_heal")) {
        auto heal = open_heal_from_json(meta["open_heal"]);
        if (!heal && !tolerant) return damaged(heal.error());
        if (heal) contents.open_heal = std::move(*heal);
    }
    if (meta.contains("known_good")) {
        auto known_good = known_good_from_json(meta["known_good"]);
        if (!known_good && !tolerant) return damaged(known_good.error());
        if (known_good) contents.known_good = std::move(*known_good);
    }
    if (meta.contains("open_findings")) {
        auto findings = findings_from_json(meta["open_findings"]);
        if (!findings && !tolerant) return damaged(findings.error());
        if (findings) contents.open_findings = std::move(*findings);
    }
    return {};
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

Result<std::vector<BudgetCharge>> read_charges(SqliteDatabase& database, bool tolerant) {
    std::vector<BudgetCharge> charges;
    auto statement = database.prepare("SELECT wall, monotonic, heal_id, what FROM charges ORDER BY position");
    if (!statement) return tolerant ? Result<std::vector<BudgetCharge>>{charges} : statement.error();
    for (;;) {
        const auto row = statement->step();
        if (!row && !tolerant) return row.error();
        if (!row || !*row) return charges;
        charges.push_back({{wall_from(statement->number(0)), {Duration{statement->number(1)}}}, statement->text(2), statement->text(3)});
    }
}

Result<void> write_pairs(SqliteDatabase& database, const char* table, const Values& before, const Values& after) {
    for (const auto& [name, value] : after) {
        const auto old = before.find(name);
        if (old != before.end() && old->second == value) continue;
        auto statement = database.prepare(fmt::format("INSERT OR REPLACE INTO {}(name, value) VALUES(?, ?)", table));
        if (!statement) return statement.error();
        if (const auto ran = statement->bind(1, name).bind(2, value).run(); !ran) return ran.error();
    }
    for (const auto& [name, value] : before) {
        if (after.contains(name)) continue;
        auto statement = database.prepare(fmt::format("DELETE FROM {} WHERE name = ?", table));
        if (!statement) return statement.error();
        if (const auto ran = statement->bind(1, name).run(); !ran) return ran.error();
    }
    return {};
}

Result<void> write_charges(SqliteDatabase& database, const std::vector<BudgetCharge>& charges) {
    if (const auto cleared = database.run("DELETE FROM charges"); !cleared) return cleared.error();
    auto statement = database.prepare("INSERT INTO charges(position, wall, monotonic, heal_id, what) VALUES(?, ?, ?, ?, ?)");
    if (!statement) return statement.error();
    std::int64_t position = 0;
    for (const BudgetCharge& charge : charges) {
        statement->bind(1, ++position).bind(2, charge.at.wall.time_since_epoch().count()).bind(3, charge.at.monotonic.since_boot.count());
        if (const auto ran = statement->bind(4, charge.heal_id).bind(5, charge.what).run(); !ran) return ran.error();
    }
    return {};
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
    if (const auto taken = take_meta(*meta, contents, tolerant); !taken) return taken.error();
    auto notes = read_pairs(database, "SELECT name, value FROM notes", tolerant);
    if (!notes) return notes.error();
    contents.notes = std::move(*notes);
    auto charges = read_charges(database, tolerant);
    if (!charges) return charges.error();
    contents.charges = std::move(*charges);
    return contents;
}

Result<void> write_changes(SqliteDatabase& database, const RecordContents& before, const RecordContents& after) {
    if (const auto meta = write_pairs(database, "meta", meta_of(before), meta_of(after)); !meta) return meta.error();
    if (const auto notes = write_pairs(database, "notes", before.notes, after.notes); !notes) return notes.error();
    return before.charges == after.charges ? Result<void>{} : write_charges(database, after.charges);
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
