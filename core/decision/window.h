#pragma once

#include "core/model/policy.h"
#include "core/model/time.h"
#include "core/model/utc_offset.h"

#include <cstdint>
#include <functional>
#include <optional>
#include <string>

namespace sstp {

/// One opening of a maintenance window, in UTC.
struct Opening {
    WallTime begins{};
    WallTime ends{};  ///< not included
    friend bool operator==(const Opening&, const Opening&) = default;
};

/// Offset of local civil time at a moment (Clock::local_offset). Empty: UTC.
using LocalOffset = std::function<UtcOffset(WallTime)>;

// The window is kept in local civil time: what the clock on the wall shows. When summer time begins, an opening that begins in the hour
// that does not exist begins when that hour would have; it loses what the wall skips, but never more than half of its length, so that
// none falls out (DESIGN 7.12). When summer time ends, one that spans the repeated hour is longer by it.

/// The opening in which `now` lies (of several, the one that began last).
std::optional<Opening> opening_at(const MaintenanceWindow& window, WallTime now, const LocalOffset& offset);
bool is_open(const MaintenanceWindow& window, WallTime now, const LocalOffset& offset);
/// The first opening that begins after `now`. Nothing when no day is named or the window has no length.
std::optional<Opening> next_opening(const MaintenanceWindow& window, WallTime now, const LocalOffset& offset);
/// The same hours on every day of the week.
MaintenanceWindow on_any_day(MaintenanceWindow window);

/// When this machine begins work in an opening: a stable share of the time, so that a fleet does not restart together, but early
/// enough that `needed` still fits (half of the opening at the most is kept free for it).
struct Slot {
    WallTime begins{};
    WallTime latest{};  ///< from here on it is too late to begin
};
Slot slot_in(const Opening& opening, const std::string& machine_key, Duration needed);

/// When work that waits for a window may begin, at `from` or later: `from` itself while a slot of this machine is open, else the
/// next one's begin. Nothing: never by this window alone.
std::optional<WallTime> next_begin(const MaintenanceWindow& window, WallTime from, const LocalOffset& offset,
                                   const std::string& machine_key, Duration needed);

/// A stable number of the machine: 64-bit FNV-1a of its key, well mixed. The same on every build and platform.
std::uint64_t machine_number(const std::string& machine_key);
/// The machine's stable share of a span of time: 0 up to, not including, `span`.
Duration machine_share(const std::string& machine_key, Duration span);

}  // namespace sstp
