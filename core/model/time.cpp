#include "core/model/time.h"

#include <fmt/compile.h>

#include <array>
#include <cstdint>

namespace sstp {

namespace {

struct Civil {
    std::chrono::year_month_day date;
    std::chrono::hh_mm_ss<Duration> clock;
};

Civil split(WallTime time) {
    const auto day = std::chrono::floor<std::chrono::days>(time);
    return {std::chrono::year_month_day{day}, std::chrono::hh_mm_ss<Duration>{time - day}};
}

std::string date_text(const std::chrono::year_month_day& date) {
    return fmt::format(FMT_COMPILE("{:04}-{:02}-{:02}"), static_cast<int>(date.year()), static_cast<unsigned>(date.month()),
                       static_cast<unsigned>(date.day()));
}

/// Takes exactly `digits` decimal digits from the front of `text`.
std::optional<int> take_number(std::string_view& text, std::size_t digits) {
    if (text.size() < digits) return std::nullopt;
    int value = 0;
    for (std::size_t i = 0; i < digits; ++i) {
        if (text[i] < '0' || text[i] > '9') return std::nullopt;
        value = value * 10 + (text[i] - '0');
    }
    text.remove_prefix(digits);
    return value;
}

bool take_character(std::string_view& text, char expected) {
    if (text.empty() || text.front() != expected) return false;
    text.remove_prefix(1);
    return true;
}

std::optional<std::chrono::sys_days> take_date(std::string_view& text) {
    const auto year = take_number(text, 4);
    if (!year || !take_character(text, '-')) return std::nullopt;
    const auto month = take_number(text, 2);
    if (!month || !take_character(text, '-')) return std::nullopt;
    const auto day = take_number(text, 2);
    if (!day) return std::nullopt;
    const std::chrono::year_month_day date{std::chrono::year{*year}, std::chrono::month{static_cast<unsigned>(*month)},
                                           std::chrono::day{static_cast<unsigned>(*day)}};
    if (!date.ok()) return std::nullopt;
    return std::chrono::sys_days{date};
}

std::optional<Duration> take_clock(std::string_view& text) {
    const auto hour = take_number(text, 2);
    if (!hour || *hour > 23 || !take_character(text, ':')) return std::nullopt;
    const auto minute = take_number(text, 2);
    if (!minute || *minute > 59 || !take_character(text, ':')) return std::nullopt;
    const auto second = take_number(text, 2);
    if (!second || *second > 60) return std::nullopt;  // 60: a leap second, which Windows maps to the next minute
    return std::chrono::hours{*hour} + std::chrono::minutes{*minute} + std::chrono::seconds{*second};
}

/// Fraction digits beyond milliseconds are dropped: FILETIME has seven, and no decision needs them.
std::optional<Duration> take_fraction(std::string_view& text) {
    if (!take_character(text, '.')) return Duration{0};
    int milliseconds = 0;
    std::size_t digits = 0;
    while (!text.empty() && text.front() >= '0' && text.front() <= '9') {
        if (digits < 3) milliseconds = milliseconds * 10 + (text.front() - '0');
        ++digits;
        text.remove_prefix(1);
    }
    if (digits == 0 || digits > 9) return std::nullopt;
    for (; digits < 3; ++digits) milliseconds *= 10;
    return Duration{milliseconds};
}

std::optional<Duration> take_offset(std::string_view& text) {
    if (take_character(text, 'Z')) return Duration{0};
    if (text.empty() || (text.front() != '+' && text.front() != '-')) return std::nullopt;
    const int sign = text.front() == '-' ? -1 : 1;
    text.remove_prefix(1);
    const auto hours = take_number(text, 2);
    if (!hours || *hours > 23 || !take_character(text, ':')) return std::nullopt;
    const auto minutes = take_number(text, 2);
    if (!minutes || *minutes > 59) return std::nullopt;
    return sign * (std::chrono::hours{*hours} + std::chrono::minutes{*minutes});
}

}  // namespace

std::string to_rfc3339(WallTime time) {
    const Civil civil = split(time);
    return fmt::format(FMT_COMPILE("{}T{:02}:{:02}:{:02}.{:03}Z"), date_text(civil.date), civil.clock.hours().count(),
                       civil.clock.minutes().count(), civil.clock.seconds().count(), civil.clock.subseconds().count());
}

std::optional<WallTime> from_rfc3339(std::string_view text) {
    const auto date = take_date(text);
    if (!date || !take_character(text, 'T')) return std::nullopt;
    const auto clock = take_clock(text);
    if (!clock) return std::nullopt;
    const auto fraction = take_fraction(text);
    if (!fraction) return std::nullopt;
    const auto offset = take_offset(text);
    if (!offset || !text.empty()) return std::nullopt;
    return WallTime{*date} + *clock + *fraction - *offset;
}

std::string to_minute(WallTime time) {
    const Civil civil = split(time);
    return fmt::format(FMT_COMPILE("{} {:02}:{:02} UTC"), date_text(civil.date), civil.clock.hours().count(),
                       civil.clock.minutes().count());
}

std::string to_date(WallTime time) { return date_text(split(time).date); }

std::string to_string(Duration duration) {
    struct TimeUnit {
        std::int64_t milliseconds;
        const char* suffix;
    };
    constexpr std::array<TimeUnit, 4> kUnits{{{86'400'000, "d"}, {3'600'000, "h"}, {60'000, "m"}, {1'000, "s"}}};
    const std::int64_t total = duration.count();
    for (const TimeUnit& unit : kUnits) {
        if (total != 0 && total % unit.milliseconds == 0) return fmt::format("{}{}", total / unit.milliseconds, unit.suffix);
    }
    return total == 0 ? "0s" : fmt::format("{}ms", total);
}

RunningTime running_time(const RunningClock& stored, MonotonicTime now) noexcept {
    // After a boot the monotonic clock begins near 0. One that has passed the stored time again cannot be told from the same
    // boot: the difference is then too small, never too large.
    return now >= stored.at ? stored.reached + (now - stored.at) : stored.reached + now.since_boot;
}

}  // namespace sstp
