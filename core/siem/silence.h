#pragma once

#include "core/model/time.h"

#include <algorithm>
#include <cstdint>

namespace sstp {

/// What a receiver was sent, and neither confirmed nor refused. What waits for its confirmation is sent again at a falling rate, so that
/// copies are bounded; what came later is offered all the same, so that a receiver that never says anything gets each new event at once
/// (DESIGN 5.1). Pure; remembers within one process.
class Silence {
public:
    /// Everything up to `last` was sent and met with silence.
    void met(std::uint64_t last) { offered_ = std::max(offered_, last); }
    void ended() { *this = {}; }

    /// The newest number that was offered in vain; 0: none.
    [[nodiscard]] std::uint64_t offered() const { return offered_; }
    /// All hosts met the front of the queue with silence: how long it waits now, besides the usual back-off.
    [[nodiscard]] Duration until_again() {
        using namespace std::chrono_literals;
        if (++rounds_ <= kOften) return Duration{0};
        if (rounds_ == kOften + 1) return 1h;
        return rounds_ == kOften + 2 ? Duration{4h} : Duration{24h};
    }

private:
    static constexpr int kOften = 8;       ///< with the usual back-off: about ten minutes

    std::uint64_t offered_ = 0;
    int rounds_ = 0;
};

}  // namespace sstp
