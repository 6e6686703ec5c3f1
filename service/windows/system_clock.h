#pragma once

#include "core/ports/clock.h"
#include "service/windows/stop_signal.h"

namespace sstp {

/// FILETIME (100 ns since 1601, UTC) as WallTime, rounded down to whole milliseconds.
WallTime to_wall_time(const FILETIME& time) noexcept;

/// Local time less UTC at `at`, 0 when it cannot be had. A zone whose DynamicDaylightTimeDisabled is set goes by its own dates, which are
/// none where summer time is switched off, and not by those that its name has for that year. Source: Microsoft,
/// DYNAMIC_TIME_ZONE_INFORMATION; Exchange's HealthChecker, which tells both states of that value apart.
UtcOffset offset_in(DYNAMIC_TIME_ZONE_INFORMATION zone, WallTime at) noexcept;

/// Milliseconds since boot, sleep included. Source: Microsoft, QueryInterruptTime, GetTickCount64.
MonotonicTime monotonic_now() noexcept;

class SystemClock final : public Clock {
public:
    explicit SystemClock(const StopSignal& stop) : stop_(stop) {}

    WallTime wall() override;
    MonotonicTime monotonic() override;
    /// 0 when the time zone cannot be had: UTC is wrong by hours, and never by a day.
    UtcOffset local_offset(WallTime at) override;
    /// By what the time service last wrote of a good sample (portable/time_sample.h).
    bool is_synchronised() override;
    bool pause(Duration how_long) override;
    void wait(Duration how_long) override;

private:
    const StopSignal& stop_;
};

}  // namespace sstp
