#pragma once

#include "core/ports/outbox.h"
#include "core/record/sqlite_record.h"

#include <functional>
#include <string>

namespace sstp {

/// The outbox over the state database that a SqliteRecord writes. Thread-safe, any number of them.
///
/// Opens a connection for each call, behind the record's gate: between two calls it holds no handle, so that the record can
/// set a damaged file aside. A few hundred microseconds a call are nothing beside a handshake for each batch. It never makes
/// the file and never changes its schema: until the record has opened it once, every call fails with not_found.
class SqliteOutbox final : public Outbox {
public:
    /// Beside the record that writes the database in this process.
    explicit SqliteOutbox(const SqliteRecord& record);
    /// For those who only look: what would write fails with access_denied; a database that is not there, or of a version
    /// without an outbox, has no positions.
    static SqliteOutbox for_reading(std::string path, Duration busy_timeout = std::chrono::seconds{2});

    Result<std::optional<Position>> position(const std::string& destination) override;
    Result<std::map<std::string, Position>> positions() override;
    Result<Position> open_position(const std::string& destination) override;
    Result<void> store_position(const std::string& destination, const Position& position) override;
    Result<void> told(const std::string& destination, LossReason reason, std::uint64_t total) override;
    Result<void> forget(const std::string& destination) override;
    Result<std::vector<JournalEvent>> read(std::uint64_t after, std::size_t most) override;
    Result<Waiting> waiting(std::uint64_t after) override;
    Result<std::uint64_t> first_since(std::uint64_t after, WallTime time) override;
    Result<std::string> installation_id() override;

private:
    SqliteOutbox(std::string path, DatabaseGate gate, Duration busy_timeout, bool writes);
    /// Runs `work` on a connection of its own and in one transaction, committed when the work succeeds.
    Result<void> transact(bool writes, const std::function<Result<void>(SqliteDatabase&)>& work);
    Result<SqliteDatabase> open(bool writes);

    std::string path_;
    DatabaseGate gate_;
    Duration busy_timeout_;
    bool writes_;
};

}  // namespace sstp
