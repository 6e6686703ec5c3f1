#pragma once

#include "core/model/state.h"

#include <cstdint>
#include <optional>
#include <vector>

namespace sstp {

/// The state database. One writer. `commit` returns only when the update is durable (power loss included).
class Record {
public:
    virtual ~Record() = default;
    /// Errors: corrupt (set aside already; what could be salvaged is what the next load yields), busy, disk_full, access_denied.
    virtual Result<RecordContents> load() = 0;
    /// Gives the sequence number of the last event. Errors: as above. Nothing of a failed commit is kept.
    virtual Result<std::uint64_t> commit(const RecordUpdate& update) = 0;
    /// Journal from `since` on, oldest first, at most `most` (0: no bound).
    virtual Result<std::vector<JournalEvent>> journal(std::optional<WallTime> since, std::size_t most) = 0;
    /// The newest so many events stay in the journal whatever their age, because they may wait for a destination. A record
    /// may keep more; one without bounds has nothing to do.
    virtual void keep_newest(std::uint64_t /*events*/) {}
    /// Somebody else found damage: the next call looks at the whole file again, and sets it aside if that is so.
    virtual void doubt() {}
};

}  // namespace sstp
