#include "core/decision/window.h"

#include <algorithm>

namespace sstp {

namespace {

using std::chrono::days;

/// A moment of local civil time, not yet in UTC.
using LocalTime = std::chrono::local_time<Duration>;

UtcOffset offset_at(const LocalOffset& offset, WallTime at) { return offset ? offset(at) : UtcOffset{0}; }

std::chrono::local_days local_day(WallTime now, const LocalOffset& offset) {
    return std::chrono::local_days{std::chrono::floor<days>(now + offset_at(offset, now)).time_since_epoch()};
}

/// The first moment at which the wall shows it; one that it skips comes when it would have without the change. At most one change of
/// the offset within a day or so is expected.
WallTime to_utc(LocalTime local, const LocalOffset& offset) {
    constexpr Duration kFarEnough = std::chrono::hours{26};
    const WallTime as_utc{local.time_since_epoch()};
    const WallTime by_earlier = as_utc - offset_at(offset, as_utc - kFarEnough);
    const WallTime by_later = as_utc - offset_at(offset, as_utc + kFarEnough);
    const auto shows_it = [&](WallTime utc) { return utc + offset_at(offset, utc) == as_utc; };
    return !shows_it(by_earlier) && shows_it(by_later) ? by_later : by_earlier;
}

/// The opening that starts on a local day; nothing when the window does not open on it.
std::optional<Opening> opening_of(const MaintenanceWindow& window, std::chrono::local_days day, const LocalOffset& offset) {
    if (window.duration <= Duration::zero() || !window.days[std::chrono::weekday{day}.c_encoding()]) return std::nullopt;
    const LocalTime start = LocalTime{day} + window.start;
    const WallTime begins = to_utc(start, offset);
    WallTime ends = to_utc(start + window.duration, offset);
    if (ends - begins < window.duration / 2) ends = begins + window.duration;
    return Opening{begins, ends};
}

/// How many days back an opening that is still open can have begun.
days reach(const MaintenanceWindow& window) { return std::chrono::ceil<days>(window.duration) + days{1}; }

}  // namespace

std::optional<Opening> opening_at(const MaintenanceWindow& window, WallTime now, const LocalOffset& offset) {
    const auto today = local_day(now, offset);
    for (days back{0}; back <= reach(window); ++back) {
        const auto opening = opening_of(window, today - back, offset);
        if (opening && opening->begins <= now && now < opening->ends) return opening;
    }
    return std::nullopt;
}

bool is_open(const MaintenanceWindow& window, WallTime now, const LocalOffset& offset) {
    return opening_at(window, now, offset).has_value();
}

std::optional<Opening> next_opening(const MaintenanceWindow& window, WallTime now, const LocalOffset& offset) {
    const auto today = local_day(now, offset);
    for (days ahead{0}; ahead <= days{7}; ++ahead) {
        const auto opening = opening_of(window, today + ahead, offset);
        if (opening && opening->begins > now) return opening;
    }
    return std::nullopt;
}

MaintenanceWindow on_any_day(MaintenanceWindow window) {
    window.days.fill(true);
    return window;
}

std::uint64_t machine_number(const std::string& machine_key) {
    std::uint64_t number = 0xCBF29CE484222325U;
    for (const char character : machine_key) {
        number ^= static_cast<std::uint8_t>(character);
        number *= 0x100000001B3U;
    }
    // FNV-1a leaves the high bits of short keys alike (server-01, server-02); this finish spreads them.
    number ^= number >> 33;
    number *= 0xFF51AFD7ED558CCDU;
    return number ^ number >> 33;
}

Duration machine_share(const std::string& machine_key, Duration span) {
    if (span <= Duration::zero()) return Duration::zero();
    return Duration{static_cast<Duration::rep>(machine_number(machine_key) % static_cast<std::uint64_t>(span.count()))};
}

Slot slot_in(const Opening& opening, const std::string& machine_key, Duration needed) {
    const Duration length = opening.ends - opening.begins;
    const Duration kept_free = std::min(std::max(needed, Duration::zero()), length / 2);
    const Duration usable = length - kept_free;
    if (usable <= Duration::zero()) return {opening.begins, opening.ends};
    return {opening.begins + machine_share(machine_key, usable), opening.begins + usable};
}

std::optional<WallTime> next_begin(const MaintenanceWindow& window, WallTime from, const LocalOffset& offset,
                                   const std::string& machine_key, Duration needed) {
    const auto today = local_day(from, offset);
    std::optional<WallTime> next;
    // Openings may overlap when they are longer than a day: each of them has its slot.
    for (auto day = today - reach(window); day <= today + days{7}; day += days{1}) {
        const auto opening = opening_of(window, day, offset);
        if (!opening) continue;
        const Slot slot = slot_in(*opening, machine_key, needed);
        if (slot.begins <= from && from < slot.latest) return from;
        if (slot.begins > from && (!next || slot.begins < *next)) next = slot.begins;
    }
    return next;
}

}  // namespace sstp
