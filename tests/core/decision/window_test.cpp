#include "core/decision/window.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <map>
#include <set>

namespace sstp::test::window_tests {

namespace {

using namespace std::chrono_literals;

WallTime at(const char* utc) { return from_rfc3339(utc).value(); }

LocalOffset always(std::chrono::minutes offset) {
    return [=](WallTime) { return offset; };
}

/// Berlin in 2026: summer time from 2026-03-29 (02:00 becomes 03:00) until 2026-10-25 (03:00 becomes 02:00), each at 01:00 UTC.
UtcOffset berlin(WallTime utc) {
    return utc >= at("2026-03-29T01:00:00Z") && utc < at("2026-10-25T01:00:00Z") ? UtcOffset{120} : UtcOffset{60};
}

/// 0 = Sunday.
MaintenanceWindow window(std::initializer_list<int> days, std::chrono::minutes start, Duration duration) {
    MaintenanceWindow made;
    made.days.fill(false);
    for (const int day : days) made.days[static_cast<std::size_t>(day)] = true;
    made.start = start;
    made.duration = duration;
    return made;
}

// 2026-11-21 is a Saturday.
const MaintenanceWindow weekend = window({6, 0}, 2h, 2h);

TEST(Window, IsOpenFromItsStartUntilItsEndIsReached) {
    EXPECT_FALSE(is_open(weekend, at("2026-11-21T01:59:59.999Z"), always(0min)));
    EXPECT_TRUE(is_open(weekend, at("2026-11-21T02:00:00Z"), always(0min)));
    EXPECT_TRUE(is_open(weekend, at("2026-11-21T03:59:59.999Z"), always(0min)));
    EXPECT_FALSE(is_open(weekend, at("2026-11-21T04:00:00Z"), always(0min)));
}

TEST(Window, IsClosedOnOtherDays) {
    EXPECT_FALSE(is_open(weekend, at("2026-11-20T03:00:00Z"), always(0min)));
    EXPECT_FALSE(is_open(weekend, at("2026-11-23T03:00:00Z"), always(0min)));
}

TEST(Window, IsInLocalTime) {
    EXPECT_TRUE(is_open(weekend, at("2026-11-21T01:00:00Z"), always(60min)));
    EXPECT_FALSE(is_open(weekend, at("2026-11-21T03:00:00Z"), always(60min)));
    EXPECT_TRUE(is_open(weekend, at("2026-11-20T16:30:00Z"), always(570min))) << "02:00 on Saturday in Adelaide";
    EXPECT_FALSE(is_open(weekend, at("2026-11-21T03:00:00Z"), always(-180min))) << "midnight on Saturday in Brasilia";
    EXPECT_TRUE(is_open(weekend, at("2026-11-22T05:30:00Z"), always(-180min))) << "02:30 on Sunday in Brasilia";
}

TEST(Window, MayRunPastMidnightAndBelongsToTheDayOnWhichItStarts) {
    const auto night = window({6}, 23h, 3h);
    EXPECT_TRUE(is_open(night, at("2026-11-22T01:59:00Z"), always(0min)));
    EXPECT_FALSE(is_open(night, at("2026-11-22T02:00:00Z"), always(0min)));
    EXPECT_FALSE(is_open(night, at("2026-11-21T01:00:00Z"), always(0min))) << "Friday's would have begun on Friday";
    EXPECT_EQ(opening_at(night, at("2026-11-22T01:00:00Z"), always(0min)),
              (Opening{at("2026-11-21T23:00:00Z"), at("2026-11-22T02:00:00Z")}));
}

TEST(Window, LongerThanADayIsOpenOnTheDaysAfter) {
    const auto long_one = window({6}, 0min, 60h);
    EXPECT_TRUE(is_open(long_one, at("2026-11-23T11:00:00Z"), always(0min)));
    EXPECT_FALSE(is_open(long_one, at("2026-11-23T12:00:00Z"), always(0min)));
}

TEST(Window, WithoutDayOrLengthNeverOpens) {
    EXPECT_FALSE(is_open(window({}, 0min, 24h), at("2026-11-21T03:00:00Z"), always(0min)));
    EXPECT_EQ(next_opening(window({}, 0min, 24h), at("2026-11-21T03:00:00Z"), always(0min)), std::nullopt);
    EXPECT_FALSE(is_open(window({6}, 3h, 0ms), at("2026-11-21T03:00:00Z"), always(0min)));
}

TEST(Window, KnowsItsNextOpening) {
    EXPECT_EQ(next_opening(weekend, at("2026-11-18T12:00:00Z"), always(60min))->begins, at("2026-11-21T01:00:00Z"));
    EXPECT_EQ(next_opening(weekend, at("2026-11-21T01:00:00Z"), always(60min))->begins, at("2026-11-22T01:00:00Z"))
        << "not the one that begins now";
    EXPECT_EQ(next_opening(window({6}, 2h, 2h), at("2026-11-21T02:00:00Z"), always(0min))->begins, at("2026-11-28T02:00:00Z"));
}

TEST(Window, LosesTheHourThatDoesNotExistWhenSummerTimeBegins) {
    EXPECT_FALSE(is_open(weekend, at("2026-03-29T00:59:59Z"), berlin)) << "01:59:59";
    EXPECT_TRUE(is_open(weekend, at("2026-03-29T01:00:00Z"), berlin)) << "03:00";
    EXPECT_TRUE(is_open(weekend, at("2026-03-29T01:59:59Z"), berlin)) << "03:59:59";
    EXPECT_FALSE(is_open(weekend, at("2026-03-29T02:00:00Z"), berlin)) << "04:00";
}

TEST(Window, IsLongerByTheHourThatIsRepeatedWhenSummerTimeEnds) {
    EXPECT_FALSE(is_open(weekend, at("2026-10-24T23:59:59Z"), berlin)) << "01:59:59";
    EXPECT_TRUE(is_open(weekend, at("2026-10-25T00:00:00Z"), berlin)) << "02:00 for the first time";
    EXPECT_TRUE(is_open(weekend, at("2026-10-25T01:30:00Z"), berlin)) << "02:30 for the second time";
    EXPECT_TRUE(is_open(weekend, at("2026-10-25T02:59:59Z"), berlin)) << "03:59:59";
    EXPECT_FALSE(is_open(weekend, at("2026-10-25T03:00:00Z"), berlin));
}

TEST(Window, ThatLiesWhollyInTheMissingHourDoesNotFallOut) {
    const auto one_hour = window({0}, 2h, 1h);
    EXPECT_EQ(opening_at(one_hour, at("2026-03-29T01:30:00Z"), berlin), (Opening{at("2026-03-29T01:00:00Z"), at("2026-03-29T02:00:00Z")}));
    EXPECT_EQ(next_opening(one_hour, at("2026-03-28T12:00:00Z"), berlin),
              (Opening{at("2026-03-29T01:00:00Z"), at("2026-03-29T02:00:00Z")}));
    const auto half_lost = window({0}, 2h + 30min, 45min);
    EXPECT_EQ(next_opening(half_lost, at("2026-03-28T12:00:00Z"), berlin)->ends, at("2026-03-29T02:15:00Z"))
        << "begins at 03:30 on the wall";
}

/// Every weekly and every daily window, whatever its hour and length, has all its openings in a year: none falls out, and none is
/// shorter than half its length.
TEST(Window, OpensOnEachOfItsDaysThroughTheYear) {
    for (const auto start : {0min, 30min, 90min, 119min, 120min, 150min, 179min, 180min, 1380min}) {
        for (const Duration length : {Duration{10min}, Duration{1h}, Duration{3h}}) {
            const auto sundays = window({0}, start, length);
            WallTime now = at("2026-01-01T12:00:00Z");
            int openings = 0;
            while (const auto opening = next_opening(sundays, now, berlin)) {
                if (opening->begins >= at("2026-12-31T12:00:00Z")) break;
                ++openings;
                ASSERT_GE(opening->ends - opening->begins, length / 2) << to_rfc3339(opening->begins);
                ASSERT_LE(opening->ends - opening->begins, length + 1h) << to_rfc3339(opening->begins);
                ASSERT_TRUE(is_open(sundays, opening->begins, berlin)) << to_rfc3339(opening->begins);
                now = opening->begins;
            }
            EXPECT_EQ(openings, 52) << start.count() << " min, " << to_string(length);
        }
    }
}

TEST(Window, OnAnyDayKeepsItsHours) {
    const auto daily = on_any_day(weekend);
    EXPECT_TRUE(is_open(daily, at("2026-11-18T02:30:00Z"), always(0min))) << "a Wednesday";
    EXPECT_FALSE(is_open(daily, at("2026-11-18T04:00:00Z"), always(0min)));
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

TEST(Slot, SpreadsFiveHundredServersOverTheDefaultWindow) {
    const Opening night{at("2026-11-21T02:00:00Z"), at("2026-11-21T05:00:00Z")};
    std::map<std::int64_t, int> in_minute;
    for (int machine = 0; machine < 500; ++machine) {
        const Slot slot = slot_in(night, "ras-" + std::to_string(machine) + "|corp.example|guid", 16min);
        ++in_minute[std::chrono::floor<std::chrono::minutes>(slot.begins).time_since_epoch().count()];
    }
    int most = 0;
    for (const auto& [minute, servers] : in_minute) most = std::max(most, servers);
    EXPECT_LE(most, 15) << "of 500 over 164 minutes, three are expected in each";
}

TEST(NextBegin, IsNowFromTheSlotUntilItIsTooLate) {
    const Opening opening{at("2026-11-21T02:00:00Z"), at("2026-11-21T04:00:00Z")};
    const Slot slot = slot_in(opening, "machine", 20min);
    const auto begin = [&](WallTime from) { return next_begin(weekend, from, always(0min), "machine", 20min); };
    EXPECT_EQ(begin(at("2026-11-20T00:00:00Z")), slot.begins);
    EXPECT_EQ(begin(slot.begins - 1ms), slot.begins);
    EXPECT_EQ(begin(slot.begins), slot.begins);
    EXPECT_EQ(begin(slot.latest - 1ms), slot.latest - 1ms);
    EXPECT_EQ(begin(slot.latest), slot.begins + 24h) << "Sunday's";
}

TEST(NextBegin, NeverComesByAWindowThatNeverOpens) {
    EXPECT_EQ(next_begin(window({}, 2h, 2h), at("2026-11-21T02:00:00Z"), always(0min), "machine", 20min), std::nullopt);
}

}  // namespace

}  // namespace sstp::test::window_tests
