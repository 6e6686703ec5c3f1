#pragma once

#include "core/model/time.h"

#include <cstdint>
#include <span>

namespace sstp {

/// How long to wait after the n-th failure or notice (n counts from 1); the last entry repeats for ever. The one back-off
/// of the product: what differs is the table and the clock that the caller counts by.
struct Schedule {
    std::span<const Duration> waits;

    [[nodiscard]] Duration after(std::uint32_t times) const noexcept {
        if (times == 0 || waits.empty()) return Duration{0};
        return waits[times < waits.size() ? times - 1 : waits.size() - 1];
    }
};

namespace schedule_tables {
using namespace std::chrono_literals;
inline constexpr Duration kWeek = std::chrono::hours{24 * 7};
inline constexpr Duration kHealAskedNobodyToStop[] = {5min, 1h, 4h, 24h, 48h, 96h, kWeek};
inline constexpr Duration kHeal[] = {1h, 4h, 24h, 48h, 96h, kWeek};
inline constexpr Duration kOwedStart[] = {30s, 1min, 2min, 5min};
inline constexpr Duration kReminder[] = {1h, 4h, 24h};
inline constexpr Duration kHungService[] = {2s, 4s, 8s, 16s, 32s, 64s, 128s, 5min};
inline constexpr Duration kReconnect[] = {1s, 2s, 4s, 8s, 16s, 32s, 64s, 128s, 5min};
}  // namespace schedule_tables

/// DESIGN 2.5: a heal of one target that failed; the first wait is short when no service was asked to stop.
inline constexpr Schedule kFailedHealSchedule{schedule_tables::kHeal};
inline constexpr Schedule kFailedWithoutStopSchedule{schedule_tables::kHealAskedNobodyToStop};
/// Starts of a service that a heal stopped and that has not run since. It is we who keep people out: they are not made to wait for what
/// failed once, and a start that fails costs a line of the System log.
inline constexpr Schedule kOwedStartSchedule{schedule_tables::kOwedStart};
/// Reminders of standing findings.
inline constexpr Schedule kReminderSchedule{schedule_tables::kReminder};
/// Looks at a service that is pending longer than restart.timeout.
inline constexpr Schedule kHungServiceSchedule{schedule_tables::kHungService};
/// The event log, and other sources that are to be opened again.
inline constexpr Schedule kReconnectSchedule{schedule_tables::kReconnect};

}  // namespace sstp
