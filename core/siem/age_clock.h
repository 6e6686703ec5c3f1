#pragma once

#include "core/model/time.h"

#include <algorithm>
#include <optional>

namespace sstp {

/// By which an event's age is judged. An event is too old when the time since it has really passed, so this clock starts at
/// the wall clock's time, goes at the monotonic clock's pace, and falls back with the wall clock when that is set back: a
/// wall clock that jumps years ahead hurries nothing. What the wall clock said when the process started is believed only
/// after a while, because a machine that boots with a wrong date is set right within minutes.
///
/// A date that was wrong by less than it seems keeps events longer than the policy says, never shorter; the bound by number
/// holds whatever the clocks do.
class AgeClock {
public:
    AgeClock(Moment start, Duration maximum_age) : start_(start), settling_(std::min(kSettling, maximum_age)) {}

    /// Nothing: not known yet.
    [[nodiscard]] std::optional<WallTime> look(Moment now) const {
        const Duration lived = now.monotonic - start_.monotonic;
        if (lived < settling_) return std::nullopt;
        return std::min(now.wall, start_.wall + lived);
    }

    static constexpr Duration kSettling = std::chrono::hours{1};

private:
    Moment start_;
    Duration settling_;
};

}  // namespace sstp
