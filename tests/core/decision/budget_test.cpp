#include "core/decision/budget.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

namespace sstp::test {

namespace {

using namespace std::chrono_literals;
using Limit = BudgetVerdict::Limit;

MonotonicTime up(Duration since_boot) { return {since_boot}; }
BudgetCharge charged(Duration since_boot) { return {{WallTime{}, up(since_boot)}, "heal", "heal"}; }

TEST(BudgetAge, IsExactWithinOneBoot) {
    EXPECT_EQ(age_at_least(charged(10min), up(25min)), 15min);
    EXPECT_EQ(age_at_least(charged(10min), up(10min)), 0ms);
}

TEST(BudgetAge, OfALaterTimeThanNowIsThatOfTheMachineSinceItsBoot) { EXPECT_EQ(age_at_least(charged(50h), up(3min)), 3min); }

TEST(BudgetAge, IgnoresTheWallClock) {
    BudgetCharge charge = charged(10min);
    charge.at.wall += std::chrono::hours{24 * 365};
    EXPECT_EQ(age_at_least(charge, up(25min)), 15min);
}

TEST(Budget, AllowsTheFirstHeal) { EXPECT_TRUE(may_spend({}, {}, up(0ms), std::nullopt).allowed); }

struct Case {
    std::string name;
    std::vector<BudgetCharge> charges;
    bool allowed;
    Limit limit;
    std::optional<Duration> wait;
};
void PrintTo(const Case& each, std::ostream* out) { *out << each.name; }
class Budget : public testing::TestWithParam<Case> {};

/// At 100 hours after the boot, three an hour, eight a day, five minutes of cooldown.
TEST_P(Budget, Verdict) {
    const BudgetVerdict verdict = may_spend(GetParam().charges, {}, up(100h), std::nullopt);
    EXPECT_EQ(verdict.allowed, GetParam().allowed);
    EXPECT_EQ(verdict.limit, GetParam().limit) << verdict.explanation;
    EXPECT_EQ(verdict.wait, GetParam().wait);
    EXPECT_EQ(verdict.explanation.empty(), verdict.allowed);
}

INSTANTIATE_TEST_SUITE_P(
    Limits, Budget,
    testing::Values(
        Case{"two in the hour", {charged(100h - 40min), charged(100h - 20min)}, true, Limit::none, std::nullopt},
        Case{"three in the hour: until the first of them is an hour old",
             {charged(100h - 50min), charged(100h - 40min), charged(100h - 20min)},
             false,
             Limit::hour,
             10min},
        Case{"order does not matter", {charged(100h - 20min), charged(100h - 50min), charged(100h - 40min)}, false, Limit::hour, 10min},
        Case{"exactly an hour old counts no more",
             {charged(99h), charged(100h - 40min), charged(100h - 20min)},
             true,
             Limit::none,
             std::nullopt},
        Case{"four in the hour: until the second of them is an hour old",
             {charged(100h - 50min), charged(100h - 45min), charged(100h - 40min), charged(100h - 20min)},
             false,
             Limit::hour,
             15min},
        Case{"eight in the day",
             {charged(77h), charged(78h), charged(79h), charged(80h), charged(81h), charged(82h), charged(83h), charged(84h)},
             false,
             Limit::day,
             1h},
        Case{"eight, one of them older than a day",
             {charged(75h), charged(78h), charged(79h), charged(80h), charged(81h), charged(82h), charged(83h), charged(84h)},
             true,
             Limit::none,
             std::nullopt},
        Case{"cooldown", {charged(100h - 2min)}, false, Limit::cooldown, 3min},
        Case{"the longest wait is told", {charged(100h - 50min), charged(100h - 40min), charged(100h - 1min)}, false, Limit::hour, 10min},
        Case{"charges of an earlier boot are as old as this one",
             {charged(200h), charged(200h), charged(200h)},
             true,
             Limit::none,
             std::nullopt}));

TEST(Budget, IsNotFreedByABoot) {
    const BudgetVerdict verdict = may_spend({charged(90h), charged(90h), charged(90h)}, {}, up(10min), std::nullopt);
    EXPECT_FALSE(verdict.allowed);
    EXPECT_EQ(verdict.wait, 50min);
}

TEST(Budget, CountsADamagedRecordAsSpentForAnHour) {
    EXPECT_EQ(may_spend({}, {}, up(90min), up(60min)).wait, 30min);
    EXPECT_EQ(may_spend({}, {}, up(90min), up(60min)).limit, Limit::unreadable);
    EXPECT_TRUE(may_spend({}, {}, up(120min), up(60min)).allowed);
    EXPECT_EQ(may_spend({}, {}, up(10min), up(50h)).wait, 50min) << "found before a boot";
}

TEST(Budget, NeverCrashesOnALimitOfNothing) {
    LimitPolicy none;
    none.heals_per_hour = 0;
    EXPECT_FALSE(may_spend({}, none, up(1h), std::nullopt).allowed);
}

/// Waiting as long as told, and no shorter, is enough: for all small histories of an hour.
TEST(Budget, AllowsExactlyWhenItSaid) {
    for (int first = 1; first <= 70; first += 3) {
        for (int second = 1; second <= 70; second += 3) {
            for (int third = 1; third <= 70; third += 3) {
                const std::vector<BudgetCharge> charges = {charged(100h - std::chrono::minutes{first}),
                                                           charged(100h - std::chrono::minutes{second}),
                                                           charged(100h - std::chrono::minutes{third})};
                const BudgetVerdict verdict = may_spend(charges, {}, up(100h), std::nullopt);
                if (verdict.allowed) continue;
                ASSERT_TRUE(verdict.wait && *verdict.wait > 0ms);
                ASSERT_TRUE(may_spend(charges, {}, up(100h + *verdict.wait), std::nullopt).allowed);
                ASSERT_FALSE(may_spend(charges, {}, up(100h + *verdict.wait - 1ms), std::nullopt).allowed);
            }
        }
    }
}

TEST(Budget, PrunesWhatNoLimitLooksAt) {
    const auto kept = prune({charged(75h), charged(76h), charged(77h), charged(100h)}, up(100h));
    ASSERT_EQ(kept.size(), 2U);
    EXPECT_EQ(kept.front().at.monotonic, up(77h));
}

}  // namespace

}  // namespace sstp::test
