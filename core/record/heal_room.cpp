#include "core/record/heal_room.h"

#include "core/record/database_file.h"

#include <fmt/format.h>

namespace sstp {

namespace {

/// What is made when there is too little: twice the room, so that it does not have to be made at every commit.
constexpr std::int64_t kFillPages = 2 * kRoomPages;
/// Of the log: frames until a checkpoint, those of the commit that reaches it, and the header before each.
constexpr std::int64_t kLogPages = kCheckpointFrames + kRoomPages;

struct Room {
    std::int64_t page_size = 0;
    std::int64_t free_pages = 0;
    std::int64_t pages = 0;
    std::int64_t file = 0;   ///< bytes
    std::int64_t log = 0;    ///< bytes

    [[nodiscard]] bool all_pages_are_in_the_file() const { return file >= pages * page_size; }
    [[nodiscard]] bool is_enough() const { return free_pages >= kRoomPages && log >= kLogPages * page_size; }
};

Result<Room> room_in(SqliteDatabase& database, const std::string& path) {
    Room room;
    const auto ask = [&](const char* pragma, std::int64_t& into) -> Result<void> {
        const auto answer = database.number(pragma);
        if (!answer) return answer.error();
        into = answer->value_or(0);
        return {};
    };
    if (const auto asked = ask("PRAGMA page_size", room.page_size); !asked) return asked.error();
    if (const auto asked = ask("PRAGMA freelist_count", room.free_pages); !asked) return asked.error();
    if (const auto asked = ask("PRAGMA page_count", room.pages); !asked) return asked.error();
    room.file = size_of_file(path).value_or(0);
    room.log = size_of_file(path + "-wal").value_or(0);
    return room;
}

Result<void> checkpoint(SqliteDatabase& database) {
    const auto done = database.number("PRAGMA wal_checkpoint(PASSIVE)");
    if (!done) return done.error();
    return {};
}

/// A row that takes the free pages and new ones, and gives all of them back. In two transactions: pages that are freed in the one
/// that took them are never written, and would lie beyond the end of the file.
Result<void> fill(SqliteDatabase& database, std::int64_t bytes) {
    const std::string take =
        fmt::format("BEGIN IMMEDIATE; CREATE TABLE IF NOT EXISTS room(filler BLOB); INSERT INTO room VALUES(zeroblob({})); COMMIT;", bytes);
    if (auto taken = database.run(take.c_str()); !taken) {
        (void)database.run("ROLLBACK");
        return taken;
    }
    auto in_the_file = checkpoint(database);
    if (auto freed = database.run("DELETE FROM room"); !freed) return freed;
    return in_the_file;
}

}  // namespace

Result<void> keep_room(SqliteDatabase& database, const std::string& path) {
    auto room = room_in(database, path);
    if (!room) return room.error();
    if (!room->is_enough()) {
        if (auto filled = fill(database, kFillPages * room->page_size); !filled) return filled;
        room = room_in(database, path);
        if (!room) return room.error();
    }
    if (room->all_pages_are_in_the_file()) return {};
    if (auto done = checkpoint(database); !done) return done;
    room = room_in(database, path);
    if (!room) return room.error();
    if (room->all_pages_are_in_the_file()) return {};
    return Error{ErrorKind::busy, "make room in", "state.db", 0, "a reader holds the write-ahead log"};
}

}  // namespace sstp
