#pragma once

#include "core/model/result.h"
#include "core/model/time.h"

#include <cstdint>
#include <memory>
#include <optional>
#include <string>
#include <string_view>

struct sqlite3;
struct sqlite3_stmt;

namespace sstp {

/// A prepared statement. Values are bound from 1, columns read from 0.
class SqliteStatement {
public:
    SqliteStatement& bind(int index, std::int64_t value);
    SqliteStatement& bind(int index, std::string_view text);
    /// True: there is a row. Errors: as SqliteDatabase.
    Result<bool> step();
    /// Runs a statement without rows to its end and makes it ready to be bound anew.
    Result<void> run();
    [[nodiscard]] std::int64_t number(int column) const;
    [[nodiscard]] std::string text(int column) const;

private:
    friend class SqliteDatabase;
    struct Finalize {
        void operator()(sqlite3_stmt* statement) const;
    };
    std::unique_ptr<sqlite3_stmt, Finalize> statement_;
};

/// One connection. Errors of every call: corrupt (SQLITE_CORRUPT, SQLITE_NOTADB), busy, disk_full, access_denied, unexpected;
/// `code` is SQLite's extended result code.
class SqliteDatabase {
public:
    enum class Access : std::uint8_t {
        read_only,
        read_write,   ///< made when it is not there
        existing,     ///< read and write, but never made: access_denied when it is not there
    };

    /// `path` is UTF-8. Waits at most `busy_timeout` for another connection's lock, in each statement.
    static Result<SqliteDatabase> open(const std::string& path, Access access, Duration busy_timeout);

    Result<void> run(const char* sql);
    Result<SqliteStatement> prepare(std::string_view sql);
    /// The first column of the first row, as a number; nothing without a row.
    Result<std::optional<std::int64_t>> number(const char* sql);
    /// Likewise as text.
    Result<std::optional<std::string>> text(const char* sql);
    /// The write-ahead log and its index stay when the last connection closes, with the room that they have.
    void keep_log_at_close();

private:
    struct Close {
        void operator()(sqlite3* database) const;
    };
    std::unique_ptr<sqlite3, Close> database_;
};

/// SQLite's extended result code as an error of ours.
Error sqlite_error(int code, const char* operation, std::string text);

}  // namespace sstp
