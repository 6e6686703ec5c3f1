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
    /// What is newer, up to `last`, was taken out of its turn. True the first time: the receiver speaks again, and what met with silence is
    /// worth a try at once. Where that meets with silence again it goes on at its falling rate, whatever else is taken meanwhile.
    bool newer_taken(std::uint64_t last) {
        met(last);
        const bool first = !has_spoken_;
        has_spoken_ = true;
        return first;
    }

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
    static constexpr int kOften = 8;  ///< with the usual back-off: about ten minutes

    std::uint64_t offered_ = 0;
    int rounds_ = 0;
    bool has_spoken_ = false;  ///< took something newer since the front met with silence
};

}  // namespace sstp
