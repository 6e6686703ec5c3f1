// Sessions: what is remembered of them, and the first one after a heal.

#include "core/watchdog/learning.h"

#include <algorithm>

namespace sstp {

namespace {

using namespace std::chrono_literals;
using std::chrono::days;
using std::chrono::sys_days;

constexpr std::size_t kWorkingDays = 10;
constexpr std::size_t kUsual = kWorkingDays / 2;
constexpr std::size_t kHours = 24;
constexpr Duration kNothingKnown = 24h;

bool is_working_day(sys_days day) {
    const unsigned weekday = std::chrono::weekday{day}.c_encoding();
    return weekday >= 1 && weekday <= 5;
}

sys_days day_of(WallTime at, UtcOffset offset) { return std::chrono::floor<days>(at + offset); }

std::size_t hour_of(WallTime at, UtcOffset offset) {
    return static_cast<std::size_t>(std::chrono::duration_cast<std::chrono::hours>(at + offset - day_of(at, offset)).count());
}

/// Of the days behind `last`, up to `day`; more than are remembered are not counted.
std::size_t working_days_since(sys_days last, sys_days day) {
    std::size_t passed = 0;
    for (sys_days each = last + days{1}; each <= day && passed < kWorkingDays; each += days{1}) passed += is_working_day(each) ? 1 : 0;
    return passed;
}

/// An earlier version kept how many days, not which: they count as the newest, so that they are over in two weeks at the latest.
void take_over_counts(SessionMemory& memory, sys_days newest) {
    if (memory.newest_day) return;
    memory.newest_day = WallTime{newest};
    memory.starts_by_day.assign(kWorkingDays, 0);
    for (std::size_t hour = 0; hour < kHours; ++hour) {
        const std::size_t seen = std::min<std::size_t>(memory.days_with_a_start[hour], kWorkingDays);
        for (std::size_t day = 0; day < seen; ++day) memory.starts_by_day[day] |= 1U << hour;
    }
    memory.days_with_a_start.fill(0);
}

void note_start(SessionMemory& memory, WallTime began, UtcOffset offset) {
    const sys_days day = day_of(began, offset);
    take_over_counts(memory, memory.newest_sstp_began ? std::min(day_of(*memory.newest_sstp_began, offset), day) : day);
    auto& starts = memory.starts_by_day;
    starts.insert(starts.begin(), working_days_since(std::chrono::floor<days>(*memory.newest_day), day), 0);
    starts.resize(kWorkingDays);
    starts.front() |= 1U << hour_of(began, offset);
    memory.newest_day = std::max(*memory.newest_day, WallTime{day});
}

/// The hours in which sessions usually began in the ten working days before `day`: bit 0 = midnight.
std::uint32_t usual_hours(const SessionMemory& memory, sys_days day) {
    const std::size_t passed = memory.newest_day ? working_days_since(std::chrono::floor<days>(*memory.newest_day), day - days{1}) : 0;
    std::uint32_t usual = 0;
    for (std::size_t hour = 0; hour < kHours; ++hour) {
        std::size_t seen = memory.days_with_a_start[hour];
        for (std::size_t i = 0; i + passed < memory.starts_by_day.size(); ++i) seen += (memory.starts_by_day[i] >> hour) & 1U;
        if (seen >= kUsual) usual |= 1U << hour;
    }
    return usual;
}

/// The end of the first hour after `from` of those that are usual, in UTC.
std::optional<WallTime> end_of_usual_hour(std::uint32_t usual, WallTime from, UtcOffset offset) {
    const auto local = from + offset;
    for (auto hour = std::chrono::ceil<std::chrono::hours>(local); hour < local + days{8}; hour += 1h) {
        const auto day = std::chrono::floor<days>(hour);
        if (is_working_day(day) && ((usual >> (hour - day).count()) & 1U) != 0) return WallTime{hour} - offset + 1h;
    }
    return std::nullopt;
}

}  // namespace

void remember_sessions(SessionMemory& memory, const Observed<Sessions>& answer, WallTime now, UtcOffset local_offset) {
    const auto* sessions = value_of(answer);
    if (!sessions || !sessions->sstp.newest_began) return;
    const WallTime began = *sessions->sstp.newest_began;
    if (memory.newest_sstp_began && *memory.newest_sstp_began >= began) return;
    if (is_working_day(day_of(began, local_offset)) && began <= now) note_start(memory, began, local_offset);
    memory.newest_sstp_began = began;
}

void remember_start_of_open_sessions(SessionMemory& memory, const Observed<Sessions>& answer, const ServerState& state) {
    const auto* sessions = value_of(answer);
    const ServiceStatus* rras = state.service(kRemoteAccess);
    if (!sessions || sessions->sstp.open == 0 || !sessions->sstp.newest_began || !rras || !rras->started) return;
    if (rras->started->earliest <= *sessions->sstp.newest_began) memory.open_under = rras->started;
}

bool client_came_under(const Proven& proven, const SessionMemory& sessions) {
    return sessions.newest_sstp_began && *sessions.newest_sstp_began >= proven.at;
}

std::optional<ClientConfirmation> confirmation_of(const RecordContents& contents) {
    if (!contents.awaited_client || !contents.sessions.newest_sstp_began) return std::nullopt;
    const AwaitedClient& awaited = *contents.awaited_client;
    const WallTime began = *contents.sessions.newest_sstp_began;
    if (began <= awaited.healed_at) return std::nullopt;
    return ClientConfirmation{awaited.heal_id, began, began - awaited.healed_at};
}

std::uint32_t then_brought_clients_after(std::uint32_t before, const AwaitedClient& awaited, Duration came_after) {
    if (awaited.after_then) return came_after <= 1h ? kThenAtOnce : std::min(before + 1, kThenAtOnce);
    return awaited.changed_a_hash && awaited.only_services_restarted ? 0 : before;
}

bool has_session_habit(const SessionMemory& sessions, WallTime healed_at, UtcOffset local_offset) {
    return usual_hours(sessions, day_of(healed_at, local_offset)) != 0;
}

bool is_overdue(const AwaitedClient& awaited, const SessionMemory& sessions, std::optional<WallTime> heard_since, WallTime now,
                UtcOffset local_offset) {
    if (!heard_since) return false;
    const std::uint32_t usual = usual_hours(sessions, day_of(awaited.healed_at, local_offset));
    if (usual == 0) return now - awaited.healed_at >= kNothingKnown && now - *heard_since >= 1h;
    const auto end = end_of_usual_hour(usual, std::max(awaited.healed_at, *heard_since), local_offset);
    return end && now >= *end;
}

}  // namespace sstp
