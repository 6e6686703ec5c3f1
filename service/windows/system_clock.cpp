#include "service/windows/system_clock.h"

#include "service/windows/late_bound.h"
#include "service/windows/portable/time_sample.h"
#include "service/windows/registry_key.h"

#include <cstddef>
#include <cstring>
#include <string>

namespace sstp {
namespace {

using Ticks = std::chrono::duration<std::int64_t, std::ratio<1, 10'000'000>>;

/// From 1601-01-01, where FILETIME begins, to 1970-01-01.
constexpr Ticks kToUnixEpoch{116'444'736'000'000'000};

Ticks ticks_of(const FILETIME& time) noexcept { return Ticks{static_cast<std::int64_t>(time.dwHighDateTime) << 32 | time.dwLowDateTime}; }

FILETIME to_file_time(WallTime time) noexcept {
    const std::int64_t ticks = (std::chrono::duration_cast<Ticks>(time.time_since_epoch()) + kToUnixEpoch).count();
    return {static_cast<DWORD>(ticks & 0xFFFFFFFF), static_cast<DWORD>(ticks >> 32)};
}

}  // namespace

WallTime to_wall_time(const FILETIME& time) noexcept { return WallTime{std::chrono::floor<Duration>(ticks_of(time) - kToUnixEpoch)}; }

UtcOffset offset_in(DYNAMIC_TIME_ZONE_INFORMATION zone, WallTime at) noexcept {
    const FILETIME utc = to_file_time(at);
    SYSTEMTIME civil{};
    SYSTEMTIME local{};
    FILETIME back{};
    // The begin of both structures is the same, by Microsoft's definition of the dynamic one.
    TIME_ZONE_INFORMATION rules{};
    static_assert(offsetof(DYNAMIC_TIME_ZONE_INFORMATION, DaylightBias) == offsetof(TIME_ZONE_INFORMATION, DaylightBias));
    std::memcpy(&rules, &zone, sizeof rules);
    if (!FileTimeToSystemTime(&utc, &civil)) return UtcOffset{0};
    // The dynamic zone knows the rules of other years than this one. Where it is disabled Windows goes by the dates that are set: none, if
    // "adjust for daylight saving time automatically" is off.
    if (!zone.DynamicDaylightTimeDisabled && !GetTimeZoneInformationForYear(civil.wYear, &zone, &rules)) return UtcOffset{0};
    if (!SystemTimeToTzSpecificLocalTime(&rules, &civil, &local) || !SystemTimeToFileTime(&local, &back)) return UtcOffset{0};
    return std::chrono::round<UtcOffset>(ticks_of(back) - ticks_of(utc));
}

MonotonicTime monotonic_now() noexcept {
    // Interrupt time is biased: it goes on while the machine sleeps, as a budget of "three an hour" must.
    static auto* const query = late_bound<VOID WINAPI(PULONGLONG)>(L"kernelbase.dll", "QueryInterruptTime");
    if (query == nullptr) return {Duration{static_cast<std::int64_t>(GetTickCount64())}};
    ULONGLONG ticks = 0;
    query(&ticks);
    return {std::chrono::floor<Duration>(Ticks{static_cast<std::int64_t>(ticks)})};
}

WallTime SystemClock::wall() {
    FILETIME now{};
    GetSystemTimePreciseAsFileTime(&now);
    return to_wall_time(now);
}

MonotonicTime SystemClock::monotonic() { return monotonic_now(); }

UtcOffset SystemClock::local_offset(WallTime at) {
    DYNAMIC_TIME_ZONE_INFORMATION zone{};
    if (GetDynamicTimeZoneInformation(&zone) == TIME_ZONE_ID_INVALID) return UtcOffset{0};
    return offset_in(zone, at);
}

bool SystemClock::is_synchronised() {
    constexpr MachineKey kStatus{L"SYSTEM\\CurrentControlSet\\Services\\W32Time\\Config\\Status",
                                 "HKLM\\SYSTEM\\CurrentControlSet\\Services\\W32Time\\Config\\Status"};
    const auto sample = decode_text(read_value(kStatus, L"LastGoodSampleInfo"));
    const std::string* text = value_of(sample);
    return text != nullptr && clock_was_set(*text, wall(), monotonic().since_boot);
}

bool SystemClock::pause(Duration how_long) { return !stop_.wait(how_long); }

void SystemClock::wait(Duration how_long) { Sleep(wait_milliseconds(how_long)); }

}  // namespace sstp
