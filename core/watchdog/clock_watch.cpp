#include "core/watchdog/clock_watch.h"

namespace sstp {

bool ClockWatch::look(Moment now) {
    if (last_) {
        const Duration drift = (now.wall - last_->wall) - (now.monotonic - last_->monotonic);
        if (drift > kTolerance || drift < -kTolerance) jumped_at_ = now.monotonic;
    }
    last_ = now;
    return doubtful_for(now.monotonic) > Duration{0};
}

Duration ClockWatch::doubtful_for(MonotonicTime now) const {
    if (!jumped_at_ || now - *jumped_at_ >= kSettling) return Duration{0};
    return kSettling - (now - *jumped_at_);
}

}  // namespace sstp
