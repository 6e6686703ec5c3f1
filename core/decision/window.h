#pragma once

#include "core/model/policy.h"
#include "core/ports/clock.h"

#include <cstdint>
#include <optional>
#include <string>

namespace sstp {

/// One opening of a maintenance window, in UTC.
struct Opening {
    WallTime begins{};
    WallTime ends{};  ///< not included
    friend bool operator==(const Opening&, const Opening&) = default;
};

// The window is kept in local civil time: what the machine's clock on the wall shows. `offset` is that of `now`. When summer
// time begins, an opening loses the hour that does not exist; when it ends, one that spans the repeated hour is longer by it.
// An opening that lies wholly in the missing hour falls out: the next one, or `replace_before`, takes its place.

/// The opening in which `now` lies (of several, the one that began last).
std::optional<Opening> opening_at(const MaintenanceWindow& window, WallTime now, UtcOffset offset);
bool is_open(const MaintenanceWindow& window, WallTime now, UtcOffset offset);
/// The first opening that begins after `now`. Nothing when no day is named or the window has no length.
std::optional<Opening> next_opening(const MaintenanceWindow& window, WallTime now, UtcOffset offset);

/// When this machine begins planned work in an opening: a stable share of the time, so that a fleet does not restart
/// together, but early enough that `needed` still fits (half of the opening at the most is kept free for it).
struct Slot {
    WallTime begins{};
    WallTime latest{};  ///< from here on it is too late to begin
};

Slot slot_in(const Opening& opening, const std::string& machine_key, Duration needed);

/// When planned work that waits for a window may begin, now or later.
struct PlannedStart {
    bool now = false;
    std::optional<WallTime> at;  ///< when, if not now; nothing: never by this window alone
};

PlannedStart planned_start(const MaintenanceWindow& window, WallTime now, UtcOffset offset, const std::string& machine_key,
                           Duration needed);

/// A stable number of the machine: 64-bit FNV-1a of its key, well mixed. The same on every build and platform.
std::uint64_t machine_number(const std::string& machine_key);

}  // namespace sstp
