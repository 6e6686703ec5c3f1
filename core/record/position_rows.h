#pragma once

#include "core/model/state.h"
#include "core/ports/outbox.h"
#include "core/record/sqlite_database.h"

#include <map>
#include <optional>
#include <string>

namespace sstp {

/// The record remembers a position of the destination: when there is none now, it was lost with a damaged database.
bool had_position(const RecordContents& contents, const std::string& destination);

/// What is stored of a loss when a destination's thread gives `given`: the total never shrinks, and what was told meanwhile
/// stays told, with the range of what is not.
Loss merged(const Loss& stored, const Loss& given);
/// The losses are told up to `total`. When more have come since, the range may begin with some that are told already; the
/// count is exact.
void tell(Loss& loss, std::uint64_t total);
/// `given` over `stored`, as `Outbox::store_position` means it.
Position merged(const Position& stored, Position given);

// Positions as rows, each inside the caller's transaction. `tolerant`: what cannot be read or understood is left out, for
// the salvage of a damaged file.

Result<std::map<std::string, Position>> read_positions(SqliteDatabase& database, bool tolerant);
Result<std::optional<Position>> read_position(SqliteDatabase& database, const std::string& destination);
/// Replaces all of it, `told` included.
Result<void> write_position(SqliteDatabase& database, const std::string& destination, const Position& position);
Result<void> delete_position(SqliteDatabase& database, const std::string& destination);
/// Remembers `Waiting::skipped_from` and `skipped_to`.
Result<void> write_skipped(SqliteDatabase& database, std::uint64_t from, std::uint64_t to);

/// Which numbers were given: no more of `Waiting` than that.
Result<Waiting> read_numbers(SqliteDatabase& database);
/// As `Outbox::waiting`.
Result<Waiting> read_waiting(SqliteDatabase& database, std::uint64_t after);
Result<std::uint64_t> read_first_since(SqliteDatabase& database, std::uint64_t after, WallTime time);
/// The last number given, whether or not the event is still there.
Result<std::uint64_t> read_last_sequence(SqliteDatabase& database);
/// Where a destination without a position starts.
Result<std::uint64_t> read_start(SqliteDatabase& database, const std::string& destination);

}  // namespace sstp
