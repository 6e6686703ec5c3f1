#pragma once

#include "core/model/state.h"

#include <map>
#include <string>
#include <utility>
#include <vector>

namespace sstp {

/// What a cycle is about to make durable: events, and the contents of the record as they are to be with them. What was told before is
/// in the contents, so that every function of this room is pure: a draft in, a draft out, committed once.
struct JournalDraft {
    std::vector<JournalEvent> events;
    RecordContents contents;

    void tell(EventType type, WallTime at, std::string text, std::map<std::string, std::string> fields = {}) {
        events.push_back({0, type, at, std::move(text), std::move(fields)});
    }
    /// The number that the next event will have.
    [[nodiscard]] std::uint64_t next_sequence() const { return contents.last_sequence + events.size() + 1; }
};

}  // namespace sstp
