#pragma once

#include "tests/simulated_windows/world.h"
#include "tests/simulation/taking_record.h"

#include <cstdint>
#include <string>
#include <utility>
#include <vector>

namespace sstp::simulation {

/// What would survive the process right now: the database, and what lies in the file beside it while the database takes
/// nothing (core/record, DurableRecord). Computed when it was last asked for and something has changed since.
class DurableView {
public:
    DurableView(const simulated::World& world, const TakingRecord& database) : world_(world), database_(database) {}

    const RecordContents& contents();
    /// Differs whenever something that could survive was written in between.
    [[nodiscard]] std::pair<std::uint64_t, std::size_t> version() const { return {world_.files_replaced, database_.taken.size()}; }
    /// Events that are durable, with the number that each has or will have: those of the database, then those that wait beside it.
    template <class Visit>
    void each_event(Visit visit) {
        refresh();
        std::uint64_t last = 0;
        for (const JournalEvent& event : database_.inner.events()) visit(event, last = event.sequence);
        for (const RecordUpdate* each : waiting_) {
            for (const JournalEvent& event : each->events) visit(event, ++last);
        }
    }

private:
    void refresh();
    void read(const std::string& text);

    const simulated::World& world_;
    const TakingRecord& database_;
    std::string file_;                      ///< as it was when `in_file_` was read
    std::vector<RecordUpdate> in_file_;
    std::uint64_t replaced_ = 0;            ///< World::files_replaced at that time
    std::uint64_t taken_ = 0;               ///< updates that the database had taken, likewise
    std::vector<const RecordUpdate*> waiting_;   ///< those that the database has not taken
    RecordContents together_;
};

}  // namespace sstp::simulation
