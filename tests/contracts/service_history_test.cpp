#include "service/windows/portable/service_history.h"

#include <gtest/gtest.h>

namespace sstp {
namespace {

using namespace std::chrono_literals;
using enum ServiceState;

const WallTime kBoot = *from_rfc3339("2026-11-21T00:00:00Z");

WallTime at(Duration since_boot) { return kBoot + since_boot; }

/// A look at a service that lives in netsvcs with others.
ServiceLook shared(ServiceState state, Duration when, std::uint32_t process = 900, bool watched = true) {
    return {state, state == stopped ? 0 : process, std::nullopt, kBoot, at(when), watched};
}
/// A look at one that has its process for itself.
ServiceLook alone(ServiceState state, Duration when, std::uint32_t process, Duration process_began, bool watched = false) {
    return {state, process, at(process_began), kBoot, at(when), watched};
}

StartedBetween between(Duration earliest, Duration latest) { return {at(earliest), at(latest)}; }

/// Of one whose process is its own.
StartedBetween between(Duration earliest, Duration latest, Duration process_began) { return {at(earliest), at(latest), at(process_began)}; }

TEST(ServiceHistory, AStartThatNobodySawLiesBetweenTheBootAndTheLookThatFoundItRunning) {
    ServiceHistory history;
    EXPECT_EQ(history.look(shared(running, 10min)).started, between(0min, 10min));
}

TEST(ServiceHistory, WithAProcessOfItsOwnItLiesBehindTheStartOfThat) {
    ServiceHistory history;
    EXPECT_EQ(history.look(alone(running, 10min, 900, 3min)).started, between(3min, 10min, 3min));
}

TEST(ServiceHistory, BoundsStayFromLookToLook) {
    ServiceHistory history;
    const auto first = history.look(shared(running, 10min));
    EXPECT_EQ(history.look(shared(running, 15min)), first);
    EXPECT_EQ(history.look(shared(running, 20min)), first);
    ServiceHistory own;
    const auto of_own = own.look(alone(running, 10min, 900, 3min));
    EXPECT_EQ(own.look(alone(running, 15min, 900, 3min)), of_own) << "its process is the same: nothing was missed, watched or not";
}

TEST(ServiceHistory, WhereNothingIsWatchedASharedProcessMayHideARestart) {
    ServiceHistory history;
    EXPECT_EQ(history.look(shared(running, 10min, 900, false)).started, between(0min, 10min));
    EXPECT_EQ(history.look(shared(running, 15min, 900, false)).started, between(0min, 15min));
}

TEST(ServiceHistory, ARestartThatWasSeenIsAMomentThoughTheProcessIsTheSame) {   // 42
    ServiceHistory history;
    history.look(shared(running, 10min));
    history.noticed(stop_pending, at(11min));
    history.noticed(stopped, at(12min));
    history.noticed(start_pending, at(13min));
    history.noticed(running, at(14min));
    const auto told = history.look(shared(running, 15min));
    EXPECT_EQ(told.started, between(14min, 14min));
    EXPECT_EQ(told.start_began, at(13min)) << "what it complained of on its way to RUNNING belongs to this start";
    EXPECT_EQ(history.look(shared(running, 20min)), told);
}

TEST(ServiceHistory, ARestartThatWasSeenIsAMomentThoughTheProcessIsAnother) {
    ServiceHistory history;
    history.look(alone(running, 10min, 900, 3min, true));
    history.noticed(stop_pending, at(11min));
    history.noticed(stopped, at(12min));
    history.noticed(start_pending, at(13min));
    history.noticed(running, at(14min));
    const auto told = history.look(alone(running, 15min, 901, 13min, true));
    EXPECT_EQ(told.started, between(14min, 14min, 13min));
    EXPECT_EQ(told.start_began, at(13min));
}

TEST(ServiceHistory, ALookThatIsFasterThanTheNoticeIsNotCorrectedByIt) {
    ServiceHistory history;
    history.noticed(stopped, at(10min));
    history.noticed(start_pending, at(11min));
    const auto told = history.look(shared(running, 12min));
    EXPECT_EQ(told.started, between(11min, 12min));
    history.noticed(running, at(12min) + 5ms);
    EXPECT_EQ(history.look(shared(running, 13min)), told);
}

TEST(ServiceHistory, AnotherProcessIsAnotherStart) {
    ServiceHistory history;
    history.look(alone(running, 10min, 900, 3min));
    EXPECT_EQ(history.look(alone(running, 20min, 901, 18min)).started, between(18min, 20min, 18min));
}

TEST(ServiceHistory, AfterMissedNoticesTheStartMayBeAsYoungAsTheLook) {
    ServiceHistory history;
    history.noticed(stopped, at(10min));
    history.noticed(running, at(11min));
    history.missed_notices();
    EXPECT_EQ(history.look(shared(running, 20min)).started, between(11min, 20min));
    EXPECT_EQ(history.look(shared(running, 25min)).started, between(11min, 20min)) << "watched again, so nothing is missed any more";
}

TEST(ServiceHistory, OneThatStoppedHasNoStartAndTheNextStartsAfterwards) {
    ServiceHistory history;
    history.look(shared(running, 10min));
    EXPECT_EQ(history.look(shared(stopped, 20min)), ServiceHistory::Told{});
    EXPECT_EQ(history.look(shared(running, 25min)).started, between(20min, 25min));
}

TEST(ServiceHistory, PendingCountsFromTheNoticeOrFromTheFirstLookThatFoundIt) {   // 40
    ServiceHistory noticed;
    noticed.look(shared(running, 10min));
    noticed.noticed(stop_pending, at(11min));
    EXPECT_EQ(noticed.look(shared(stop_pending, 15min)).pending_since, at(11min));
    EXPECT_EQ(noticed.look(shared(stop_pending, 3h)).pending_since, at(11min));
    EXPECT_EQ(noticed.look(shared(stop_pending, 3h)).started, std::nullopt);
    ServiceHistory found;
    EXPECT_EQ(found.look(shared(start_pending, 15min)).pending_since, at(15min));
    EXPECT_EQ(found.look(shared(start_pending, 20min)).pending_since, at(15min));
    EXPECT_EQ(found.look(shared(running, 25min)).pending_since, std::nullopt);
}

TEST(ServiceHistory, APauseIsNoStart) {
    ServiceHistory history;
    const auto first = history.look(shared(running, 10min));
    history.noticed(pause_pending, at(11min));
    history.noticed(paused, at(12min));
    history.noticed(running, at(13min));
    EXPECT_EQ(history.look(shared(running, 15min)).started, first.started);
}

}  // namespace
}  // namespace sstp
