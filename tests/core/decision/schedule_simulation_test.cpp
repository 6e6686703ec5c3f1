#include "tests/core/decision/deciding.h"
#include "tests/core/decision/in_short.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

namespace sstp::test::schedule_simulation_tests {

namespace {

using namespace std::chrono_literals;

/// decide() alone over days, with the charges, attempts and free writes that the cycle would keep: looks every five minutes, and what
/// becomes of each plan is the caller's to say.
class Weeks {
public:
    explicit Weeks(ServerBuilder server) : server_(std::move(server)) {}

    struct Counts {
        int tries = 0, restarts = 0, free_writes = 0;
    };

    /// `fails`: every heal restarts, tries its second rung, and is taken back with a restart. Else it succeeds, and somebody puts the
    /// old state back before the next look.
    Counts run(Duration length, bool fails) {
        Counts counts;
        for (const Duration end = passed_ + length; passed_ < end; passed_ += 5min) {
            const auto decision = look();
            const auto* plan = std::get_if<HealPlan>(&decision);
            if (!plan) continue;
            ++counts.tries;
            if (!restarts(*plan)) {
                ++counts.free_writes;
                writes_.push_back(wall());
                continue;
            }
            charge(ChargeKind::restart, counts);
            if (fails && !plan->then.empty()) charge(ChargeKind::then, counts);
            if (fails) charge(ChargeKind::taking_back, counts);
            note_failure(plan->target);
        }
        return counts;
    }

private:
    [[nodiscard]] WallTime wall() const { return look_time() + passed_; }
    [[nodiscard]] RunningTime running() const { return {1000h + passed_}; }

    Decision look() {
        ServerBuilder server = server_;
        server.state.looked_at.wall = wall();
        server.state.looked_at.monotonic.since_boot += passed_;
        const Assessment assessment = assess(server.state, server.policy, server.memory);
        DecisionInput input{.state = server.state, .assessment = assessment, .policy = server.policy, .memory = server.memory};
        input.now = server.state.looked_at;
        input.running = running();
        input.charges = charges_ = prune(charges_, running());
        if (attempts_) input.attempts = {*attempts_};
        input.heal_does_not_last = attempts_.has_value();
        input.free_writes = writes_;
        input.policy_fingerprint = "policy";
        input.machine_key = "machine";
        return decide(input).decision;
    }
    void charge(ChargeKind what, Counts& counts) {
        charges_.push_back({running(), wall(), "heal", what});
        ++counts.restarts;
    }
    void note_failure(const Certificate& target) {
        if (!attempts_ || attempts_->target != target.hash) attempts_ = failed(target, 0, 0s);
        ++attempts_->failures;
        ++attempts_->with_stop;
        attempts_->last = running();
    }

    ServerBuilder server_;
    Duration passed_{};
    std::vector<BudgetCharge> charges_;
    std::vector<WallTime> writes_;
    std::optional<Attempts> attempts_;
};

TEST(EveryHealFails, C4AndRow38_AtMostTwelveRestartsInAWeekThenTwo) {
    Weeks weeks(one_has_ended());
    const auto first = weeks.run(168h, true);
    EXPECT_LE(first.restarts, 12) << first.tries << " tries";
    EXPECT_GE(first.tries, 5) << "and it does not give up";
    for (int week = 2; week <= 4; ++week) {
        const auto later = weeks.run(168h, true);
        EXPECT_LE(later.restarts, 2) << "week " << week;
        EXPECT_GE(later.tries, 1) << "week " << week;
    }
}

TEST(EveryHealFails, PlannedWorkIsTriedAtAFallingRateInItsHours) {
    Weeks weeks(healthy().adding(two()));
    const auto first = weeks.run(168h, true);
    EXPECT_LE(first.restarts, 12) << first.tries << " tries";
    EXPECT_GE(first.tries, 2);
    EXPECT_LE(weeks.run(168h, true).restarts, 2);
}

TEST(SomebodyPutsItBack, RestartsFollowTheScheduleAndAreNotRepeatedWithinTheHour) {
    Weeks weeks(healthy().adding(certificate(3)).hash(certificate(3)).held(certificate(3)));
    const auto day = weeks.run(24h, false);
    EXPECT_LE(day.restarts, 3) << "now, after an hour, after four more";
    EXPECT_LE(weeks.run(168h, false).restarts, 4);
}

TEST(SomebodyPutsItBack, WhatRestartsNothingGoesOnFourTimesAnHour) {
    Weeks weeks(healthy().hash(certificate(9)));
    const auto day = weeks.run(24h, false);
    EXPECT_EQ(day.restarts, 0);
    EXPECT_GE(day.free_writes, 90);
    EXPECT_LE(day.free_writes, 97) << "four an hour";
}

/// H7: a service that hangs is waited for, and waiting is never charged; when it ends the heal follows at once.
TEST(AHangingRras, H7_LeavesTheBudgetForWhatComesAfter) {
    const auto hanging = one_has_ended().service("RemoteAccess", ServiceState::stop_pending).unreachable().with([](auto& s) {
        std::get<ServiceStatus>(s.state.services["RemoteAccess"]).pending_since = look_time() - 1min;
    });
    Weeks three_hours(hanging);
    EXPECT_EQ(three_hours.run(3h, true).tries, 0);
    EXPECT_EQ(in_short(decide_for(one_has_ended(), {.charges = {180}}).decided.decision),
              "now: bind ipv4 2, bind ipv6 2, sha1 2, sha256 2, restart")
        << "the one charge of the restart that hung";
}

}  // namespace

}  // namespace sstp::test::schedule_simulation_tests
