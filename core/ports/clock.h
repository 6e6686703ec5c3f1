#pragma once

#include "core/model/time.h"

#include <cstdint>

namespace sstp {

/// Minutes to add to UTC for local civil time at `wall`, as the machine's time zone has it (summer time included).
using UtcOffset = std::chrono::minutes;

class Clock {
public:
    virtual ~Clock() = default;
    virtual WallTime wall() = 0;
    virtual MonotonicTime monotonic() = 0;
    virtual UtcOffset local_offset(WallTime at) = 0;
    /// Waits. False: our own stop was requested, before or while waiting; the caller winds up at once.
    virtual bool pause(Duration how_long) = 0;

    Moment now() { return {wall(), monotonic()}; }
};

}  // namespace sstp
