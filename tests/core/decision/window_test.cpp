#include "core/decision/window.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <set>

namespace sstp::test {

namespace {

using namespace std::chrono_literals;

WallTime at(const char* utc) { return from_rfc3339(utc).value(); }

/// 0 = Sunday.
MaintenanceWindow window(std::initializer_list<int> days, std::chrono::minutes start, Duration duration) {
    MaintenanceWindow made;
    for (const int day : days) made.days[static_cast<std::size_t>(day)] = true;
    made.start = start;
    made.duration = duration;
    return made;
}

// 2026-11-21 is a Saturday.
const MaintenanceWindow weekend = window({6, 0}, 2h, 2h);

TEST(Window, IsOpenFromItsStartUntilItsEndIsReached) {
    EXPECT_FALSE(is_open(weekend, at("2026-11-21T01:59:59.999Z"), 0min));
    EXPECT_TRUE(is_open(weekend, at("2026-11-21T02:00:00Z"), 0min));
    EXPECT_TRUE(is_open(weekend, at("2026-11-21T03:59:59.999Z"), 0min));
    EXPECT_FALSE(is_open(weekend, at("2026-11-21T04:00:00Z"), 0min));
}

TEST(Window, IsClosedOnOtherDays) {
    EXPECT_FALSE(is_open(weekend, at("2026-11-20T03:00:00Z"), 0min));
    EXPECT_FALSE(is_open(weekend, at("2026-11-23T03:00:00Z"), 0min));
}

TEST(Window, IsInLocalTime) {
    EXPECT_TRUE(is_open(weekend, at("2026-11-21T01:00:00Z"), 60min));
    EXPECT_FALSE(is_open(weekend, at("2026-11-21T03:00:00Z"), 60min));
    EXPECT_TRUE(is_open(weekend, at("2026-11-20T16:30:00Z"), 570min)) << "02:00 on Saturday in Adelaide";
    EXPECT_FALSE(is_open(weekend, at("2026-11-21T03:00:00Z"), -180min)) << "midnight on Saturday in Brasilia";
    EXPECT_TRUE(is_open(weekend, at("2026-11-22T05:30:00Z"), -180min)) << "02:30 on Sunday in Brasilia";
}

TEST(Window, MayRunPastMidnightAndBelongsToTheDayOnWhichItStarts) {
    const auto night = window({6}, 23h, 3h);
    EXPECT_TRUE(is_open(night, at("2026-11-22T01:59:00Z"), 0min));
    EXPECT_FALSE(is_open(night, at("2026-11-22T02:00:00Z"), 0min));
    EXPECT_FALSE(is_open(night, at("2026-11-21T01:00:00Z"), 0min)) << "Friday's would have begun on Friday";
    EXPECT_EQ(opening_at(night, at("2026-11-22T01:00:00Z"), 0min), (Opening{at("2026-11-21T23:00:00Z"), at("2026-11-22T02:00:00Z")}));
}

TEST(Window, LongerThanADayIsOpenOnTheDaysAfter) {
    const auto long_one = window({6}, 0min, 60h);
    EXPECT_TRUE(is_open(long_one, at("2026-11-23T11:00:00Z"), 0min));
    EXPECT_FALSE(is_open(long_one, at("2026-11-23T12:00:00Z"), 0min));
}

TEST(Window, WithoutDayOrLengthNeverOpens) {
    EXPECT_FALSE(is_open(window({}, 0min, 24h), at("2026-11-21T03:00:00Z"), 0min));
    EXPECT_EQ(next_opening(window({}, 0min, 24h), at("2026-11-21T03:00:00Z"), 0min), std::nullopt);
    EXPECT_FALSE(is_open(window({6}, 3h, 0ms), at("2026-11-21T03:00:00Z"), 0min));
}

TEST(Window, KnowsItsNextOpening) {
    EXPECT_EQ(next_opening(weekend, at("2026-11-18T12:00:00Z"), 60min)->begins, at("2026-11-21T01:00:00Z"));
    EXPECT_EQ(next_opening(weekend, at("2026-11-21T01:00:00Z"), 60min)->begins, at("2026-11-22T01:00:00Z"))
        << "not the one that begins now";
    EXPECT_EQ(next_opening(window({6}, 2h, 2h), at("2026-11-21T02:00:00Z"), 0min)->begins, at("2026-11-28T02:00:00Z"));
}

// Berlin, 2026-03-29 (a Sunday): 02:00 becomes 03:00 at 01:00 UTC. 2026-10-25 (a Sunday): 03:00 becomes 02:00 at 01:00 UTC.
TEST(Window, LosesTheHourThatDoesNotExistWhenSummerTimeBegins) {
    EXPECT_FALSE(is_open(weekend, at("2026-03-29T00:59:59Z"), 60min)) << "01:59:59";
    EXPECT_TRUE(is_open(weekend, at("2026-03-29T01:00:00Z"), 120min)) << "03:00";
    EXPECT_TRUE(is_open(weekend, at("2026-03-29T01:59:59Z"), 120min)) << "03:59:59";
    EXPECT_FALSE(is_open(weekend, at("2026-03-29T02:00:00Z"), 120min)) << "04:00";
}

TEST(Window, IsLongerByTheHourThatIsRepeatedWhenSummerTimeEnds) {
    EXPECT_TRUE(is_open(weekend, at("2026-10-25T00:00:00Z"), 120min)) << "02:00 for the first time";
    EXPECT_TRUE(is_open(weekend, at("2026-10-25T01:30:00Z"), 60min)) << "02:30 for the second time";
    EXPECT_TRUE(is_open(weekend, at("2026-10-25T02:59:59Z"), 60min)) << "03:59:59";
    EXPECT_FALSE(is_open(weekend, at("2026-10-25T03:00:00Z"), 60min));
}

TEST(Slot, IsStableSpreadsAFleetAndLeavesTheTimeNeeded) {
    const Opening opening{at("2026-11-21T02:00:00Z"), at("2026-11-21T04:00:00Z")};
    std::set<WallTime> starts;
    int early = 0;
    for (int machine = 0; machine < 500; ++machine) {
        const std::string key = "server-" + std::to_string(machine);
        const Slot slot = slot_in(opening, key, 20min);
        ASSERT_EQ(slot.begins, slot_in(opening, key, 20min).begins);
        ASSERT_GE(slot.begins, opening.begins);
        ASSERT_LT(slot.begins, slot.latest);
        ASSERT_EQ(slot.latest, opening.ends - 20min);
        starts.insert(slot.begins);
        early += slot.begins < opening.begins + 50min;
    }
    EXPECT_GT(starts.size(), 490U);
    EXPECT_GT(early, 200) << "of 500, half are expected in the first half";
    EXPECT_LT(early, 300);
}

TEST(Slot, InAShortWindowKeepsHalfOfIt) {
    const Opening opening{at("2026-11-21T02:00:00Z"), at("2026-11-21T02:10:00Z")};
    EXPECT_EQ(slot_in(opening, "machine", 1h).latest, at("2026-11-21T02:05:00Z"));
}

TEST(Slot, OfAMachineIsTheSameForEver) {
    EXPECT_NE(machine_number("server-01"), machine_number("server-02"));
    // Pinned: a change would move every fleet's restarts.
    EXPECT_EQ(machine_number("0123456789abcdef"), 5971774909027005109U);
}

TEST(PlannedStart, IsNowFromTheSlotUntilItIsTooLate) {
    const Opening opening{at("2026-11-21T02:00:00Z"), at("2026-11-21T04:00:00Z")};
    const Slot slot = slot_in(opening, "machine", 20min);
    const auto start = [&](WallTime now) { return planned_start(weekend, now, 0min, "machine", 20min); };
    EXPECT_EQ(start(at("2026-11-20T00:00:00Z")).at, slot.begins);
    EXPECT_EQ(start(slot.begins - 1ms).at, slot.begins);
    EXPECT_TRUE(start(slot.begins).now);
    EXPECT_TRUE(start(slot.latest - 1ms).now);
    EXPECT_FALSE(start(slot.latest).now);
    EXPECT_EQ(start(slot.latest).at, slot.begins + 24h) << "Sunday's";
}

TEST(PlannedStart, NeverComesByAWindowThatNeverOpens) {
    const PlannedStart start = planned_start(window({}, 2h, 2h), at("2026-11-21T02:00:00Z"), 0min, "machine", 20min);
    EXPECT_FALSE(start.now);
    EXPECT_EQ(start.at, std::nullopt);
}

}  // namespace

}  // namespace sstp::test
