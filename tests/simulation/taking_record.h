#pragma once

#include "core/record/memory_record.h"
#include "core/record/sqlite_record.h"
#include "tests/simulated_windows/simulated_ports.h"
#include "tests/simulation/random.h"
#include "tests/simulation/volatile_disk.h"

#include <cstdint>
#include <functional>
#include <memory>
#include <optional>
#include <set>
#include <string>
#include <vector>

namespace sstp::simulation {

/// What tells one update from another; empty when it carries no id.
std::string id_of(const RecordUpdate& update);

/// The database of a run, and which updates it has really taken. Mostly in memory; for a share of the runs the real SQLite on a
/// disk that loses power, fills up, and on which we die in the middle of a commit. Then `inner` is what that one must hold.
class TakingRecord final : public Record {
public:
    explicit TakingRecord(simulated::World& world) : world_(world), inner(kInstallation) {}

    /// From now on SQLite. `seed`: of what happens to the disk.
    void use_sqlite(std::uint64_t seed);
    /// The process that used it is gone, in the middle of a commit perhaps.
    void process_died(bool machine_too);

    Result<RecordContents> load() override;
    Result<std::uint64_t> commit(const RecordUpdate& update) override;
    Result<std::vector<JournalEvent>> journal(std::optional<WallTime> since, std::size_t most) override;

    /// The disk refused a commit.
    std::function<void()> on_refusal;

private:
    static constexpr char kInstallation[] = "0123456789abcdef0123456789abcdef";
    void begin_process();
    Result<std::uint64_t> commit_while_dying(const RecordUpdate& update);
    void must_hold(const RecordContents& loaded);

    struct OnDisk {
        explicit OnDisk(std::uint64_t seed);
        Random random;
        VolatileDisk disk;
        std::unique_ptr<SqliteRecord> record;
        std::optional<RecordUpdate> in_flight;   ///< we died in its commit: it may be there or not, but whole
    };

    simulated::World& world_;
    simulated::SimulatedClock clock_{world_};

public:
    MemoryRecord inner;
    std::set<std::string> taken;

private:
    std::unique_ptr<OnDisk> on_disk_;
};

}  // namespace sstp::simulation
