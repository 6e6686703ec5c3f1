#include "core/decision/window.h"

#include <algorithm>

namespace sstp {

namespace {

using std::chrono::days;

/// The opening that starts on a local day; nothing when the window does not open on it.
std::optional<Opening> opening_of(const MaintenanceWindow& window, std::chrono::sys_days local_day, UtcOffset offset) {
    if (window.duration <= Duration::zero() || !window.days[std::chrono::weekday{local_day}.c_encoding()]) return std::nullopt;
    const WallTime begins = WallTime{local_day} + window.start - offset;
    return Opening{begins, begins + window.duration};
}

std::chrono::sys_days local_day(WallTime now, UtcOffset offset) { return std::chrono::floor<days>(now + offset); }

/// How many days back an opening that is still open can have begun.
days reach(const MaintenanceWindow& window) { return std::chrono::ceil<days>(window.duration) + days{1}; }

}  // namespace

std::optional<Opening> opening_at(const MaintenanceWindow& window, WallTime now, UtcOffset offset) {
    const auto today = local_day(now, offset);
    for (days back{0}; back <= reach(window); ++back) {
        const auto opening = opening_of(window, today - back, offset);
        if (opening && opening->begins <= now && now < opening->ends) return opening;
    }
    return std::nullopt;
}

bool is_open(const MaintenanceWindow& window, WallTime now, UtcOffset offset) { return opening_at(window, now, offset).has_value(); }

std::optional<Opening> next_opening(const MaintenanceWindow& window, WallTime now, UtcOffset offset) {
    const auto today = local_day(now, offset);
    for (days ahead{0}; ahead <= days{8}; ++ahead) {
        const auto opening = opening_of(window, today + ahead, offset);
        if (opening && opening->begins > now) return opening;
    }
    return std::nullopt;
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

Slot slot_in(const Opening& opening, const std::string& machine_key, Duration needed) {
    const Duration length = opening.ends - opening.begins;
    const Duration kept_free = std::min(std::max(needed, Duration::zero()), length / 2);
    const Duration usable = length - kept_free;
    if (usable <= Duration::zero()) return {opening.begins, opening.ends};
    const auto share = static_cast<Duration::rep>(machine_number(machine_key) % static_cast<std::uint64_t>(usable.count()));
    return {opening.begins + Duration{share}, opening.begins + usable};
}

PlannedStart planned_start(const MaintenanceWindow& window, WallTime now, UtcOffset offset, const std::string& machine_key,
                           Duration needed) {
    const auto today = local_day(now, offset);
    PlannedStart start;
    // Openings may overlap when they are longer than a day: each of them has its slot.
    for (auto day = today - reach(window); day <= today + days{8}; day += days{1}) {
        const auto opening = opening_of(window, day, offset);
        if (!opening || opening->ends <= now) continue;
        const Slot slot = slot_in(*opening, machine_key, needed);
        if (slot.begins <= now && now < slot.latest) return {true, std::nullopt};
        if (slot.begins > now && (!start.at || slot.begins < *start.at)) start.at = slot.begins;
    }
    return start;
}

}  // namespace sstp
