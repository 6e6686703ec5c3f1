#include "service/windows/portable/time_sample.h"

#include <charconv>
#include <cstdint>
#include <ratio>
#include <system_error>

namespace sstp {

bool clock_was_set(std::string_view last_good_sample, WallTime now, Duration up_time) {
    using Ticks = std::chrono::duration<std::int64_t, std::ratio<1, 10'000'000>>;
    constexpr Ticks kToUnixEpoch{116'444'736'000'000'000};   // FILETIME counts from 1601
    const std::size_t end = last_good_sample.find(';');
    if (end == std::string_view::npos) return false;
    const std::string_view source = last_good_sample.substr(end + 1);
    std::int64_t ticks = 0;
    const char* const last = last_good_sample.data() + end;
    const auto read = std::from_chars(last_good_sample.data(), last, ticks);
    if (source.empty() || read.ec != std::errc{} || read.ptr != last || ticks < kToUnixEpoch.count()) return false;
    const WallTime sampled{std::chrono::floor<Duration>(Ticks{ticks} - kToUnixEpoch)};
    return sampled >= now - up_time && sampled <= now;
}

}  // namespace sstp
