#include "core/record/sqlite_database.h"

#include <sqlite3.h>

#include <utility>

namespace sstp {

namespace {

ErrorKind kind_of(int extended_code) {
    switch (extended_code & 0xFF) {
        case SQLITE_CORRUPT:
        case SQLITE_NOTADB: return ErrorKind::corrupt;
        case SQLITE_BUSY:
        case SQLITE_LOCKED: return ErrorKind::busy;
        case SQLITE_FULL: return ErrorKind::disk_full;
        case SQLITE_PERM:
        case SQLITE_READONLY:
        case SQLITE_AUTH:
        case SQLITE_CANTOPEN: return ErrorKind::access_denied;
        default: return ErrorKind::unexpected;
    }
}

Error error_of(sqlite3* database, const char* operation) {
    return sqlite_error(sqlite3_extended_errcode(database), operation, sqlite3_errmsg(database));
}

}  // namespace

Error sqlite_error(int code, const char* operation, std::string text) {
    return {kind_of(code), operation, "state.db", static_cast<std::uint32_t>(code), std::move(text)};
}

void SqliteStatement::Finalize::operator()(sqlite3_stmt* statement) const { sqlite3_finalize(statement); }

void SqliteDatabase::Close::operator()(sqlite3* database) const { sqlite3_close_v2(database); }

SqliteStatement& SqliteStatement::bind(int index, std::int64_t value) {
    sqlite3_bind_int64(statement_.get(), index, value);
    return *this;
}

SqliteStatement& SqliteStatement::bind(int index, std::string_view text) {
    sqlite3_bind_text64(statement_.get(), index, text.data(), text.size(), SQLITE_TRANSIENT, SQLITE_UTF8);
    return *this;
}

Result<bool> SqliteStatement::step() {
    const int code = sqlite3_step(statement_.get());
    if (code == SQLITE_ROW) return true;
    if (code == SQLITE_DONE) return false;
    return error_of(sqlite3_db_handle(statement_.get()), "read or write");
}

Result<void> SqliteStatement::run() {
    const auto stepped = step();
    sqlite3_reset(statement_.get());
    sqlite3_clear_bindings(statement_.get());
    if (!stepped) return stepped.error();
    return {};
}

std::int64_t SqliteStatement::number(int column) const { return sqlite3_column_int64(statement_.get(), column); }

std::string SqliteStatement::text(int column) const {
    const auto* bytes = static_cast<const char*>(sqlite3_column_blob(statement_.get(), column));
    const int size = sqlite3_column_bytes(statement_.get(), column);
    return bytes == nullptr ? std::string{} : std::string(bytes, static_cast<std::size_t>(size));
}

Result<SqliteDatabase> SqliteDatabase::open(const std::string& path, Access access, Duration busy_timeout) {
    const int flags = (access == Access::read_only ? SQLITE_OPEN_READONLY : SQLITE_OPEN_READWRITE) |
                      (access == Access::read_write ? SQLITE_OPEN_CREATE : 0) | SQLITE_OPEN_NOMUTEX | SQLITE_OPEN_EXRESCODE;
    sqlite3* opened = nullptr;
    const int code = sqlite3_open_v2(path.c_str(), &opened, flags, nullptr);
    SqliteDatabase database;
    database.database_.reset(opened);   // even a failed open gives a handle, which must be closed
    if (code != SQLITE_OK) return sqlite_error(code, "open", opened ? sqlite3_errmsg(opened) : "out of memory");
    sqlite3_busy_timeout(opened, static_cast<int>(busy_timeout.count()));
    return database;
}

Result<void> SqliteDatabase::run(const char* sql) {
    char* message = nullptr;
    const int code = sqlite3_exec(database_.get(), sql, nullptr, nullptr, &message);
    std::string text = message ? message : "";
    sqlite3_free(message);
    if (code == SQLITE_OK) return {};
    return sqlite_error(sqlite3_extended_errcode(database_.get()), "write to", std::move(text));
}

Result<SqliteStatement> SqliteDatabase::prepare(std::string_view sql) {
    sqlite3_stmt* prepared = nullptr;
    const int code = sqlite3_prepare_v2(database_.get(), sql.data(), static_cast<int>(sql.size()), &prepared, nullptr);
    if (code != SQLITE_OK) return error_of(database_.get(), "read or write");
    SqliteStatement statement;
    statement.statement_.reset(prepared);
    return statement;
}

Result<std::optional<std::int64_t>> SqliteDatabase::number(const char* sql) {
    auto statement = prepare(sql);
    if (!statement) return statement.error();
    const auto row = statement->step();
    if (!row) return row.error();
    return *row ? std::optional{statement->number(0)} : std::nullopt;
}

Result<std::optional<std::string>> SqliteDatabase::text(const char* sql) {
    auto statement = prepare(sql);
    if (!statement) return statement.error();
    const auto row = statement->step();
    if (!row) return row.error();
    return *row ? std::optional{statement->text(0)} : std::nullopt;
}

void SqliteDatabase::keep_log_at_close() {
    int keep = 1;
    (void)sqlite3_file_control(database_.get(), "main", SQLITE_FCNTL_PERSIST_WAL, &keep);
    (void)run("PRAGMA journal_size_limit=-1");   // else the log is emptied when it is kept
}

}  // namespace sstp
