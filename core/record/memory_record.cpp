#include "core/record/memory_record.h"

#include "core/record/apply.h"

#include <utility>

namespace sstp {

MemoryRecord::MemoryRecord(std::string installation_id) { contents_.installation_id = std::move(installation_id); }

Result<RecordContents> MemoryRecord::load() { return contents_; }

Result<std::uint64_t> MemoryRecord::commit(const RecordUpdate& update) {
    if (update.close_heal && update.open_heal) {
        return Error{ErrorKind::malformed, "commit to the record", "", 0, "an update both replaces and closes the open heal"};
    }
    events_.insert(events_.end(), update.events.begin(), update.events.end());
    number(std::span{events_}.last(update.events.size()), contents_.last_sequence);
    apply(contents_, update);
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
