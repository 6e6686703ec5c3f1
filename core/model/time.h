#pragma once

#include <chrono>
#include <compare>
#include <optional>
#include <string>
#include <string_view>

namespace sstp {

using Duration = std::chrono::milliseconds;

/// Civil time, UTC. May jump: used for dates in certificates, the maintenance window and reports, never for back-off.
using WallTime = std::chrono::sys_time<Duration>;

/// Time since the machine started, sleep included. Never goes back while the machine is up, begins near 0 after a boot.
struct MonotonicTime {
    Duration since_boot{};

    friend auto operator<=>(const MonotonicTime&, const MonotonicTime&) = default;
    friend Duration operator-(MonotonicTime later, MonotonicTime earlier) { return later.since_boot - earlier.since_boot; }
    friend MonotonicTime operator+(MonotonicTime from, Duration by) { return {from.since_boot + by}; }
};

/// Time for which this installation has seen its machine run, sleep included: carried over boots by every commit, so that
/// neither a boot nor a wall clock turns it back. A lower bound of the time that has really passed; what waits by it waits
/// at least as long as it should. Back-offs, budget and schedules of days rest on it.
struct RunningTime {
    Duration total{};

    friend auto operator<=>(const RunningTime&, const RunningTime&) = default;
    friend Duration operator-(RunningTime later, RunningTime earlier) { return later.total - earlier.total; }
    friend RunningTime operator+(RunningTime from, Duration by) { return {from.total + by}; }
};

/// The running time at a commit, with the monotonic clock of that moment.
struct RunningClock {
    RunningTime reached;
    MonotonicTime at;
    friend bool operator==(const RunningClock&, const RunningClock&) = default;
};
/// What the running time is at least at `now`: a monotonic time before `stored.at` is of a later boot.
RunningTime running_time(const RunningClock& stored, MonotonicTime now) noexcept;

/// A moment as both clocks saw it.
struct Moment {
    WallTime wall{};
    MonotonicTime monotonic{};

    friend bool operator==(const Moment&, const Moment&) = default;
};

/// RFC 3339 in UTC with milliseconds: `2026-11-21T02:14:00.000Z`.
std::string to_rfc3339(WallTime time);
/// Reads what `to_rfc3339` writes (fraction optional, 1-9 digits; `Z` or an offset). Nothing when malformed.
std::optional<WallTime> from_rfc3339(std::string_view text);
/// For people: `2026-11-21 02:14 UTC`.
std::string to_minute(WallTime time);
/// For people, `2026-11-21`.
std::string to_date(WallTime time);
/// The shortest exact spelling that the policy file accepts: 300 s is `5m`, 1500 ms is `1500ms`.
std::string to_string(Duration duration);

}  // namespace sstp
