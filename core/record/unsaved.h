#pragma once

#include "core/model/state.h"

#include <map>
#include <set>
#include <string>
#include <vector>

namespace sstp {

/// Members as the file of unsaved updates spells them, into `contents`. One that only a later version knows is passed over.
/// Errors: malformed.
Result<void> take_changes(const std::map<std::string, std::string>& changed, RecordContents& contents);

/// Makes of `unseen`, which was written while nobody could read the database, what it would be had `stored` been known: charges come
/// on top of those that are stored, heals are counted on, and running times, which counted from the boot, count on `stored.running`.
/// `changed`: the names of the members that matter.
void put_on_top_of(const RecordContents& stored, const std::set<std::string>& changed, RecordContents& unseen);

/// A heal that was open in the database while that could not be read, and over which another was begun.
JournalEvent overtaken(const std::string& heal_id, WallTime when);
/// The first of `events` is such a one.
bool tells_of_overtaken_heal(const std::vector<JournalEvent>& events);

}  // namespace sstp
