#pragma once

#include "core/record/memory_record.h"
#include "tests/simulated_windows/world.h"

#include <set>
#include <string>
#include <utility>
#include <vector>

namespace sstp::simulation {

/// The database of a run, and which updates it has really taken, by the ids that they carry.
class TakingRecord final : public Record {
public:
    explicit TakingRecord(std::string installation_id) : inner(std::move(installation_id)) {}

    Result<RecordContents> load() override { return inner.load(); }
    Result<std::uint64_t> commit(const RecordUpdate& update) override;
    Result<std::vector<JournalEvent>> journal(std::optional<WallTime> since, std::size_t most) override {
        return inner.journal(since, most);
    }

    MemoryRecord inner;
    std::set<std::string> taken;
};
/// What tells one update from another; empty when it carries no id.
std::string id_of(const RecordUpdate& update);

/// What would survive the process right now: the database, and what lies in the file beside it while the database takes
/// nothing (core/record, DurableRecord). Computed when it was last asked for and something has changed since.
class DurableView {
public:
    DurableView(const simulated::World& world, const TakingRecord& database) : world_(world), database_(database) {}

    const RecordContents& contents();
    /// Events that are durable: those of the database, then those that wait beside it.
    [[nodiscard]] std::vector<JournalEvent> events();

private:
    void refresh();
    void read(const std::string& text);

    const simulated::World& world_;
    const TakingRecord& database_;
    std::string file_;                      ///< as it was when `in_file_` was read
    std::vector<RecordUpdate> in_file_;
    std::uint64_t taken_ = 0;               ///< updates that the database had taken, likewise
    std::vector<const RecordUpdate*> waiting_;   ///< those that the database has not taken
    RecordContents together_;
};

}  // namespace sstp::simulation
