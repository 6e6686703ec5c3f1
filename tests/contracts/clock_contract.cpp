#include "tests/contracts/clock_contract.h"

namespace sstp::contracts {
namespace {

GTEST_ALLOW_UNINSTANTIATED_PARAMETERIZED_TEST(ClockContract);

using namespace std::chrono_literals;

TEST_P(ClockContract, civil_time_is_of_this_century) {
    const std::chrono::year_month_day today{std::chrono::floor<std::chrono::days>(world->clock().wall())};
    EXPECT_GE(today.year(), std::chrono::year{2024});
    EXPECT_LT(today.year(), std::chrono::year{2124});
}

TEST_P(ClockContract, monotonic_time_never_goes_back_and_a_pause_passes_on_it) {
    const MonotonicTime before = world->clock().monotonic();
    EXPECT_GT(before.since_boot, 0ms);
    ASSERT_TRUE(world->clock().pause(50ms));
    // A tick of Windows' clock is up to 16 ms, and both ends may lie just behind one.
    EXPECT_GE(world->clock().monotonic() - before, 30ms);
}

TEST_P(ClockContract, a_moment_has_both_clocks) {
    const Moment moment = world->clock().now();
    EXPECT_LE(moment.wall, world->clock().wall());
    EXPECT_LE(moment.monotonic, world->clock().monotonic());
}

TEST_P(ClockContract, a_time_zone_is_less_than_a_day_away) {
    for (const auto& day :
         {std::chrono::sys_days{2026y / 1 / 15}, std::chrono::sys_days{2026y / 7 / 15}, std::chrono::sys_days{2037y / 12 / 31}}) {
        EXPECT_LE(std::chrono::abs(world->clock().local_offset(WallTime{day})), 14h);
    }
}

TEST_P(ClockContract, whether_the_clock_was_set_is_what_the_time_service_says) {   // 44
    world->synchronised(false);
    EXPECT_FALSE(world->clock().is_synchronised());
    world->synchronised(true);
    EXPECT_TRUE(world->clock().is_synchronised());
}

TEST_P(ClockContract, a_wait_passes_whatever_was_requested) {   // 77
    world->request_stop();
    const MonotonicTime before = world->clock().monotonic();
    world->clock().wait(50ms);
    EXPECT_GE(world->clock().monotonic() - before, 30ms);
}

TEST_P(ClockContract, once_a_stop_was_requested_no_pause_waits) {
    world->request_stop();
    EXPECT_FALSE(world->clock().pause(24h * 365));
    EXPECT_FALSE(world->clock().pause(0ms));
}

}  // namespace
}  // namespace sstp::contracts
