#pragma once

#include "core/model/time.h"
#include "core/report/wake.h"

#include <condition_variable>
#include <mutex>
#include <optional>

namespace sstp {

/// Where every watcher drops its wakes and the one thread that decides picks them up. Any number of posts between two
/// waits are one answer, so that a storm is one cycle; a post while a cycle runs is kept for the next. Thread-safe.
class WakeInbox {
public:
    void post(Wake wake);
    /// Ends the present wait and every later one. Final.
    void stop();
    [[nodiscard]] bool stopped() const;

    /// Waits at most `how_long` (negative: not at all) for a wake. Returns what has come, `{Wake::timer}` when the time
    /// ran out first, nothing when `stop` was called, whatever else is waiting.
    std::optional<Wakes> wait(Duration how_long);
    /// Waits out `how_long`, wakes notwithstanding. False as soon as `stop` is called: what Clock::pause must answer.
    bool pause(Duration how_long);

private:
    mutable std::mutex mutex_;
    std::condition_variable changed_;
    Wakes wakes_;
    bool stopped_ = false;
};

}  // namespace sstp
