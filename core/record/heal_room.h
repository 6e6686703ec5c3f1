#pragma once

#include "core/record/sqlite_database.h"

#include <cstdint>
#include <string>

namespace sstp {

/// Pages that the database keeps free for one heal on a full disk (DESIGN 7.11): its intent, its steps and their events are a few
/// dozen pages, and what they replace becomes free again.
inline constexpr std::int64_t kRoomPages = 64;
/// Frames after which SQLite brings the write-ahead log into the database and begins it anew.
inline constexpr std::int64_t kCheckpointFrames = 64;

/// Makes room where it is missing: free pages that lie in the file already, and a log that need not grow, so that neither a commit
/// nor a checkpoint asks the disk for anything. `path`: of the database. Errors: disk_full (there is no room and none can be had),
/// busy (a reader holds the log; the next call goes on), and as of SqliteDatabase.
Result<void> keep_room(SqliteDatabase& database, const std::string& path);

}  // namespace sstp
