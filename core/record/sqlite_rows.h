#pragma once

#include "core/ports/record.h"
#include "core/record/sqlite_database.h"

#include <functional>
#include <optional>
#include <vector>

namespace sstp {

/// How the record lies in the database: `user_version` 2.
///   meta(name, value)      one row for each single value, JSON where it has parts
///   charges(...)           the budget
///   notes(name, value)
///   journal(sequence, ...) journal and outbox: what each destination has confirmed is a cursor into it
/// and since version 2, of the outbox (position_rows.h):
///   positions(destination, ...), losses(destination, reason, ...)
inline constexpr std::int64_t kSchemaVersion = 2;

/// Creates what a new database, or one of an earlier version, lacks. Errors: `malformed` for a database that a later version
/// has written.
Result<void> ensure_schema(SqliteDatabase& database);

/// Everything but the journal. `tolerant`: what cannot be read or understood is left out instead of being an error, for
/// the salvage of a damaged file.
Result<RecordContents> read_contents(SqliteDatabase& database, bool tolerant);

/// Writes what differs between the two, and the events, inside the caller's transaction.
Result<void> write_changes(SqliteDatabase& database, const RecordContents& before, const RecordContents& after);
Result<void> write_events(SqliteDatabase& database, const std::vector<JournalEvent>& numbered);

/// Journal rows in order; `since` by their time. Stops early when `take` answers false. Events of a type that only a later
/// version knows are passed over.
Result<void> read_events(SqliteDatabase& database, std::optional<WallTime> since, const std::function<bool(JournalEvent)>& take);
/// Likewise those behind the number `after`.
Result<void> read_events_behind(SqliteDatabase& database, std::uint64_t after, const std::function<bool(JournalEvent)>& take);

}  // namespace sstp
