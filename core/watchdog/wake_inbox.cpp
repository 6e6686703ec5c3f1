#include "core/watchdog/wake_inbox.h"

#include <algorithm>
#include <utility>

namespace sstp {

namespace {

/// A wait of years overflows the system clock's arithmetic inside condition_variable; a day is as good, since every
/// caller looks again when it returns.
Duration bounded(Duration how_long) { return std::clamp(how_long, Duration::zero(), Duration{std::chrono::hours{24}}); }

}  // namespace

void WakeInbox::post(Wake wake) {
    {
        const std::lock_guard lock{mutex_};
        wakes_.insert(wake);
    }
    changed_.notify_all();
}

void WakeInbox::stop() {
    {
        const std::lock_guard lock{mutex_};
        stopped_ = true;
    }
    changed_.notify_all();
}

bool WakeInbox::stopped() const {
    const std::lock_guard lock{mutex_};
    return stopped_;
}

std::optional<Wakes> WakeInbox::wait(Duration how_long) {
    std::unique_lock lock{mutex_};
    changed_.wait_for(lock, bounded(how_long), [this] { return stopped_ || !wakes_.empty(); });
    if (stopped_) return std::nullopt;
    if (wakes_.empty()) return Wakes{Wake::timer};
    return std::exchange(wakes_, {});
}

bool WakeInbox::pause(Duration how_long) {
    std::unique_lock lock{mutex_};
    return !changed_.wait_for(lock, std::min(how_long, Duration{std::chrono::hours{24}}), [this] { return stopped_; });
}

}  // namespace sstp
