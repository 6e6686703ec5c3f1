#include "core/decision/decide.h"
#include "core/decision/window.h"
#include "tests/core/decision/deciding.h"
#include "tests/core/decision/in_short.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

namespace sstp::test::due_tests {

namespace {

using namespace std::chrono_literals;

/// The window only on Saturdays and Sundays. The look is on a Wednesday.
ServerBuilder at_weekends(ServerBuilder server) {
    return server.with([](auto& s) { s.policy.restart.window.days = {true, false, false, false, false, false, true}; });
}
ServerBuilder never_open(ServerBuilder server) {
    return server.with([](auto& s) { s.policy.restart.window.days.fill(false); });
}

WallTime due(const ServerBuilder& server, const Around& around = {}) {
    const auto decided = decide_for(server, around).decided;
    if (const auto* refused = std::get_if<Refused>(&decided.decision)) return refused->until.value();
    return server.state.looked_at.wall;
}
/// Local day of the default window (02:00 to 05:00 UTC) in which a moment lies, counted from the look's; nothing: outside its hours.
std::optional<int> night_of(WallTime at) {
    const auto day = std::chrono::floor<std::chrono::days>(at);
    if (at - day < 2h || at - day >= 5h) return std::nullopt;
    return static_cast<int>((day - std::chrono::floor<std::chrono::days>(look_time())).count());
}

TEST(PlannedWork, WaitsForTheWindowOnItsDays) {
    EXPECT_EQ(night_of(due(healthy().adding(two()))), 1);
    EXPECT_EQ(night_of(due(at_weekends(healthy().adding(two())))), 3) << "Saturday";
}

TEST(PlannedWork, FromReplaceBeforeOnHasAnyDay) {
    EXPECT_EQ(night_of(due(at_weekends(healthy().replacing(one().valid(-83, 7)).adding(two())))), 1) << "seven days are left: tonight";
    EXPECT_EQ(night_of(due(at_weekends(healthy().replacing(one().valid(-81, 9)).adding(two())))), 3) << "nine: Saturday, as planned";
    const auto friday = at_weekends(healthy().replacing(one().valid(-84, 8)).adding(two())).with([](auto& s) {
        s.policy.restart.window.days = {true, false, false, false, false, false, false};
    });
    EXPECT_EQ(night_of(due(friday)), 2) << "eight: replace_before comes before Sunday does";
}

TEST(PlannedWork, OfACertificateThatEndsBeforeTheNextWindowComesHalfAnHourBefore) {
    const auto ends = look_time() + 6h;   // 18:00; the window opens at 02:00
    const auto server = healthy().adding(two()).with([=](auto& s) {
        auto& store = std::get<CertificateList>(s.state.certificates).own();
        store.front().not_after = ends;
    });
    const WallTime at = due(server);
    EXPECT_GE(at, ends - 30min);
    EXPECT_LT(at, ends - 20min) << "and each server of a fleet at its own share of ten minutes";
    auto then = server;
    then.state.looked_at.wall = at;
    EXPECT_EQ(in_short(decide_for(then).decided.decision), "planned: bind ipv4 2, bind ipv6 2, sha1 2, sha256 2, restart");
    then.state.looked_at.wall = at - 1s;
    EXPECT_EQ(in_short(decide_for(then).decided.decision), "refused outside_window");
}

TEST(PlannedWork, WithoutAnyDayComesAtReplaceBeforeInTheHoursOfTheWindow) {
    EXPECT_EQ(night_of(due(never_open(healthy().adding(two())))), 54) << "60 days are left; from 7 before the end on any day";
}

TEST(SoonWork, HasAnyDay) {
    EXPECT_EQ(night_of(due(at_weekends(healthy().deleting(one()).adding(two())))), 1);
    EXPECT_EQ(night_of(due(at_weekends(healthy().held_unknown().written(30)))), 1) << "a restart alone";
}

TEST(SoonWork, OfACertificateThatHasEndedWaitsForTheHoursOfTheWindow) {
    const auto ended = healthy().replacing(one().expired()).serving(one().expired()).adding(two()).no_sstp_session_ever().sessions(0, 40);
    EXPECT_EQ(night_of(due(ended)), 1) << "26c: SSTP was never seen in use";
}

TEST(TheWindow, IsLocalAndKeepsItsHourThroughSummerTime) {
    const auto berlin = [](WallTime utc) { return utc >= from_rfc3339("2026-03-29T01:00:00Z").value() ? UtcOffset{120} : UtcOffset{60}; };
    MaintenanceWindow night;
    const WallTime saturday = from_rfc3339("2026-03-28T12:00:00Z").value();
    const auto begin = next_begin(night, saturday, berlin, "machine", 16min);
    ASSERT_TRUE(begin);
    EXPECT_GE(*begin, from_rfc3339("2026-03-29T01:00:00Z").value());
    EXPECT_LT(*begin, from_rfc3339("2026-03-29T03:00:00Z").value());
}

TEST(TheWindow, IsOpenForAMachineUntilOneHealNoLongerFits) {
    const auto server = healthy().adding(two());
    EXPECT_EQ(in_short(decide_for(ServerBuilder{server}.at(1, 4, 43)).decided.decision),
              "planned: bind ipv4 2, bind ipv6 2, sha1 2, sha256 2, restart");
    EXPECT_EQ(in_short(decide_for(ServerBuilder{server}.at(1, 4, 44)).decided.decision), "refused outside_window")
        << "5 min for each state change, three times 2 min until SSTP answers";
    EXPECT_EQ(night_of(due(ServerBuilder{server}.at(1, 4, 44))), 2);
}

TEST(AWindowPastMidnight, BelongsToTheDayOnWhichItStarts) {
    const auto server = healthy().adding(two()).with([](auto& s) {
        s.policy.restart.window = {{false, false, false, true, false, false, false}, 23h, 3h};   // Wednesdays, 23:00
    });
    EXPECT_EQ(in_short(decide_for(ServerBuilder{server}.at(1, 1, 43)).decided.decision),
              "planned: bind ipv4 2, bind ipv6 2, sha1 2, sha256 2, restart");
    EXPECT_EQ(in_short(decide_for(ServerBuilder{server}.at(2, 1, 43)).decided.decision), "refused outside_window") << "Thursday's is none";
}

TEST(FailedAttempts, FollowTheirSchedule) {
    const auto wait = [&](std::uint32_t failures, bool stopped) {
        return due(one_has_ended(), {.attempts = failed(two(), failures, 0s, stopped)}) - look_time();
    };
    const Duration asked[] = {1h, 4h, 24h, 48h, 96h, 168h, 168h};
    for (std::uint32_t i = 0; i < 7; ++i) EXPECT_EQ(wait(i + 1, true), asked[i]) << i + 1;
    const Duration not_asked[] = {5min, 1h, 4h, 24h, 48h, 96h, 168h, 168h};
    for (std::uint32_t i = 0; i < 8; ++i) EXPECT_EQ(wait(i + 1, false), not_asked[i]) << i + 1;
}

}  // namespace

}  // namespace sstp::test::due_tests
