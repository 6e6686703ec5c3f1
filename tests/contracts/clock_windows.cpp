#include "service/windows/beside.h"
#include "service/windows/system_clock.h"
#include "tests/contracts/clock_contract.h"

#include <cstdint>
#include <memory>
#include <set>
#include <string>
#include <thread>

namespace sstp::contracts {
namespace {

using namespace std::chrono_literals;

constexpr wchar_t kStatus[] = L"SYSTEM\\CurrentControlSet\\Services\\W32Time\\Config\\Status";

class MachineTime final : public ClockWorld {
public:
    Clock& clock() override { return clock_; }

    ~MachineTime() override { RegDeleteTreeW(HKEY_LOCAL_MACHINE, kStatus); }

    void request_stop() override { stop_.request(); }

    void synchronised(bool yes) override {
        RegDeleteTreeW(HKEY_LOCAL_MACHINE, kStatus);
        if (!yes) return;
        FILETIME now{};
        GetSystemTimeAsFileTime(&now);
        const std::uint64_t ticks = static_cast<std::uint64_t>(now.dwHighDateTime) << 32 | now.dwLowDateTime;
        const std::wstring sample = std::to_wstring(ticks) + L";time.example.com,0x8 (ntp.m|0x8|0.0.0.0:123->203.0.113.9:123)";
        UniqueRegistryKey key;
        RegCreateKeyExW(HKEY_LOCAL_MACHINE, kStatus, 0, nullptr, 0, KEY_ALL_ACCESS | KEY_WOW64_64KEY, nullptr, key.receive(), nullptr);
        RegSetValueExW(key.get(), L"LastGoodSampleInfo", 0, REG_SZ, reinterpret_cast<const BYTE*>(sample.c_str()),
                       static_cast<DWORD>((sample.size() + 1) * sizeof(wchar_t)));
    }

private:
    StopSignal stop_;
    SystemClock clock_{stop_};
};

INSTANTIATE_TEST_SUITE_P(Windows, ClockContract,
                         testing::Values(MakeWorld<ClockWorld>{
                             "machine", []() -> std::unique_ptr<ClockWorld> { return std::make_unique<MachineTime>(); }}),
                         name_of<ClockWorld>);

TEST(SystemClockOnWindows, a_stop_ends_a_pause_that_has_begun) {
    StopSignal stop;
    SystemClock clock{stop};
    std::thread someone([&stop] {
        Sleep(50);
        stop.request();
    });
    EXPECT_FALSE(clock.pause(24h));
    someone.join();
}

TEST(SystemClockOnWindows, file_times_are_rounded_down_to_milliseconds) {
    using std::chrono::sys_days;
    using namespace std::chrono;
    EXPECT_EQ(to_wall_time(FILETIME{0xD53E8000, 0x019DB1DE}), WallTime{sys_days{1970y / 1 / 1}});
    EXPECT_EQ(to_wall_time(FILETIME{0xD53E8000 + 19'999, 0x019DB1DE}), WallTime{1ms});
    EXPECT_EQ(to_wall_time(FILETIME{0xD53E8000 - 1, 0x019DB1DE}), WallTime{-1ms});
    EXPECT_EQ(to_wall_time(FILETIME{0, 0}), WallTime{sys_days{1601y / 1 / 1}});
}

TEST(SystemClockOnWindows, the_offset_is_that_of_the_moment_asked_for_not_of_now) {
    DYNAMIC_TIME_ZONE_INFORMATION zone{};
    ASSERT_NE(GetDynamicTimeZoneInformation(&zone), TIME_ZONE_ID_INVALID);
    StopSignal stop;
    SystemClock clock{stop};
    // Whatever the zone, January and July are its two halves; the bias is what is to be taken off local time.
    const auto january = clock.local_offset(WallTime{std::chrono::sys_days{std::chrono::year{2026} / 1 / 15}});
    const auto july = clock.local_offset(WallTime{std::chrono::sys_days{std::chrono::year{2026} / 7 / 15}});
    const std::chrono::minutes standard{-zone.Bias - zone.StandardBias};
    const std::chrono::minutes summer{-zone.Bias - (zone.DaylightDate.wMonth != 0 ? zone.DaylightBias : zone.StandardBias)};
    EXPECT_TRUE((january == standard && july == summer) || (january == summer && july == standard));
}

TEST(SystemClockOnWindows, a_zone_whose_summer_time_is_switched_off_has_none_whatever_its_name_says) {
    using std::chrono::sys_days;
    using namespace std::chrono;
    // As GetDynamicTimeZoneInformation gives them: central Europe, an hour ahead of UTC, summer time from the last Sunday of March to that
    // of October.
    DYNAMIC_TIME_ZONE_INFORMATION zone{};
    zone.Bias = -60;
    zone.DaylightBias = -60;
    zone.DaylightDate = {0, 3, 0, 5, 2, 0, 0, 0};
    zone.StandardDate = {0, 10, 0, 5, 3, 0, 0, 0};
    const std::wstring name = L"W. Europe Standard Time";
    name.copy(zone.TimeZoneKeyName, name.size());
    const WallTime january{sys_days{2026y / 1 / 15}};
    const WallTime july{sys_days{2026y / 7 / 15}};
    ASSERT_EQ(offset_in(zone, january), 60min);
    ASSERT_EQ(offset_in(zone, july), 120min);

    DYNAMIC_TIME_ZONE_INFORMATION dates_kept = zone;
    dates_kept.DynamicDaylightTimeDisabled = TRUE;
    EXPECT_EQ(offset_in(dates_kept, july), 120min) << "these dates are in force, though no longer renewed year by year";

    DYNAMIC_TIME_ZONE_INFORMATION off = dates_kept;
    off.DaylightDate = off.StandardDate = {};
    EXPECT_EQ(offset_in(off, january), 60min);
    EXPECT_EQ(offset_in(off, july), 60min);
}

TEST(Beside, it_gives_the_answer_of_the_call) {
    StopSignal stop;
    EXPECT_EQ(beside(stop, [] { return 42; }), 42);
}

TEST(Beside, a_thread_that_has_answered_takes_the_next_calls_too) {
    StopSignal stop;
    std::set<DWORD> threads;
    for (int i = 0; i < 40; ++i) {
        const auto id = beside(stop, [] { return GetCurrentThreadId(); });
        ASSERT_TRUE(id);
        EXPECT_NE(*id, GetCurrentThreadId());
        threads.insert(*id);
        Sleep(i % 4 == 0 ? 1 : 0);  // it is back a moment after its answer
    }
    EXPECT_LT(threads.size(), 20U) << "and not one for each";
}

TEST(Beside, a_call_that_hangs_holds_up_none_behind_it) {
    StopSignal stop;
    const auto never = std::make_shared<UniqueKernelHandle>(CreateEventW(nullptr, TRUE, FALSE, nullptr));
    const auto hangs = [never] { return static_cast<int>(WaitForSingleObject(never->get(), INFINITE)); };
    for (int i = 0; i < 3; ++i) EXPECT_EQ(beside(stop, hangs, 1ms), std::nullopt);
    EXPECT_EQ(beside(stop, [] { return 42; }), 42);
    SetEvent(never->get());
}

TEST(Beside, a_thread_that_was_idle_for_long_is_not_needed_for_the_next_call) {
    StopSignal stop;
    EXPECT_EQ(beside(stop, [] { return 1; }), 1);
    Sleep(1500);  // it has ended by now
    EXPECT_EQ(beside(stop, [] { return 2; }), 2);
}

TEST(Beside, a_stop_leaves_a_call_behind_that_does_not_end) {
    StopSignal stop;
    const auto never = std::make_shared<UniqueKernelHandle>(CreateEventW(nullptr, TRUE, FALSE, nullptr));
    std::thread someone([&stop] {
        Sleep(50);
        stop.request();
    });
    EXPECT_EQ(beside(stop, [never] { return static_cast<int>(WaitForSingleObject(never->get(), INFINITE)); }), std::nullopt);
    someone.join();
    SetEvent(never->get());
}

TEST(Beside, after_a_stop_the_call_is_not_even_begun) {
    StopSignal stop;
    stop.request();
    auto begun = std::make_shared<bool>(false);
    EXPECT_EQ(beside(stop, [begun] { return *begun = true; }), std::nullopt);
    EXPECT_FALSE(*begun);
}

}  // namespace
}  // namespace sstp::contracts
