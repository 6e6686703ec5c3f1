#pragma once

#include "core/ports/clock.h"
#include "core/ports/record.h"

#include <string>
#include <vector>

namespace sstp {

/// The record in memory: the same meaning as the SQLite one, as fast as a copy. It survives what its owner lets it
/// survive: the simulation keeps it across the crashes of the process that writes it. `look` and `plan` without a
/// readable state database use it too.
class MemoryRecord final : public Record {
public:
    /// `clock` moves running time and the latest wall clock on with each commit; null: both stand still.
    explicit MemoryRecord(std::string installation_id, Clock* clock = nullptr);
    /// Goes on from what another record held; its journal begins empty.
    MemoryRecord(RecordContents contents, Clock* clock);

    Result<RecordContents> load() override;
    Result<std::uint64_t> commit(const RecordUpdate& update) override;
    Result<std::vector<JournalEvent>> journal(std::optional<WallTime> since, std::size_t most) override;

    /// For tests: what is stored, without the detour over a copy.
    [[nodiscard]] const RecordContents& contents() const { return contents_; }
    [[nodiscard]] const std::vector<JournalEvent>& events() const { return events_; }

private:
    Clock* clock_;
    std::uint64_t ids_ = 0;                ///< installation ids given
    RecordContents contents_;
    std::vector<JournalEvent> events_;
};

}  // namespace sstp
