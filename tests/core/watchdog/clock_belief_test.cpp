#include "core/watchdog/clock_belief.h"

#include <gtest/gtest.h>

namespace sstp {
namespace {

using namespace std::chrono_literals;
using std::chrono::days;

const WallTime kRecord = from_rfc3339("2026-11-18T12:00:00Z").value();

Moment moment(WallTime wall, Duration since_boot) { return {wall, MonotonicTime{since_boot}}; }

TEST(ClockBelief, RunningAheadOfTheRecordIsNormal) {
    ClockBelief belief;
    belief.look(moment(kRecord + 5min, 1min), kRecord, false);
    EXPECT_FALSE(belief.doubtful(MonotonicTime{1min}));
    EXPECT_TRUE(belief.explanation(MonotonicTime{1min}).empty());
}

TEST(ClockBelief, Row44_SixtyDaysBackAtBootIsDoubtedUntilItIsSet) {
    ClockBelief belief;
    belief.look(moment(kRecord - days{60}, 1min), kRecord, false);
    EXPECT_TRUE(belief.not_believed());
    EXPECT_NE(std::string::npos, belief.explanation(MonotonicTime{1min}).find("2026-11-18 12:00 UTC"));
    belief.look(moment(kRecord + 1min, 2min), kRecord, false);   // the time service has set it
    EXPECT_FALSE(belief.not_believed());
    EXPECT_TRUE(belief.doubtful(MonotonicTime{2min})) << "a jump settles for a minute";
    belief.look(moment(kRecord + 3min, 4min), kRecord, false);
    EXPECT_FALSE(belief.doubtful(MonotonicTime{4min}));
}

TEST(ClockBelief, ARecordThatCannotBeReadAtTheStartIsAskedAsSoonAsItCanBe) {
    ClockBelief belief;
    belief.look(moment(kRecord - days{60}, 1min), std::nullopt, false);
    EXPECT_FALSE(belief.not_believed());
    belief.look(moment(kRecord - days{60} + 1s, 1min + 1s), kRecord, false);
    EXPECT_TRUE(belief.not_believed());
}

TEST(ClockBelief, ASynchronisedSourceSettlesIt) {
    ClockBelief belief;
    belief.look(moment(kRecord - days{60}, 1min), kRecord, false);
    belief.look(moment(kRecord - days{60} + 1min, 2min), kRecord, true);
    EXPECT_FALSE(belief.doubtful(MonotonicTime{2min}));
}

TEST(ClockBelief, Row78_OneThatRanForAnHourIsTheTruth) {
    ClockBelief belief;
    const WallTime now = kRecord - days{365 * 70};   // the record was written in a boot that believed in 2099
    for (auto passed = 0min; passed < 60min; passed += 5min) {
        belief.look(moment(now + passed, 1min + passed), kRecord, false);
        EXPECT_TRUE(belief.not_believed()) << passed.count();
    }
    belief.look(moment(now + 60min, 61min), kRecord, false);
    EXPECT_FALSE(belief.not_believed());
}

TEST(ClockBelief, AnAdministratorWhoAsksForAHealSettlesIt) {
    ClockBelief belief;
    belief.look(moment(kRecord - days{60}, 1min), kRecord, false);
    belief.believe();
    EXPECT_FALSE(belief.doubtful(MonotonicTime{1min}));
}

TEST(ClockBelief, AJumpWhileRunningIsDoubtfulForAMinute) {
    ClockBelief belief;
    belief.look(moment(kRecord + 1min, 1min), kRecord, true);
    belief.look(moment(kRecord + days{2}, 2min), kRecord, true);
    EXPECT_TRUE(belief.doubtful(MonotonicTime{2min}));
    EXPECT_EQ(Duration{30s}, belief.doubtful_for(MonotonicTime{2min + 30s}));
    EXPECT_FALSE(belief.doubtful(MonotonicTime{3min}));
}

TEST(ClockBelief, WhatWasInDoubtSettlesOnce) {
    ClockBelief belief;
    belief.look(moment(kRecord + 1min, 1min), kRecord, true);
    EXPECT_FALSE(belief.settles(MonotonicTime{1min})) << "it never was in doubt";
    belief.look(moment(kRecord - days{2}, 2min), kRecord, true);
    EXPECT_FALSE(belief.settles(MonotonicTime{2min}));
    EXPECT_TRUE(belief.settles(MonotonicTime{3min}));
    EXPECT_FALSE(belief.settles(MonotonicTime{4min}));
}

TEST(ClockBelief, OneThatStoodBeforeTheRecordSettlesWhenItIsBelieved) {
    ClockBelief belief;
    belief.look(moment(kRecord - days{2}, 1min), kRecord, false);
    EXPECT_FALSE(belief.settles(MonotonicTime{1min}));
    belief.believe();
    EXPECT_TRUE(belief.settles(MonotonicTime{1min}));
}

// Windows' clients take no certificate before its begin: an hour of running alone makes no such clock right.
TEST(ClockBelief, OneBeforeTheBeginOfWhatClientsAcceptedIsDoubtedUntilItIsSet) {
    ClockBelief belief;
    belief.clients_accepted_one_that_began(kRecord - days{30});
    belief.look(moment(kRecord, 1min), kRecord, true);
    EXPECT_FALSE(belief.doubtful(MonotonicTime{1min}));
    const WallTime back = kRecord - days{60};
    for (auto passed = 0min; passed < 90min; passed += 5min) {
        belief.look(moment(back + passed, 2min + passed), kRecord, false);
        EXPECT_TRUE(belief.not_believed()) << passed.count();
        EXPECT_FALSE(belief.settles(MonotonicTime{2min + passed}));
    }
    EXPECT_NE(std::string::npos, belief.explanation(MonotonicTime{91min}).find("2026-10-19 12:00 UTC"));
    belief.look(moment(kRecord + 92min, 92min), kRecord, true);
    EXPECT_FALSE(belief.not_believed());
    EXPECT_TRUE(belief.settles(MonotonicTime{94min}));
}

// A renewal in the days after a clock was set back by mistake: the CA's clock is right.
TEST(ClockBelief, AnHourBesideASynchronisedSourceOutweighsACertificateThatWasDatedAhead) {
    ClockBelief belief;
    belief.clients_accepted_one_that_began(kRecord + days{2});
    belief.one_is_named_that_begins(kRecord + days{3});
    belief.look(moment(kRecord + days{4}, 1min), kRecord, false);
    belief.look(moment(kRecord, 2min), kRecord, true);
    EXPECT_TRUE(belief.not_believed());
    belief.look(moment(kRecord + 59min, 61min), kRecord, true);
    EXPECT_TRUE(belief.not_believed());
    belief.look(moment(kRecord + 60min, 62min), kRecord, true);
    EXPECT_FALSE(belief.not_believed()) << belief.explanation(MonotonicTime{62min});
    belief.look(moment(kRecord + 65min, 67min), kRecord, false);
    EXPECT_FALSE(belief.not_believed());
}

// An administrator who asks for a heal while nothing is in doubt vouches for no later clock.
TEST(ClockBelief, AWordThatNobodyNeededIsNotKept) {
    ClockBelief belief;
    belief.clients_accepted_one_that_began(kRecord - days{30});
    belief.look(moment(kRecord, 1min), kRecord, true);
    belief.believe();
    belief.look(moment(kRecord - days{60}, 2min), kRecord, false);
    EXPECT_TRUE(belief.not_believed());
}

TEST(ClockBelief, OneThatWasSetBackBeforeTheBeginOfWhatIsNamedNowIsDoubted) {
    ClockBelief belief;
    belief.look(moment(kRecord, 1min), kRecord, false);
    const WallTime back = kRecord - days{25};
    belief.look(moment(back, 2min), kRecord, false);
    belief.look(moment(back + 2h, 2min + 2h), kRecord, false);
    EXPECT_FALSE(belief.doubtful(MonotonicTime{2min + 2h}));
    belief.one_is_named_that_begins(kRecord + 1h);   // issued an hour after the clock was set back
    belief.notice_a_jump(moment(back + 3h, 2min + 3h));
    EXPECT_TRUE(belief.not_believed());
    EXPECT_NE(std::string::npos, belief.explanation(MonotonicTime{2min + 3h}).find("2026-11-18 13:00 UTC")) << belief.explanation({});
    belief.look(moment(kRecord + 4h, 2min + 4h), kRecord, false);
    EXPECT_FALSE(belief.not_believed());
}

TEST(ClockBelief, WhileItIsInDoubtItWasAsLateAsItShowedBefore) {
    ClockBelief belief;
    belief.look(moment(kRecord, 1min), kRecord, false);
    EXPECT_EQ(std::nullopt, belief.was_as_late_as(MonotonicTime{1min})) << "it is not in doubt";
    belief.one_is_named_that_begins(kRecord - days{1});
    belief.look(moment(kRecord - days{30}, 2min), kRecord, false);
    EXPECT_EQ(kRecord + 1min, belief.was_as_late_as(MonotonicTime{2min}));
    EXPECT_EQ(kRecord + 1h, belief.was_as_late_as(MonotonicTime{1h + 1min})) << "as it would have run on";
    belief.believe();
    EXPECT_EQ(std::nullopt, belief.was_as_late_as(MonotonicTime{1h + 1min})) << "an administrator says that it is right";
}

TEST(ClockBelief, Row78_ARecordOf2099EndsNoCertificate) {
    ClockBelief belief;
    belief.look(moment(kRecord - days{365 * 73}, 1min), kRecord, false);
    EXPECT_TRUE(belief.not_believed());
    EXPECT_EQ(std::nullopt, belief.was_as_late_as(MonotonicTime{1min}));
}

TEST(ClockBelief, ACertificateThatWasBoundTooEarlySaysNothingOfTheClock) {
    ClockBelief belief;
    belief.one_is_named_that_begins(kRecord + days{1});
    belief.look(moment(kRecord, 1min), kRecord, false);
    EXPECT_FALSE(belief.not_believed()) << "it was never set back";
    belief.look(moment(kRecord - 2h, 2min), kRecord, false);
    EXPECT_FALSE(belief.not_believed()) << "it lies ahead of both";
}

TEST(ClockBelief, AnAdministratorsWordStandsAgainstThatCertificateUntilClientsAcceptAnother) {
    ClockBelief belief;
    belief.clients_accepted_one_that_began(kRecord + days{1});
    belief.look(moment(kRecord, 1min), kRecord, false);
    EXPECT_TRUE(belief.not_believed());
    belief.believe();
    EXPECT_FALSE(belief.not_believed());
    belief.clients_accepted_one_that_began(kRecord + days{1});
    belief.look(moment(kRecord + 1min, 2min), kRecord, false);
    EXPECT_FALSE(belief.not_believed());
    belief.clients_accepted_one_that_began(kRecord + days{2});
    belief.look(moment(kRecord + 2min, 3min), kRecord, false);
    EXPECT_TRUE(belief.not_believed());
}

TEST(ClockBelief, ACertificateThatBeganWithinTheToleranceIsNoReason) {
    ClockBelief belief;
    belief.clients_accepted_one_that_began(kRecord + ClockBelief::kTolerance);
    belief.look(moment(kRecord, 1min), kRecord, false);
    EXPECT_FALSE(belief.doubtful(MonotonicTime{1min}));
}

}  // namespace
}  // namespace sstp
