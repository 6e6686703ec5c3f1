// Sessions: what is remembered of them, and the first one after a heal.

#include "core/watchdog/learning.h"

#include <algorithm>

namespace sstp {

namespace {

using namespace std::chrono_literals;
using std::chrono::days;

constexpr std::uint8_t kWorkingDays = 10;
constexpr std::uint8_t kUsual = kWorkingDays / 2;
constexpr Duration kNothingKnown = 24h;

bool is_working_day(std::chrono::sys_days day) {
    const unsigned weekday = std::chrono::weekday{day}.c_encoding();
    return weekday >= 1 && weekday <= 5;
}

/// The end of the first hour after `from` in which sessions usually begin, in UTC.
std::optional<WallTime> end_of_usual_hour(const SessionMemory& sessions, WallTime from, UtcOffset offset) {
    const auto local = from + offset;
    for (auto hour = std::chrono::ceil<std::chrono::hours>(local); hour < local + days{8}; hour += 1h) {
        const auto day = std::chrono::floor<days>(hour);
        const auto index = static_cast<std::size_t>(std::chrono::duration_cast<std::chrono::hours>(hour - day).count());
        if (is_working_day(day) && sessions.days_with_a_start[index] >= kUsual) return WallTime{hour} - offset + 1h;
    }
    return std::nullopt;
}

}  // namespace

void remember_sessions(SessionMemory& memory, const Observed<Sessions>& answer, WallTime now, UtcOffset local_offset) {
    const auto* sessions = value_of(answer);
    if (!sessions || !sessions->sstp.newest_began) return;
    const WallTime began = *sessions->sstp.newest_began;
    if (memory.newest_sstp_began && *memory.newest_sstp_began >= began) return;
    const auto day_of = [&](WallTime at) { return std::chrono::floor<days>(at + local_offset); };
    const auto hour_of = [&](WallTime at) {
        return static_cast<std::size_t>(std::chrono::duration_cast<std::chrono::hours>(at + local_offset - day_of(at)).count());
    };
    const bool same_hour = memory.newest_sstp_began && day_of(*memory.newest_sstp_began) == day_of(began) &&
                           hour_of(*memory.newest_sstp_began) == hour_of(began);
    if (!same_hour && is_working_day(day_of(began)) && began <= now) {
        std::uint8_t& seen = memory.days_with_a_start[hour_of(began)];
        // Ten days are the memory: when an hour is full, every hour fades by one.
        if (seen == kWorkingDays) {
            for (std::uint8_t& each : memory.days_with_a_start) each = static_cast<std::uint8_t>(each == 0 ? 0 : each - 1);
        }
        ++seen;
    }
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

bool has_session_habit(const SessionMemory& sessions) noexcept {
    return std::any_of(sessions.days_with_a_start.begin(), sessions.days_with_a_start.end(),
                       [](std::uint8_t seen) { return seen >= kUsual; });
}

bool is_overdue(const AwaitedClient& awaited, const SessionMemory& sessions, std::optional<WallTime> heard_since, WallTime now,
                UtcOffset local_offset) {
    if (!heard_since) return false;
    if (!has_session_habit(sessions)) return now - awaited.healed_at >= kNothingKnown && now - *heard_since >= 1h;
    const auto end = end_of_usual_hour(sessions, std::max(awaited.healed_at, *heard_since), local_offset);
    return end && now >= *end;
}

}  // namespace sstp
