#pragma once

#include "core/siem/delivery.h"

namespace sstp {

/// When a destination is tried again, at which host, and whether it counts as down. Pure: time and chance are given.
class Pace {
public:
    Pace(const DeliveryLimits& limits, std::size_t hosts) : limits_(limits), hosts_(hosts == 0 ? 1 : hosts) {}

    /// The host for an attempt at `now`.
    std::size_t host(MonotonicTime now);
    /// How long until the next attempt; 0: now.
    [[nodiscard]] Duration wait(MonotonicTime now) const { return due_ <= now ? Duration{0} : due_ - now; }

    void confirmed(MonotonicTime now);
    /// The attempt at `host` failed. True: every host has by now, and there is a back-off. `down`: it counts as down already.
    /// `random`: uniform in [0, 1).
    bool failed(HandoverFailure failure, std::optional<Duration> retry_after, bool down, MonotonicTime now, double random);
    /// Like the failure of every host, for trouble that another host would not end.
    void failed_everywhere(std::optional<Duration> retry_after, bool configuration, bool down, MonotonicTime now, double random);
    /// Ends the back-off, not the count of failures.
    void try_now() { due_ = {}; }

    /// Failed often enough, long enough.
    [[nodiscard]] bool is_down(MonotonicTime now) const;
    /// Since the first failure that no confirmation has followed; 0 when there is none.
    [[nodiscard]] Duration failing_for(MonotonicTime now) const { return first_failure_ ? now - *first_failure_ : Duration{0}; }
    /// In a row, of all hosts.
    [[nodiscard]] int failures() const { return failures_; }

private:
    DeliveryLimits limits_;
    std::size_t hosts_;
    std::size_t host_ = 0;
    std::size_t tried_ = 0;                          ///< hosts that failed since the last back-off or confirmation
    std::size_t misconfigured_ = 0;                  ///< of those, the ones with configuration trouble
    std::optional<Duration> retry_after_;            ///< longest that a host asked for in this round
    std::optional<MonotonicTime> left_first_;        ///< when the first host was given up for another
    std::optional<MonotonicTime> first_failure_;     ///< since the last confirmation
    int failures_ = 0;
    MonotonicTime due_{};
};

}  // namespace sstp
