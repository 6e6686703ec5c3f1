#include "core/watchdog/held.h"
#include "tests/core/server_builder.h"

#include <gtest/gtest.h>

#include <utility>

namespace sstp::test {
namespace {

using namespace std::chrono_literals;

const Certificate kOne = one();
const Certificate kTwo = two();

/// What RRAS holds, in short: "1" or "2" by its hash, "unknown".
std::string in_short(const std::optional<HeldByRras>& held) {
    if (!held) return "unknown";
    if (!held->sha256) return "nothing";
    return *held->sha256 == kOne.hash ? "1" : *held->sha256 == kTwo.hash ? "2" : "another";
}

ServerBuilder started_uncertainly(ServerBuilder server, int earliest_minutes_ago) {
    const WallTime earliest = minutes_before_look(earliest_minutes_ago);
    auto& status = std::get<ServiceStatus>(server.state.services.at(kRemoteAccess));
    status.started = StartedBetween{earliest, server.state.looked_at.wall};
    return server;
}

ServerBuilder in_the_same_process(ServerBuilder server) {
    const WallTime began = minutes_before_look(3 * 24 * 60);
    std::get<ServiceStatus>(server.state.services.at(kRemoteAccess)).started->process_began = began;
    server.memory.held->start.process_began = began;
    return server;
}

/// RRAS, known to have started a minute before the look, was started again so much later by the wall clock, in another process of its own.
ServerBuilder in_another_process(ServerBuilder server, Duration later) {
    const WallTime known = minutes_before_look(1), again = known + later;
    server.memory.held->start = StartedBetween{known, known, known};
    std::get<ServiceStatus>(server.state.services.at(kRemoteAccess)).started = StartedBetween{again, again, again};
    return server;
}

/// The clock of the machine was wrong by a month when it booted; the last look before that was two minutes ago.
ServerBuilder booted_a_month_ago_by_its_clock(ServerBuilder server) {
    server.memory.held->seen_at = minutes_before_look(2);
    return in_another_process(std::move(server), -std::chrono::hours{30 * 24});
}

/// Seen to start ten minutes ago, before RRAS had written its hashes: the hash of before stood there, or none, beside records of kOne.
ServerBuilder looked_at_too_early(std::optional<CertificateHash> hash_of_before) {
    ServerBuilder server = healthy().rras_started(10).held(kOne);
    server.memory.held->sha256 = hash_of_before;
    server.memory.held->seen_at = minutes_before_look(10);
    return server;
}

ServerBuilder written_after_the_start(ServerBuilder server, Duration after) {
    server.state.settings.written = minutes_before_look(10) + after;
    return server;
}

struct HeldCase {
    const char* name;
    ServerBuilder server;      ///< as a look sees it now; memory.held is what was held before
    std::string expected;
};

class Holds : public testing::TestWithParam<HeldCase> {};

TEST_P(Holds, WhatRrasReadWhenItStarted) {
    const HeldCase& each = GetParam();
    EXPECT_EQ(each.expected, in_short(held_after(each.server.memory.held, each.server.state))) << each.name;
}

TEST(HeldByASession, OnlyOneThatBeganAfterAllThatIsStoredAndServedProvesIt) {
    // RRAS is known to hold 1; everything was moved to 2 an hour ago, and nobody saw it start since.
    const auto moved = healthy().held(kOne).all_naming(kTwo).adding(kTwo).written(60);
    const auto after = [&](const ServerBuilder& server, int minutes_ago) {
        return in_short(held_after(server.memory.held, server.state, minutes_before_look(minutes_ago)));
    };
    EXPECT_EQ("2", after(moved, 5)) << "its client passed crypto binding with what is served";
    EXPECT_EQ("1", after(moved, 90)) << "it began before";
    EXPECT_EQ("1", after(ServerBuilder{moved}.serving(v6, kOne), 5)) << "which of the two listeners it came through, nothing tells";
    EXPECT_EQ("1", after(ServerBuilder{moved}.hash(certificate(9)), 5)) << "a balancer's: what passed is not what is served here";
}

TEST(HeldHash, IsKnownToNameNothingHereWhenRrasIsSeenToHaveReadIt) {
    const auto names_nothing = [](const ServerBuilder& server) {
        const auto held = held_after({}, server.state);
        return held && held->names_nothing_here;
    };
    const ServerBuilder a_balancers = healthy().held_unknown().hash(certificate(9));
    EXPECT_FALSE(names_nothing(healthy().held_unknown()));
    EXPECT_TRUE(names_nothing(a_balancers));
    EXPECT_FALSE(names_nothing(ServerBuilder{a_balancers}.serving(v4, certificate(9)))) << "one that has left the store is served still";
    EXPECT_FALSE(names_nothing(ServerBuilder{a_balancers}.with([](auto& s) {
        s.state.certificates = Unreadable{{ErrorKind::busy, "list", "MY", 5, {}}};
    }))) << "nobody could look";
}

INSTANTIATE_TEST_SUITE_P(
    Held, Holds,
    testing::Values(
        HeldCase{"58: the first look finds values older than the start of RRAS: it holds them", healthy().held_unknown(), "1"},
        HeldCase{"58a: the hash was corrected by hand after RRAS had started, first look: unknown",
                 healthy().held_unknown().hash(kTwo).parameters_written(5), "unknown"},
        HeldCase{"58b: the hash was changed and RRAS restarted while we only observed: learned anew",
                 healthy().held(kOne).hash(kTwo).parameters_written(10).rras_started(5), "2"},
        HeldCase{"59: proven with 1, Group Policy writes 2, an administrator restarts RRAS: it holds 2",
                 healthy().held(kOne).hash(kTwo).records(kTwo).written(30).rras_started(20), "2"},
        HeldCase{"what was written after the start is not held: the old value is", healthy().held(kOne).hash(kTwo).parameters_written(5),
                 "1"},
        HeldCase{"a record written after the start of a first look makes it unknown, whatever the parameters say",
                 healthy().held_unknown().records_written(5), "unknown"},
        HeldCase{"last-write times that cannot be had make a new start unknown",
                 healthy().held_unknown().with([](auto& server) { server.state.bindings_written.reset(); }), "unknown"},
        HeldCase{"in automatic mode RRAS's own write a moment after a start that was seen is part of it",
                 healthy().held_unknown().rras_started(10).parameters_written(10).with([](auto& server) {
                     server.state.settings.written = *server.state.settings.written + std::chrono::seconds{20};
                 }),
                 "1"},
        HeldCase{"in automatic mode a look before that write saw no hash: RRAS holds what it wrote then",
                 written_after_the_start(looked_at_too_early(std::nullopt), std::chrono::seconds{3}), "1"},
        HeldCase{"in automatic mode a look before that write saw an old hash: RRAS holds what it wrote then",
                 written_after_the_start(looked_at_too_early(kTwo.hash).adding(kTwo), std::chrono::seconds{3}), "1"},
        HeldCase{"a write long after such a look is somebody else's",
                 written_after_the_start(looked_at_too_early(kTwo.hash).adding(kTwo), std::chrono::minutes{3}), "2"},
        HeldCase{"a write a moment after a start that had made them agree is somebody else's",
                 written_after_the_start(looked_at_too_early(kOne.hash).adding(kTwo).hash(kTwo).records(kTwo), std::chrono::seconds{3}),
                 "1"},
        HeldCase{"with the flag at 1 a write a moment after such a look is somebody else's",
                 written_after_the_start(looked_at_too_early(kTwo.hash).adding(kTwo).flag(std::uint32_t{1}), std::chrono::seconds{3}), "2"},
        HeldCase{"with the flag at 1 a write after the start is somebody else's",
                 healthy().flag(std::uint32_t{1}).held_unknown().rras_started(10).parameters_written(10).with([](auto& server) {
                     server.state.settings.written = *server.state.settings.written + std::chrono::seconds{20};
                 }),
                 "unknown"},
        HeldCase{"a restart of ours that hides the start loses nothing while nothing was written",
                 started_uncertainly(healthy().held(kOne), 3 * 24 * 60), "1"},
        HeldCase{"a start that nobody saw, and a write since: unknown",
                 started_uncertainly(healthy().held(kOne).hash(kTwo).parameters_written(5), 3 * 24 * 60), "unknown"},
        HeldCase{"a start that nobody saw, and a write since, but it has its own process, which is the same: it holds what it held",
                 in_the_same_process(started_uncertainly(healthy().held(kOne).hash(kTwo).parameters_written(5), 3 * 24 * 60)), "1"},
        HeldCase{"85: a tool writes and restarts RRAS within a second of our restart; its own process is another: learned anew",
                 in_another_process(healthy().held(kOne).hash(kTwo).records(kTwo).written(1), std::chrono::seconds{1}), "2"},
        HeldCase{"the clock was set back an hour and a tool restarted it: another process, however early it seems to have begun",
                 in_another_process(healthy().held(kOne).hash(kTwo).records(kTwo).written(90), -std::chrono::minutes{60}), "2"},
        HeldCase{"the clock was wrong at boot by a month, so that all seems to be written later: what stands untouched is what it read",
                 booted_a_month_ago_by_its_clock(healthy().held(kOne).written(90)), "1"},
        HeldCase{"the same, but other values stand there: unknown",
                 booted_a_month_ago_by_its_clock(healthy().held(kOne).hash(kTwo).records(kTwo).written(90)), "unknown"},
        HeldCase{"the same, but what stands was written since the last look: unknown",
                 booted_a_month_ago_by_its_clock(healthy().held(kOne).written(0)), "unknown"},
        HeldCase{"RRAS does not run: what it held is kept until it starts again",
                 healthy().held(kOne).service(kRemoteAccess, ServiceState::stopped), "1"}),
    [](const auto& each) { return "case_" + std::to_string(each.index); });

TEST(Complaints, BelongToTheStartInWhichTheyWereWritten) {
    ServerBuilder server = healthy().rras_started(10);
    const auto complaint = [](std::uint32_t id, int minutes_ago) { return Complaint{id, minutes_before_look(minutes_ago), false}; };
    ComplaintsByStart seen = complaints_after({}, {complaint(13, 10), complaint(25, 500)}, server.state);
    ASSERT_EQ(1U, seen.present.size());
    EXPECT_EQ(13U, seen.present.front().event_id);

    // 42: its administrator restarts RemoteAccess: old complaints are void; one that comes again says nothing new.
    server.rras_started(1);
    seen = complaints_after(seen, {complaint(13, 1)}, server.state);
    ASSERT_EQ(1U, seen.present.size());
    EXPECT_TRUE(seen.present.front().at_previous_start_too);

    server.at(1, 12).rras_started(1);
    seen = complaints_after(seen, {}, server.state);
    EXPECT_TRUE(seen.present.empty());
    server.at(2, 12).rras_started(1);
    seen = complaints_after(seen, {Complaint{13, server.state.looked_at.wall - std::chrono::minutes{1}, false}}, server.state);
    ASSERT_EQ(1U, seen.present.size());
    EXPECT_FALSE(seen.present.front().at_previous_start_too) << "the start before it had none";
}

TEST(Complaints, OfAProcessThatHadNotBegunAreOfTheStartBefore) {
    const ServerBuilder server = healthy().with([](auto& s) {
        auto& rras = std::get<ServiceStatus>(s.state.services[kRemoteAccess]);
        const WallTime began = s.state.looked_at.wall - std::chrono::seconds{5}, runs = began + std::chrono::seconds{3};
        rras.start_began = began + std::chrono::milliseconds{20};   // the notice of it
        rras.started = StartedBetween{runs, runs, began};
    });
    const WallTime began = *server.state.service(kRemoteAccess)->started->process_began;
    const std::chrono::milliseconds before{34}, after{2000};
    const ComplaintsByStart seen =
        complaints_after({}, {Complaint{25, began - before, false}, Complaint{13, began + after, false}}, server.state);
    ASSERT_EQ(1U, seen.present.size()) << "somebody's restart had failed just before ours, and nobody had looked between";
    EXPECT_EQ(13U, seen.present.front().event_id);
}

TEST(Complaints, OfAStartThatFailedAreNotOfTheOneThatFollowsAtOnce) {
    ServerBuilder server = healthy().service(kRemoteAccess, ServiceState::stopped, 1168);
    const WallTime failed = server.state.looked_at.wall - std::chrono::seconds{2};
    ComplaintsByStart seen = complaints_after({}, {Complaint{25, failed, false}}, server.state);
    EXPECT_EQ(1U, seen.present.size()) << "why it does not run";

    // A heal starts it a second and a half later; it runs after three more.
    server = healthy().with([&](auto& s) {
        s.state.looked_at.wall += std::chrono::seconds{5};
        auto& rras = std::get<ServiceStatus>(s.state.services[kRemoteAccess]);
        rras.start_began = failed + std::chrono::milliseconds{1500};
        rras.started = StartedBetween{failed + std::chrono::milliseconds{4500}, failed + std::chrono::milliseconds{4500}};
    });
    seen = complaints_after(seen, {Complaint{13, failed + std::chrono::seconds{3}, false}}, server.state);
    ASSERT_EQ(1U, seen.present.size());
    EXPECT_EQ(13U, seen.present.front().event_id) << "of the start that runs";
}

}  // namespace
}  // namespace sstp::test
