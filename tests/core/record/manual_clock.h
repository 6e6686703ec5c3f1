#pragma once

#include "core/ports/clock.h"

namespace sstp {

/// 2026-11-21, the day on which most tests happen.
inline constexpr WallTime kTestDay{Duration{1'795'227'245'678}};

/// Stands still until a test moves it.
class ManualClock final : public Clock {
public:
    WallTime wall_now = kTestDay;
    MonotonicTime monotonic_now{std::chrono::hours{100}};

    void advance(Duration by) {
        wall_now += by;
        monotonic_now = monotonic_now + by;
    }
    WallTime wall() override { return wall_now; }
    MonotonicTime monotonic() override { return monotonic_now; }
    UtcOffset local_offset(WallTime) override { return {}; }
    bool is_synchronised() override { return true; }
    void wait(Duration how_long) override { advance(how_long); }
    bool pause(Duration how_long) override {
        advance(how_long);
        return true;
    }
};

}  // namespace sstp
