#include "core/watchdog/back_off.h"

#include <algorithm>

namespace sstp {

namespace {

/// Xorshift64: jitter needs to differ, not to be unguessable, and the same seed must give the same run.
std::uint64_t next(std::uint64_t& state) {
    state ^= state << 13;
    state ^= state >> 7;
    state ^= state << 17;
    return state;
}

constexpr std::uint32_t kMostDoublings = 30;

}  // namespace

void BackOff::failed(MonotonicTime now) {
    const std::uint32_t doublings = std::min(failures_, kMostDoublings);
    const std::int64_t whole = std::min<std::int64_t>(most_.count(), first_.count() << doublings);
    // Half fixed, half jitter: never at once again, never all together.
    const std::int64_t jitter = static_cast<std::int64_t>(next(random_) % static_cast<std::uint64_t>(whole / 2 + 1));
    due_ = now + Duration{whole - whole / 2 + jitter};
    if (failures_ < kMostDoublings) ++failures_;
}

std::uint64_t seed_from(std::string_view text) {
    std::uint64_t hash = 0xCBF29CE484222325ULL;
    for (const char c : text) hash = (hash ^ static_cast<unsigned char>(c)) * 0x100000001B3ULL;
    return hash;
}

}  // namespace sstp
