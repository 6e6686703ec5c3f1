#include "core/record/memory_record.h"

#include "core/record/apply.h"

#include <fmt/format.h>

#include <utility>

namespace sstp {

MemoryRecord::MemoryRecord(std::string installation_id, Clock* clock) : clock_(clock) {
    contents_.installation_id = std::move(installation_id);
}

MemoryRecord::MemoryRecord(RecordContents contents, Clock* clock) : clock_(clock), contents_(std::move(contents)) {}

Result<RecordContents> MemoryRecord::load() { return contents_; }

Result<std::uint64_t> MemoryRecord::commit(const RecordUpdate& update) {
    events_.insert(events_.end(), update.events.begin(), update.events.end());
    number(std::span{events_}.last(update.events.size()), contents_.last_sequence);
    apply(contents_, update, clock_ ? std::optional{clock_->now()} : std::nullopt);
    if (contents_.installation_id.empty()) contents_.installation_id = fmt::format("{:032x}", ++ids_);
    return contents_.last_sequence;
}

Result<std::vector<JournalEvent>> MemoryRecord::journal(std::optional<WallTime> since, std::size_t most) {
    std::vector<JournalEvent> found;
    for (const JournalEvent& event : events_) {
        if (since && event.time < *since) continue;
        if (most != 0 && found.size() == most) break;
        found.push_back(event);
    }
    return found;
}

}  // namespace sstp
