#pragma once

#include "core/ports/record.h"
#include "core/record/sqlite_database.h"

#include <functional>
#include <optional>
#include <vector>

namespace sstp {

/// How the record lies in the database: `user_version` 3.
///   meta(name, value)      numbers of the journal: the last one given, and which were skipped
///   state(name, value)     one row for each other member of RecordContents, as JSON (state_members.h)
///   journal(sequence, ...) journal and outbox: what each destination has confirmed is a cursor into it
///   positions(destination, ...), losses(destination, reason, ...): the outbox's (position_rows.h)
inline constexpr std::int64_t kSchemaVersion = 3;

/// Creates what a new database, or one of an earlier version, lacks. Errors: `malformed` for a database that a later version
/// has written.
Result<void> ensure_schema(SqliteDatabase& database);

/// Everything but the journal. Errors: `corrupt` for a row that is no JSON of ours, like a page that cannot be read. `tolerant`: what
/// cannot be read or understood is left out instead, and the rest kept, for the salvage of a damaged file.
Result<RecordContents> read_contents(SqliteDatabase& database, bool tolerant);

/// Contents of which one member alone is read; as nothing stored when its row is no JSON of ours.
Result<RecordContents> read_member(SqliteDatabase& database, const char* name);

/// Writes the rows of members that differ between the two, and the events, inside the caller's transaction.
Result<void> write_changes(SqliteDatabase& database, const RecordContents& before, const RecordContents& after);
Result<void> write_events(SqliteDatabase& database, const std::vector<JournalEvent>& numbered);

/// Journal rows in order; `since` by their time. Stops early when `take` answers false. Events of a type that only a later
/// version knows are passed over.
Result<void> read_events(SqliteDatabase& database, std::optional<WallTime> since, const std::function<bool(JournalEvent)>& take);
/// Likewise those behind the number `after`.
Result<void> read_events_behind(SqliteDatabase& database, std::uint64_t after, const std::function<bool(JournalEvent)>& take);

}  // namespace sstp
