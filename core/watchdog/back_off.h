#pragma once

#include "core/model/time.h"

#include <cstdint>
#include <string_view>

namespace sstp {

/// How long to wait after the n-th failure in a row: doubling, capped, jittered, without an end. Runs on the monotonic clock;
/// which failure it was does not matter here, only that it was one.
class BackOff {
public:
    /// `seed`: whatever differs from machine to machine, so that a fleet does not knock at once.
    BackOff(Duration first, Duration most, std::uint64_t seed) : first_(first), most_(most), random_(seed | 1) {}

    void failed(MonotonicTime now);
    void succeeded() { failures_ = 0; }
    [[nodiscard]] bool is_due(MonotonicTime now) const { return failures_ == 0 || due_ <= now; }
    /// How long until it is due, 0 when it is.
    [[nodiscard]] Duration wait(MonotonicTime now) const { return is_due(now) ? Duration{0} : due_ - now; }
    [[nodiscard]] std::uint32_t failures() const { return failures_; }

private:
    Duration first_;
    Duration most_;
    std::uint64_t random_;
    std::uint32_t failures_ = 0;
    MonotonicTime due_{};
};

/// FNV-1a: a stable number for a machine's name or id.
std::uint64_t seed_from(std::string_view text);

}  // namespace sstp
