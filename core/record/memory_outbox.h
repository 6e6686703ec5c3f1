#pragma once

#include "core/ports/outbox.h"
#include "core/record/memory_record.h"

#include <map>
#include <string>

namespace sstp {

/// The outbox over a MemoryRecord: the same meaning as the SQLite one. For one thread. It survives what its owner lets it
/// survive, like the record.
class MemoryOutbox final : public Outbox {
public:
    explicit MemoryOutbox(const MemoryRecord& record) : record_(record) {}

    Result<std::optional<Position>> position(const std::string& destination) override;
    Result<std::map<std::string, Position>> positions() override { return positions_; }
    Result<Position> open_position(const std::string& destination) override;
    Result<void> store_position(const std::string& destination, const Position& position) override;
    Result<void> told(const std::string& destination, LossReason reason, std::uint64_t total) override;
    Result<void> forget(const std::string& destination) override;
    Result<std::vector<JournalEvent>> read(std::uint64_t after, std::size_t most) override;
    Result<Waiting> waiting(std::uint64_t after) override;
    Result<std::uint64_t> first_since(std::uint64_t after, WallTime time) override;
    Result<std::string> installation_id() override { return record_.contents().installation_id; }

private:
    const MemoryRecord& record_;
    std::map<std::string, Position> positions_;
};

}  // namespace sstp
