#pragma once

#include "core/model/journal.h"

#include <cstdint>
#include <optional>
#include <string>
#include <vector>

namespace sstp::html {

/// One heal as the journal tells it.
struct HealStory {
    std::string id;
    WallTime began{};
    std::optional<WallTime> ended;            ///< nothing: it is open, or its end is not in the journal
    std::string why;                          ///< reasons, separated by commas
    std::vector<std::string> steps;           ///< the sentences of its steps, in order
    std::optional<EventType> end;             ///< heal_succeeded, heal_undone, heal_failed, recovery_given_up
    std::string result;                       ///< the sentence of its end
    std::string restarts, sessions, seconds;  ///< as the events give them; empty: not told
    std::optional<WallTime> confirmed;        ///< when the first client connected afterwards
};

/// The heals of a journal, newest first. Events of other things are left out.
std::vector<HealStory> heal_stories(const std::vector<JournalEvent>& events);

}  // namespace sstp::html
