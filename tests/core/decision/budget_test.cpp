#include "core/decision/budget.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

namespace sstp::test::budget_tests {

namespace {

using namespace std::chrono_literals;
using Limit = BudgetVerdict::Limit;

RunningTime running(Duration total) { return {total}; }

BudgetCharge charged(Duration at) { return {running(at), WallTime{}, "heal", ChargeKind::restart}; }

/// Three an hour, eight a day; two are needed: the restart and taking back.
BudgetVerdict verdict_of(const std::vector<BudgetCharge>& charges, Duration now = 100h, std::uint32_t needed = 2) {
    return may_spend(charges, {}, running(now), needed, false, 0);
}

struct BudgetCase {
    std::string name;
    std::vector<Duration> ages;
    bool allowed;
    Limit limit = Limit::none;
    std::optional<Duration> wait;
};
void PrintTo(const BudgetCase& each, std::ostream* out) { *out << each.name; }
class Budget : public testing::TestWithParam<BudgetCase> {};

TEST_P(Budget, Verdict) {
    std::vector<BudgetCharge> charges;
    for (const Duration age : GetParam().ages) charges.push_back(charged(100h - age));
    const BudgetVerdict verdict = verdict_of(charges);
    EXPECT_EQ(verdict.allowed, GetParam().allowed);
    EXPECT_EQ(verdict.limit, GetParam().limit) << verdict.explanation;
    EXPECT_EQ(verdict.wait, GetParam().wait);
    EXPECT_EQ(verdict.explanation.empty(), verdict.allowed);
}

// clang-format off
INSTANTIATE_TEST_SUITE_P(Limits, Budget, testing::Values(
    BudgetCase{"the first heal", {}, true, Limit::none, {}},
    BudgetCase{"one in the hour leaves room for a heal and for taking it back", {20min}, true, Limit::none, {}},
    BudgetCase{"two in the hour leave one: a heal needs two", {40min, 20min}, false, Limit::hour, 20min},
    BudgetCase{"order does not matter", {20min, 40min}, false, Limit::hour, 20min},
    BudgetCase{"three in the hour: until the second of them is an hour old", {50min, 40min, 20min}, false, Limit::hour, 20min},
    BudgetCase{"exactly an hour old counts no more", {60min, 20min}, true, Limit::none, {}},
    BudgetCase{"74a: six of eight used", {23h, 22h, 21h, 20h, 19h, 18h}, true, Limit::none, {}},
    BudgetCase{"74b: seven of eight used", {23h, 22h, 21h, 20h, 19h, 18h, 17h}, false, Limit::day, 1h},
    BudgetCase{"eight, one of them older than a day", {25h, 22h, 21h, 20h, 19h, 18h, 17h}, true, Limit::none, {}},
    BudgetCase{"the longest wait is told", {23h, 22h, 21h, 20h, 19h, 50min, 20min}, false, Limit::day, 1h}));
// clang-format on

TEST(BudgetThatIsUsedUp, SaysHowManyOfHowManyAndInWhichTime) {
    EXPECT_EQ("1 restart in the last hour (limit 3)", verdict_of({charged(100h - 20min)}, 100h, 3).explanation);
    EXPECT_EQ("2 restarts in the last hour (limit 3)", verdict_of({charged(100h - 40min), charged(100h - 20min)}).explanation);
}

TEST(BudgetOfTheSecondRung, NeedsOneMore) {
    EXPECT_TRUE(verdict_of({}, 100h, 3).allowed);
    EXPECT_FALSE(verdict_of({charged(100h - 20min)}, 100h, 3).allowed);
}

TEST(BudgetThatCannotBeRead, LeavesOneHealForTheHour) {
    EXPECT_TRUE(may_spend({}, {}, running(1h), 2, true, 0).allowed) << "its restart, and one for taking back";
    const auto after_one = may_spend({charged(50min)}, {}, running(1h), 2, true, 1);
    EXPECT_EQ(after_one.limit, Limit::unreadable);
    EXPECT_EQ(after_one.wait, 50min);
    EXPECT_FALSE(may_spend({}, {}, running(1h), 3, true, 0).allowed) << "no second rung";
}

TEST(BudgetOfALimitThatNeverAllowsIt, NeverCrashesAndPromisesNothing) {
    LimitPolicy tight;
    tight.restarts_per_hour = 0;
    const auto verdict = may_spend({}, tight, running(1h), 2, false, 0);
    EXPECT_FALSE(verdict.allowed);
    EXPECT_EQ(verdict.wait, std::nullopt);
}

/// Waiting as long as told, and no shorter, is enough: for all small histories of an hour.
TEST(BudgetWait, IsExactlyAsLongAsItSaid) {
    for (int first = 1; first <= 70; first += 3) {
        for (int second = 1; second <= 70; second += 3) {
            for (int third = 1; third <= 70; third += 3) {
                const std::vector<BudgetCharge> charges = {charged(100h - std::chrono::minutes{first}),
                                                           charged(100h - std::chrono::minutes{second}),
                                                           charged(100h - std::chrono::minutes{third})};
                const BudgetVerdict verdict = verdict_of(charges);
                if (verdict.allowed) continue;
                ASSERT_TRUE(verdict.wait && *verdict.wait > 0ms);
                ASSERT_TRUE(verdict_of(charges, 100h + *verdict.wait).allowed);
                ASSERT_FALSE(verdict_of(charges, 100h + *verdict.wait - 1ms).allowed);
            }
        }
    }
}

TEST(BudgetCharges, ThatNoLimitLooksAtArePruned) {
    const auto kept = prune({charged(75h), charged(76h), charged(77h), charged(100h)}, running(100h));
    ASSERT_EQ(kept.size(), 2U);
    EXPECT_EQ(kept.front().at, running(77h));
}

/// H6, 39: a machine that reboots every night at 04:00, commits every six hours, renews every 47 days, in its window. The running time is
/// carried over boots, so that the charges of one renewal are a day old long before the next one.
TEST(BudgetOverBoots, IsNeverInTheWayOfARenewal) {
    std::vector<BudgetCharge> charges;
    RunningClock clock{};
    const auto commit = [&](Duration since_boot) { clock = {running_time(clock, {since_boot}), {since_boot}}; };
    int renewals = 0;
    for (int boot = 1; boot <= 400; ++boot) {
        clock.at = {24h};   // of the boot before: later than anything in this one
        for (const Duration since_boot : {1min, 360min, 720min, 1080min}) commit(since_boot);
        if (boot % 47 == 0) {
            const RunningTime now = running_time(clock, {23h});   // 03:00, in the window
            ASSERT_TRUE(may_spend(charges, {}, now, 2, false, 0).allowed) << "boot " << boot;
            charges = prune(charges, now);
            charges.push_back({now, WallTime{}, "renewal", ChargeKind::restart});
            commit(23h);
            ++renewals;
        }
    }
    EXPECT_EQ(renewals, 8);
    EXPECT_EQ(charges.size(), 1U);
    EXPECT_GT(clock.reached.total, 24h * 280) << "at most the last commit to the boot is lost each day";
}

/// Reboots free nothing either: what was spent an hour of running time ago counts whatever the wall clock says.
TEST(BudgetOverBoots, IsNotFreedByABoot) {
    RunningClock clock{{10h}, {10h}};
    const std::vector<BudgetCharge> charges = {{{10h}, WallTime{}, "heal", ChargeKind::restart},
                                               {{10h}, WallTime{}, "heal", ChargeKind::then}};
    const RunningTime after_boot = running_time(clock, {10min});
    EXPECT_FALSE(may_spend(charges, {}, after_boot, 2, false, 0).allowed);
    EXPECT_EQ(may_spend(charges, {}, after_boot, 2, false, 0).wait, 50min);
}

}  // namespace

}  // namespace sstp::test::budget_tests
