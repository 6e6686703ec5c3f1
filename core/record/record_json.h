#pragma once

#include "core/model/state.h"

#include <cstdint>
#include <map>
#include <string>
#include <string_view>
#include <vector>

namespace sstp {

// How events, and the file of unsaved updates, are spelled. Reading gives `malformed` for what we did not write.

std::string to_json(const std::map<std::string, std::string>& fields);
Result<std::map<std::string, std::string>> fields_from_json(std::string_view text);

/// Events of one update that the database has not taken.
struct UnsavedEvents {
    std::uint64_t written = 0;             ///< number of the update; 0: made before the database was ever read
    std::uint64_t unseen = 0;              ///< of such an update: a number of its own
    std::vector<JournalEvent> events;
    friend bool operator==(const UnsavedEvents&, const UnsavedEvents&) = default;
};
std::string to_json(const UnsavedEvents& update);

/// The file that stands in while the database cannot be written: events in order, and of the contents what these updates changed.
struct UnsavedUpdates {
    std::vector<UnsavedEvents> updates;
    std::map<std::string, std::string> changed;   ///< JSON of each member, by its name in `state_members`
};
std::string unsaved_file_of(const std::vector<std::string>& updates, const std::map<std::string, std::string>& changed);
Result<UnsavedUpdates> unsaved_from_json(std::string_view text);

}  // namespace sstp
