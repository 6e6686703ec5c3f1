#pragma once

#include "core/model/time.h"
#include "core/model/utc_offset.h"

namespace sstp {

class Clock {
public:
    virtual ~Clock() = default;
    virtual WallTime wall() = 0;
    virtual MonotonicTime monotonic() = 0;
    virtual UtcOffset local_offset(WallTime at) = 0;
    /// Windows' time service (W32Time) reports a synchronised source. False where it cannot be asked.
    virtual bool is_synchronised() = 0;
    /// Waits. False: our own stop was requested, before or while waiting; the caller winds up at once.
    virtual bool pause(Duration how_long) = 0;
    /// Waits, whether our own stop was requested or not: for the little that is left to do while we stop.
    virtual void wait(Duration how_long) = 0;

    Moment now() { return {wall(), monotonic()}; }
};

}  // namespace sstp
