// field/servers.md, rows 33 to 48, and others about restarts and proof, as stories with restarts counted.

#include "tests/core/servers/watched_server.h"

#include <gtest/gtest.h>

#include <algorithm>
#include <map>
#include <string>

namespace sstp::test {
namespace {

using namespace std::chrono_literals;
using namespace simulated;
using std::chrono::days;

class RestartAndProof : public testing::Test {
protected:
    WatchedServer server;
    World& world = server.world;
    const Certificate one = make_certificate(1);
    const Certificate two = newer_certificate(2);

    /// SSTP works, and HEAD is answered so for ever.
    void expect_one_restart_for(int uri_status) {
        server.settle();
        world.traits.uri_status = uri_status;
        server.live(days{7});
        EXPECT_LE(server.restarts(), 1U);
        EXPECT_TRUE(server.finds(Reason::sstp_uri_unhealthy));
        for (int night = 0; night < 3; ++night) {
            server.boot();
            server.live(days{1});
        }
        EXPECT_LE(server.told(EventType::heal_started), 1U) << "a boot, in which nobody answers for a while, earns no other";
        expire();
        server.live(1h);
        EXPECT_EQ("2", server.everything_names()) << "heals still count: before equals after";
        EXPECT_TRUE(server.all_connect());
    }
    /// The certificate in force ends, and a fit successor is there.
    void expire() {
        add_certificate(world, two);
        stored(world, one.thumbprint)->certificate.not_after = world.wall - 1min;
    }
};

TEST_F(RestartAndProof, AnExpiredCertificateIsReplacedWithOneRestart) {
    server.settle();
    expire();
    server.live(10min);
    EXPECT_EQ("2", server.everything_names());
    EXPECT_EQ(1U, server.restarts());
    EXPECT_TRUE(server.all_connect());
    EXPECT_EQ(1U, server.told(EventType::heal_succeeded));
    const auto writes = server.writes();
    server.live(days{1});
    EXPECT_EQ(writes, server.writes()) << "a healthy server is left alone";
}

TEST_F(RestartAndProof, Row24_WithIpv6OffTheExpiredCertificateIsReplacedOnceAndStaysReplaced) {
    world.traits.has_ipv6 = false;
    world.traits.listener_errors_end_it = false;
    drop_binding(world, kIpv6);
    server.settle();
    expire();
    server.live(days{2});
    EXPECT_TRUE(server.connects(kIpv4));
    EXPECT_EQ(1U, server.restarts());
    EXPECT_EQ(0U, server.told(EventType::heal_undone));
}

TEST_F(RestartAndProof, Row33_SstpAnswers503ForAMinuteAfterTheRestartAndOneRestartSuffices) {
    world.traits.ready_after = 60s;
    server.settle();
    expire();
    server.live(30min);
    EXPECT_EQ("2", server.everything_names());
    EXPECT_EQ(1U, server.restarts());
    EXPECT_EQ(1U, server.told(EventType::heal_succeeded));
    EXPECT_TRUE(server.all_connect());
}

TEST_F(RestartAndProof, Row34_AFamilyThatAnsweredNothingBeforeTheHealDoesNotUndoIt) {
    world.listener_off[kIpv6] = true;
    server.settle();
    expire();
    server.live(days{1});
    EXPECT_EQ("2", server.everything_names());
    EXPECT_TRUE(server.connects(kIpv4));
    EXPECT_EQ(0U, server.told(EventType::heal_undone));
    EXPECT_EQ(1U, server.restarts());
}

TEST_F(RestartAndProof, Row36a_WithTheOldCertificateGoneTheNewStateStays) {
    server.settle();
    add_certificate(world, two);
    remove_certificate(world, one.thumbprint);
    server.meanwhile([this](World& at) { at.sstp_broken = at.rras.sha256 == two.hash; });
    server.live_through_the_window();
    EXPECT_EQ("2", server.everything_names()) << "the new stays, and new records never stand beside old hashes";
    EXPECT_TRUE(server.finds(Reason::heal_incomplete, Severity::critical)) << server.described();
    EXPECT_EQ(0U, server.told(EventType::heal_undone));
    EXPECT_LE(server.restarts(), 3U) << "its own, the second one, and recovery's one";
    server.meanwhile([](World& at) { at.sstp_broken = false; });
    server.live(2h);
    EXPECT_EQ("2", server.everything_names());
    EXPECT_TRUE(server.all_connect());
    EXPECT_LE(server.restarts(), 3U);
    EXPECT_FALSE(server.finds(Reason::heal_incomplete)) << server.described();
}

TEST_F(RestartAndProof, Row36b_AlsoWhenItEndsWhileTheNewOneIsProven) {
    server.settle();
    add_certificate(world, two);
    server.meanwhile([this](World& at) {
        at.sstp_broken = at.rras.sha256 == two.hash;
        WallTime& end = stored(at, one.thumbprint)->certificate.not_after;
        if (at.sstp_broken) end = std::min(end, at.wall - 1min);
    });
    server.live_through_the_window();
    EXPECT_EQ("2", server.everything_names()) << server.described();
    EXPECT_TRUE(server.finds(Reason::heal_incomplete, Severity::critical)) << server.described();
    EXPECT_EQ(0U, server.told(EventType::heal_undone));
    EXPECT_LE(server.restarts(), 3U) << server.described();
}

TEST_F(RestartAndProof, Row37a_AnswersOf404ForEverCostAtMostOneRestart) { expect_one_restart_for(404); }

TEST_F(RestartAndProof, Row37b_AnswersOf403Likewise) { expect_one_restart_for(403); }

TEST_F(RestartAndProof, Row38_EveryHealFailsForAWeekAndThenTwoRestartsAWeek) {
    server.settle();
    add_certificate(world, two);
    server.meanwhile([this](World& at) { at.sstp_broken = at.rras.sha256 == two.hash; });
    server.live(days{7});
    EXPECT_LE(server.restarts(), 12U) << "3, then 2 a try";
    EXPECT_GE(server.told(EventType::heal_undone), 4U) << server.described();
    EXPECT_TRUE(server.all_connect());
    for (int week = 0; week < 2; ++week) {
        server.count();
        server.live(days{7});
        EXPECT_LE(server.restarts(), 2U) << server.described();
        EXPECT_TRUE(server.all_connect());
    }
}

TEST_F(RestartAndProof, Row38_AnAdministratorsHealThatFailsIsTriedAgainInAnHour) {
    server.settle();
    add_certificate(world, two);
    server.meanwhile([this](World& at) { at.sstp_broken = at.rras.sha256 == two.hash; });
    server.live(days{7});
    ASSERT_TRUE(std::any_of(server.record.contents().attempts.begin(), server.record.contents().attempts.end(), [](const Attempts& each) {
        return each.failures >= 3;
    })) << server.described();
    server.heal_asked(true);
    ASSERT_FALSE(server.record.contents().attempts.empty()) << server.described();
    const Attempts& after = server.record.contents().attempts.back();
    EXPECT_EQ(two.hash, after.target);
    EXPECT_EQ(1U, after.failures) << "his heal starts the schedule afresh";
}

TEST_F(RestartAndProof, Row38_AlsoWhereRemoteAccessDoesNotStartAnyMore) {
    server.settle();
    expire();
    world.services.at("RemoteAccess").start_fails_with = 1067;
    for (int day = 0; day < 7; ++day) {
        server.live(days{1});
        EXPECT_TRUE(server.finds(Reason::heal_incomplete, Severity::critical)) << day << '\n' << server.described();
        EXPECT_FALSE(server.finds(Reason::service_stopped, Severity::critical)) << "one cause, one alarm";
    }
    EXPECT_EQ("2", server.everything_names());
    const auto stops = std::count_if(world.writes.begin(), world.writes.end(), [](const Write& each) {
        return each.call == PortCall::services_stop && equal_ignoring_case(each.subject, kRemoteAccess);
    });
    EXPECT_EQ(1, stops) << "what does not run is not stopped; starts of what we stopped are not rationed";
    world.services.at("RemoteAccess").start_fails_with = 0;
    server.live(days{2});
    EXPECT_TRUE(server.all_connect()) << "nobody had to come\n" << server.described();
}

TEST_F(RestartAndProof, Row40_AServiceThatHangsForHoursCostsNoChargeAndIsHealedMinutesAfterwards) {
    server.settle();
    world.services.at("RemoteAccess").stop_hangs = true;
    expire();
    server.live(3h);
    EXPECT_TRUE(server.finds(Reason::service_hung, Severity::critical)) << server.described();
    EXPECT_LE(server.record.contents().charges.size(), 1U) << "waiting is not charged";
    EXPECT_EQ(1U, server.told(EventType::heal_started));
    world.end_hang("RemoteAccess");
    world.services.at("RemoteAccess").stop_hangs = false;
    server.live(10min);
    EXPECT_EQ("2", server.everything_names());
    EXPECT_TRUE(server.all_connect());
    EXPECT_EQ(1U, server.restarts());
}

TEST_F(RestartAndProof, Row40_AServiceThatHangsForHoursIsLookedAtEveryFiveMinutes) {
    server.settle();
    SimulatedService& rras = world.services.at("RemoteAccess");
    rras.status.state = ServiceState::stop_pending;   // somebody's stop
    rras.status.pending_since = world.wall;
    server.live(1h);
    ASSERT_TRUE(server.finds(Reason::service_hung, Severity::critical)) << server.described();
    const auto looks = server.last().number;
    server.live(1h);
    EXPECT_LE(server.last().number - looks, 13U) << "and its end wakes us";
}

TEST_F(RestartAndProof, Row42_AfterAnAdministratorsRestartABindingRepairCostsNoSession) {
    server.settle();
    world.traits.remote_access_shares_process = true;
    restart_rras(world);
    clients_dial(world);
    server.live(10min);
    server.count();
    const auto ended = world.sessions_ended_by_us;
    bind(world, kIpv4, make_certificate(9, {"www.example.org"}), kSstpAppId);
    add_certificate(world, make_certificate(9, {"www.example.org"}));
    server.live(15min);
    EXPECT_EQ("1", server.everything_names());
    EXPECT_EQ(ended, world.sessions_ended_by_us);
}

TEST_F(RestartAndProof, Row43_AJustBootedServerIsStartingAndNotStopped) {
    server.settle();
    world.traits.services_start_after = 3min;
    server.boot();
    EXPECT_TRUE(server.finds(Reason::service_starting, Severity::information));
    EXPECT_NE(Severity::critical, worst(server.last().findings));
    server.live(10min);
    EXPECT_FALSE(server.finds(Reason::service_starting));
    EXPECT_EQ(0U, server.restarts());
    EXPECT_TRUE(server.all_connect());
}

TEST_F(RestartAndProof, Row44_AClockSixtyDaysBackAtBootDecidesNothingUntilItIsSet) {
    server.settle();
    Certificate older = make_certificate(7);
    older.not_before -= days{90};
    older.not_after = first_day() - days{1};
    add_certificate(world, older);
    world.time_synchronised = false;
    server.crash();
    set_clock_off(world, -days{60});
    world.boot();
    server.begin();
    server.live(5min);
    EXPECT_EQ(0U, server.writes());
    set_clock_off(world, days{60});
    world.time_synchronised = true;
    server.live(30min);
    EXPECT_EQ("1", server.everything_names()) << server.described();
    EXPECT_EQ(0U, server.restarts());
}

TEST_F(RestartAndProof, Row45a_ServiceNamesIgnoreCase) {
    server.policy = R"({"restart": {"services": ["remoteaccess"]}})";
    server.settle();
    expire();
    server.live(10min);
    EXPECT_EQ("2", server.everything_names());
    EXPECT_EQ(1U, server.restarts());
}

TEST_F(RestartAndProof, Row45b_AServiceThatThisServerLacksDoesNotStopHeals) {
    server.policy = R"({"restart": {"services": ["RemoteAccess", "NoSuchService"]}})";
    server.settle();
    expire();
    server.live(10min);
    EXPECT_EQ("2", server.everything_names());
    EXPECT_TRUE(server.finds(Reason::service_missing, Severity::warning));
}

TEST_F(RestartAndProof, Row47a_HttpSysRefusesANewKeyForTwentySeconds) {
    world.traits.new_keys_settle_for = 25s;
    server.settle();
    expire();
    server.live(10min);
    EXPECT_EQ("2", server.everything_names());
    EXPECT_EQ(1U, server.restarts());
    EXPECT_EQ(1U, server.told(EventType::heal_started));
}

TEST_F(RestartAndProof, Row47b_HttpSysSaysThatItExistsThoughItWasMade) {
    world.traits.update = HttpUpdate::absent;
    world.traits.says_exists_though_made = true;
    server.settle();
    expire();
    server.live(10min);
    EXPECT_EQ("2", server.everything_names());
    EXPECT_EQ(1U, server.restarts());
}

TEST_F(RestartAndProof, Row48_AFleetWithOneCertificateSpreadsItsRestartsOverTheWindow) {
    constexpr int kServers = 40;
    std::map<std::int64_t, int> in_the_minute;
    for (int i = 0; i < kServers; ++i) {
        WatchedServer each;
        each.world.machine = {"guid-" + std::to_string(i), "VPN" + std::to_string(i), "uuid-" + std::to_string(i)};
        each.settle();
        add_certificate(each.world, two);
        ASSERT_TRUE(each.live_until([&] { return each.restarts() > 0; }, days{1})) << i << each.described();
        ++in_the_minute[std::chrono::floor<std::chrono::minutes>(each.world.elapsed).count()];
    }
    int most = 0;
    for (const auto& [minute, count] : in_the_minute) most = std::max(most, count);
    EXPECT_LE(most, kServers / 8) << "of one minute";
    EXPECT_GE(in_the_minute.rbegin()->first - in_the_minute.begin()->first, 90) << "minutes between the first and the last";
}

TEST_F(RestartAndProof, AnEndedCertificateWaitsForNoWindow) {
    server.policy = R"({"restart": {"window": {"days": ["sun"], "start": "02:00", "duration": "3h"}}})";
    server.settle();
    expire();
    server.live(10min);
    EXPECT_TRUE(server.all_connect());
}

TEST_F(RestartAndProof, AFamilyThatWentOutBeforeARenewalHasAnsweredBeforeAndHasItsOneRestart) {
    server.settle();
    world.listener_off[kIpv6] = true;
    server.live(1min);
    add_certificate(world, newer_certificate(2));
    server.live(24h);
    EXPECT_TRUE(server.finds(Reason::listener_unreachable_ipv6, Severity::critical)) << server.described();
    for (const Finding& each : server.last().findings)
        EXPECT_EQ(std::string::npos, each.explanation.find("never answered")) << each.explanation;
    EXPECT_LE(server.restarts(), 3U) << "one with its second rung for the silence, one for the renewal\n" << server.described();
}

}  // namespace
}  // namespace sstp::test
