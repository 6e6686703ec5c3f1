#pragma once

#include "core/model/state.h"

#include <span>
#include <string>
#include <string_view>

namespace sstp {

/// One member of RecordContents: a row of the table `state`, and what an unsaved update may change.
struct StateMember {
    const char* name;
    /// `running`, `written` and `written_at`: the record itself moves them on, so an unsaved update does not carry them.
    bool moved_on_by_the_record;
    bool (*same)(const RecordContents& one, const RecordContents& other);
    void (*copy)(const RecordContents& from, RecordContents& to);
    /// JSON, in one line of UTF-8. Text from outside that is none is replaced, never a reason to fail.
    std::string (*to_json)(const RecordContents& contents);
    /// Errors: malformed; the member stays as it was.
    Result<void> (*from_json)(std::string_view json, RecordContents& contents);
};

/// Every member but `last_sequence`, which lies with the numbers of the journal.
std::span<const StateMember> state_members();
/// Null when there is none of that name.
const StateMember* state_member(std::string_view name);

}  // namespace sstp
