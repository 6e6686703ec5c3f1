#pragma once

#include "core/record/memory_record.h"
#include "core/record/sqlite_record.h"
#include "tests/simulated_windows/simulated_ports.h"
#include "tests/simulation/random.h"
#include "tests/simulation/volatile_disk.h"

#include <functional>
#include <memory>
#include <optional>
#include <string>
#include <vector>

namespace sstp::simulation {

/// The state database of a run, which survives our process. Mostly in memory; for a share of the runs the real SQLite on a disk
/// that loses power, fills up, and on which we die in the middle of a commit: then what is in memory is what that one must hold.
/// Whatever becomes durable is shown to the judge.
class JudgedRecord final : public Record {
public:
    explicit JudgedRecord(simulated::World& world);

    /// From now on SQLite. `seed`: of what happens to the disk.
    void use_sqlite(std::uint64_t seed);
    /// The process that used it is gone, in the middle of a commit perhaps.
    void process_died(bool machine_too);

    Result<RecordContents> load() override;
    Result<std::uint64_t> commit(const RecordUpdate& update) override;
    Result<std::vector<JournalEvent>> journal(std::optional<WallTime> since, std::size_t most) override;

    [[nodiscard]] const RecordContents& contents() const { return inner_.contents(); }

    std::function<void(const std::optional<OpenHeal>& before, const std::vector<JournalEvent>&)> on_commit;
    std::function<void()> on_refusal;    ///< the disk was full

private:
    struct OnDisk {
        explicit OnDisk(std::uint64_t seed);
        Random random;
        VolatileDisk disk;
        std::unique_ptr<SqliteRecord> record;
        std::optional<RecordUpdate> in_flight;   ///< we died in its commit: it may be there or not, but whole
    };

    void begin_process();
    void must_hold(const RecordContents& loaded);
    Result<std::uint64_t> commit_to_disk(const RecordUpdate& update);
    Result<std::uint64_t> take(const RecordUpdate& update);

    simulated::World& world_;
    simulated::SimulatedClock clock_;
    MemoryRecord inner_;
    std::unique_ptr<OnDisk> on_disk_;
};

}  // namespace sstp::simulation
