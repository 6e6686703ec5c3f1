#pragma once

#include "core/journal/draft.h"

#include <string>
#include <string_view>

namespace sstp {

/// How often a standing thing is told.
enum class Telling : std::uint8_t {
    reminded,   ///< when it comes, and then by kReminderSchedule
    once,       ///< when it comes
};

/// Whether `key` is to be told now, as `what` (a severity, a word, a text): at once when it is told as something else, else when a
/// reminder is due. Remembers that it was. By the wall clock, which may have been set back a little.
bool is_due(JournalDraft& draft, const std::string& key, std::string_view what, Telling telling, WallTime now);

/// The same of what is no news while it passes: told for the first time when it has lasted for so long.
bool is_due_once_it_lasts(JournalDraft& draft, const std::string& key, std::string_view what, Duration long_enough, WallTime now);

/// The key under which a finding is remembered: "reason|subject".
std::string reminder_key(const Finding& finding);

/// Since when the thing has been told, and whether it was told before: fields `since` and `repeated`.
void add_since(std::map<std::string, std::string>& fields, const JournalDraft& draft, const std::string& key);

/// It is over. False: it was not told.
bool forget(JournalDraft& draft, const std::string& key);

}  // namespace sstp
