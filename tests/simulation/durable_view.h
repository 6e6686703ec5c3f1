#pragma once

#include "tests/simulated_windows/world.h"
#include "tests/simulation/taking_record.h"

#include <string>
#include <vector>

namespace sstp::simulation {

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
