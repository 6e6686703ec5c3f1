// When the first client after a heal is missed, and what the hours in which sessions usually begin say of it (DESIGN 2.4).

#include "core/watchdog/learning.h"
#include "tests/core/server_builder.h"

#include <gtest/gtest.h>

namespace sstp::test {
namespace {

using namespace std::chrono_literals;
using std::chrono::days;

WallTime on(const char* time) { return from_rfc3339(time).value(); }

/// Sessions have begun in the hour of 07:30 on ten working days.
SessionMemory a_habit_of_half_past_seven() {
    SessionMemory memory;
    for (int day = 2; day <= 13; ++day) {   // 2026-11-02 is a Monday
        const WallTime at = on("2026-11-01T07:30:00Z") + days{day - 1};
        Sessions sessions;
        sessions.sstp = {1, at};
        remember_sessions(memory, sessions, at + 1min, UtcOffset{0});
    }
    return memory;
}

/// Every answer about sessions was readable, long before the heal too.
const std::optional<WallTime> kAlwaysHeard = on("2026-11-01T00:00:00Z");

TEST(AwaitedClient, Row83_IsNotMissedBeforeTheHourInWhichSessionsUsuallyBegin) {
    const SessionMemory memory = a_habit_of_half_past_seven();
    EXPECT_TRUE(has_session_habit(memory, on("2026-11-16T02:00:00Z"), UtcOffset{0}));
    const AwaitedClient awaited{"h1", on("2026-11-16T02:00:00Z"), true, true, false};   // a Monday
    EXPECT_FALSE(is_overdue(awaited, memory, kAlwaysHeard, on("2026-11-16T07:50:00Z"), UtcOffset{0}));
    EXPECT_TRUE(is_overdue(awaited, memory, kAlwaysHeard, on("2026-11-16T08:00:00Z"), UtcOffset{0}));
    const AwaitedClient friday{"h1", on("2026-11-20T20:00:00Z"), true, true, false};
    EXPECT_FALSE(is_overdue(friday, memory, kAlwaysHeard, on("2026-11-22T12:00:00Z"), UtcOffset{0})) << "nobody comes at the weekend";
}

TEST(AwaitedClient, WithoutAHabitADayIsWaited) {
    const AwaitedClient awaited{"h1", on("2026-11-16T02:00:00Z"), true, true, false};
    EXPECT_FALSE(is_overdue(awaited, {}, kAlwaysHeard, on("2026-11-17T01:59:00Z"), UtcOffset{0}));
    EXPECT_TRUE(is_overdue(awaited, {}, kAlwaysHeard, on("2026-11-17T02:00:00Z"), UtcOffset{0}));
}

TEST(AwaitedClient, WhoCameWhileSessionsCouldNotBeReadIsNotMissed) {
    const SessionMemory memory = a_habit_of_half_past_seven();
    const AwaitedClient awaited{"h1", on("2026-11-16T02:00:00Z"), true, true, false};
    EXPECT_FALSE(is_overdue(awaited, memory, std::nullopt, on("2026-11-18T12:00:00Z"), UtcOffset{0})) << "MprAdmin answers with an error";
    EXPECT_FALSE(is_overdue(awaited, memory, on("2026-11-16T07:40:00Z"), on("2026-11-16T08:00:00Z"), UtcOffset{0})) << "only since 07:40";
    EXPECT_TRUE(is_overdue(awaited, memory, on("2026-11-16T07:40:00Z"), on("2026-11-17T08:00:00Z"), UtcOffset{0})) << "the next such hour";
    EXPECT_FALSE(is_overdue(awaited, {}, std::nullopt, on("2026-11-18T12:00:00Z"), UtcOffset{0})) << "nor where no hour is known";
    EXPECT_FALSE(is_overdue(awaited, {}, on("2026-11-18T11:59:00Z"), on("2026-11-18T12:00:00Z"), UtcOffset{0}));
    EXPECT_TRUE(is_overdue(awaited, {}, on("2026-11-18T11:00:00Z"), on("2026-11-18T12:00:00Z"), UtcOffset{0}));
}

TEST(AwaitedClient, TheFirstSessionAfterTheHealConfirmsIt) {
    RecordContents contents;
    contents.awaited_client = AwaitedClient{"h1", on("2026-11-16T02:00:00Z"), true, true, false};
    contents.sessions.newest_sstp_began = on("2026-11-16T01:59:00Z");
    EXPECT_FALSE(confirmation_of(contents));
    contents.sessions.newest_sstp_began = on("2026-11-16T07:40:00Z");
    ASSERT_TRUE(confirmation_of(contents));
    EXPECT_EQ(Duration{5h + 40min}, confirmation_of(contents)->after);
}

TEST(AwaitedClient, OneWhoComesWithinTheHourOfRestartThenSaysThatSstpSvcKeepsItsHash) {
    AwaitedClient after_then{"h2", on("2026-11-16T08:30:00Z")};
    after_then.after_then = true;
    EXPECT_EQ(kThenAtOnce, then_brought_clients_after(0, after_then, 20min));
    const std::uint32_t once = then_brought_clients_after(0, after_then, 23h);
    EXPECT_LT(once, kThenAtOnce) << "the day of the restart may have been a holiday";
    EXPECT_EQ(kThenAtOnce, then_brought_clients_after(once, after_then, 23h)) << "at two renewals in a row";
    EXPECT_EQ(kThenAtOnce, then_brought_clients_after(kThenAtOnce, after_then, 23h));
    const AwaitedClient without{"h3", on("2026-11-16T02:00:00Z"), true, true};
    EXPECT_EQ(0U, then_brought_clients_after(once, without, 5h)) << "RemoteAccess alone was enough";
    const AwaitedClient no_new_hash{"h4", on("2026-11-16T02:00:00Z"), false, true};
    EXPECT_EQ(once, then_brought_clients_after(once, no_new_hash, 5h));
    const AwaitedClient at_once{"h5", on("2026-11-16T02:00:00Z"), true, false};
    EXPECT_EQ(kThenAtOnce, then_brought_clients_after(kThenAtOnce, at_once, 5h));
}

void begin_session(SessionMemory& memory, WallTime at) {
    Sessions sessions;
    sessions.sstp = {1, at};
    remember_sessions(memory, sessions, at, UtcOffset{0});
}

/// When the client of a heal is missed, by the hour; empty: no hour is usual, or none in two days.
std::string missed_after_a_heal_at(const char* healed_at, const SessionMemory& memory) {
    const AwaitedClient awaited{"h1", on(healed_at), true, true, false};
    if (!has_session_habit(memory, awaited.healed_at, UtcOffset{0})) return {};
    for (WallTime at = awaited.healed_at; at < awaited.healed_at + days{2}; at += 1h) {
        if (is_overdue(awaited, memory, kAlwaysHeard, at, UtcOffset{0})) return to_rfc3339(at).substr(0, 16);
    }
    return {};
}

TEST(SessionMemory, HoursThatAreNoLongerUsualFade) {
    SessionMemory memory = a_habit_of_half_past_seven();
    for (int day = 0; day < 14; ++day) begin_session(memory, on("2026-11-16T13:10:00Z") + days{day});
    EXPECT_EQ("2026-11-30T14:00", missed_after_a_heal_at("2026-11-30T02:00:00Z", memory)) << "and not at eight";
}

TEST(SessionMemory, HoursFadeWhereNoHourIsUsedDaily) {
    SessionMemory memory;
    // Two weeks of clients at half past seven, on Mondays, Wednesdays and Fridays; then they come on Thursdays at one.
    for (const int day : {2, 4, 6, 9, 11, 13}) begin_session(memory, on("2026-10-31T07:30:00Z") + days{day});
    EXPECT_EQ("2026-11-16T08:00", missed_after_a_heal_at("2026-11-16T02:00:00Z", memory));
    for (const int week : {0, 1}) begin_session(memory, on("2026-11-19T13:10:00Z") + days{7 * week});
    EXPECT_EQ("", missed_after_a_heal_at("2026-11-30T02:00:00Z", memory)) << "no hour is usual any more";
}

TEST(SessionMemory, DaysOnWhichNobodyComesFadeTooButNotThoseSinceTheHeal) {
    const SessionMemory memory = a_habit_of_half_past_seven();
    EXPECT_EQ("2026-11-23T08:00", missed_after_a_heal_at("2026-11-23T02:00:00Z", memory)) << "a week of holidays";
    EXPECT_EQ("", missed_after_a_heal_at("2026-12-07T02:00:00Z", memory)) << "nobody has come for weeks";
    const AwaitedClient awaited{"h1", on("2026-11-16T02:00:00Z"), true, true, false};
    EXPECT_TRUE(is_overdue(awaited, memory, kAlwaysHeard, on("2026-12-14T08:00:00Z"), UtcOffset{0}));
}

TEST(SessionMemory, WhatAnEarlierVersionCountedHoldsForTwoWeeks) {
    SessionMemory memory;
    memory.newest_sstp_began = on("2026-11-13T07:30:00Z");
    memory.days_with_a_start[7] = 10;
    EXPECT_EQ("2026-11-16T08:00", missed_after_a_heal_at("2026-11-16T02:00:00Z", memory));
    begin_session(memory, on("2026-11-16T13:10:00Z"));
    EXPECT_EQ("2026-11-17T08:00", missed_after_a_heal_at("2026-11-17T02:00:00Z", memory)) << "taken over";
    for (int day = 1; day < 14; ++day) begin_session(memory, on("2026-11-16T13:10:00Z") + days{day});
    EXPECT_EQ("2026-11-30T14:00", missed_after_a_heal_at("2026-11-30T02:00:00Z", memory));
}

}  // namespace
}  // namespace sstp::test
