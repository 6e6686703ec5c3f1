// field/servers.md: heals that Windows, RRAS or a crash of ours spoils (rows 31, 35, 56, 74 to 76, 81, 84, 86), as stories.

#include "tests/core/servers/story.h"

namespace sstp::test {
namespace {

using namespace std::chrono_literals;
using namespace simulated;
using std::chrono::days;

class HealsThatFail : public Story {
protected:
    /// What is wrong with the new certificate in force is found by the proof alone.
    void only_with_two(std::function<void(World&, bool)> act) {
        server.meanwhile([this, act = std::move(act)](World& at) { act(at, at.rras.sha256 == two.hash); });
    }
    bool live_until_told(EventType type, Duration most) {
        return server.live_until([&] { return server.told(type) > 0; }, most);
    }
    /// RemoteAccess ends with an error that is no trouble of a certificate, whose end comes too.
    void expect_told_and_not_started(std::uint32_t code) {
        server.settle();
        stop_service(world, "RemoteAccess", code);
        add_certificate(world, two);
        stored(world, one.thumbprint)->certificate.not_after = world.wall + 1h;   // not even when it ends
        server.live(days{1});
        EXPECT_EQ(0U, server.restarts());
        EXPECT_EQ(0U, server.writes());
        EXPECT_TRUE(server.finds(Reason::service_stopped, Severity::critical)) << server.described();
        EXPECT_NE(std::string::npos, server.said_of(Reason::service_stopped).find(std::to_string(code)))
            << server.said_of(Reason::service_stopped);
        EXPECT_GE(server.raised(Reason::service_stopped, Severity::critical), 1U);
    }
    /// HTTP.SYS answers 1312 to the key of the successor, whatever it looks like, and is content with it afterwards.
    void refuse_the_successor_once() {
        server.settle();
        expire();
        stored(world, two.thumbprint)->http_sys_uses_key = false;
        server.live(1h);
        EXPECT_EQ(1U, server.told(EventType::heal_started)) << server.described();
        EXPECT_TRUE(server.finds(Reason::private_key_unusable)) << server.described();
        stored(world, two.thumbprint)->http_sys_uses_key = true;
    }
    /// No write of ours ever gave a value back that RRAS cannot start with.
    void expect_never_written(SstpValue value, const std::optional<RawValue>& bad) {
        for (const Write& each : world.writes) {
            EXPECT_FALSE(each.value == value && each.value_after == bad) << each.subject;
        }
    }
};

TEST_F(HealsThatFail, Row35_AFamilyThatStoppedWorkingGetsTheSecondRestartAndThatHelps) {
    server.settle();
    add_certificate(world, two);
    only_with_two([&](World& at, bool with_two) { at.listener_off[kIpv6] = with_two && server.restarts() < 2; });
    ASSERT_TRUE(live_until_told(EventType::heal_succeeded, days{1})) << server.described();
    EXPECT_EQ("2", server.everything_names());
    EXPECT_EQ(2U, server.restarts());
    EXPECT_TRUE(server.all_connect());
}

TEST_F(HealsThatFail, Row35_OrAllOfItIsTakenBack) {
    server.settle();
    add_certificate(world, two);
    only_with_two([](World& at, bool with_two) { at.listener_off[kIpv6] = with_two; });
    ASSERT_TRUE(live_until_told(EventType::heal_undone, days{1})) << server.described();
    EXPECT_EQ("1", server.everything_names());
    EXPECT_EQ(3U, server.restarts()) << "its own, the second one, and that of taking back";
    EXPECT_TRUE(server.all_connect());
    EXPECT_EQ(0U, server.told(EventType::heal_succeeded));
}

TEST_F(HealsThatFail, Row56_AfterPlannedWorkTheRightLeafAnd404ForGoodIsTakenBack) {
    world.others_listen = true;
    server.settle();
    add_certificate(world, two);
    ASSERT_TRUE(server.all_connect());
    only_with_two([](World& at, bool with_two) {
        if (with_two) at.rras.listens = false;   // its URL is not registered; HTTP.SYS answers 404 for it
    });
    ASSERT_TRUE(live_until_told(EventType::heal_undone, days{1})) << server.described();
    EXPECT_EQ("1", server.everything_names());
    EXPECT_TRUE(server.all_connect());
    EXPECT_EQ(0U, server.told(EventType::heal_succeeded));
}

TEST_F(HealsThatFail, Row74a_WithSixOfEightUsedAFailedProofIsTakenBackWithARestart) {
    server.settle();
    server.crash();
    server.charged(6, 3h);
    server.begin();
    server.count();
    add_certificate(world, two);
    only_with_two([](World& at, bool with_two) { at.sstp_broken = with_two; });
    ASSERT_TRUE(live_until_told(EventType::heal_undone, 16h)) << server.described();
    EXPECT_EQ("1", server.everything_names());
    EXPECT_EQ(2U, server.restarts()) << "no room for a second rung";
    EXPECT_TRUE(server.all_connect());
}

TEST_F(HealsThatFail, Row74b_WithSevenOfEightUsedNoHealThatRestartsBegins) {
    server.settle();
    server.crash();
    server.charged(7, 3h);
    server.begin();
    server.count();
    expire();
    server.live(10h);
    EXPECT_EQ(0U, server.restarts());
    EXPECT_EQ(0U, server.writes());
    EXPECT_TRUE(server.finds(Reason::budget_exhausted, Severity::warning)) << server.described();
    EXPECT_EQ(3U, server.told(EventType::budget_exhausted)) << "when it is so, and reminders after 1 and 4 hours";
    server.live(12h);   // the charges are a day old
    EXPECT_EQ("2", server.everything_names()) << server.described();
    EXPECT_EQ(1U, server.restarts());
    EXPECT_TRUE(server.all_connect());
}

TEST_F(HealsThatFail, Row75_WeDieInEveryProofThreeRecoveriesThenItIsClosedWithoutARestart) {
    server.settle();
    expire();
    world.sstp_broken = true;   // so that there always is something to wait for in a proof
    int pauses = 0;
    server.windows_answers([&](PortCall call) {
        // Some pauses only ask whether the process is to stop; so many, while RRAS holds the new one, are a proof that waits.
        const bool in_a_proof = call == PortCall::clock_pause && world.rras.sha256 == two.hash && ++pauses > 12;
        return in_a_proof ? Verdict{Effect::crashes_after} : Verdict{};
    });
    int starts = 0;
    server.live(10min);
    EXPECT_TRUE(server.is_dead()) << server.described();
    while ((server.is_dead() || server.record.contents().open_heal) && starts < 10) {
        world.advance(1min);   // the SCM starts us again
        pauses = 0;
        server.begin();
        ++starts;
    }
    EXPECT_EQ(4, starts) << "three recoveries, and the start that closes it";
    EXPECT_EQ(1U, server.told(EventType::recovery_given_up) + server.told(EventType::heal_succeeded)) << server.described();
    EXPECT_LE(server.restarts(), 2U) << "its own, and recovery's one";
    EXPECT_FALSE(server.record.contents().open_heal);
    EXPECT_TRUE(world.running("RemoteAccess"));
    EXPECT_EQ("2", server.everything_names());
    server.windows_answers({});
    world.sstp_broken = false;
    server.live(1h);
    EXPECT_TRUE(server.all_connect());
    EXPECT_LE(server.restarts(), 2U) << "nor one for it afterwards";
    EXPECT_FALSE(server.finds(Reason::heal_incomplete)) << server.described();
}

TEST_F(HealsThatFail, Row76a_RrasThatEndsUnexpectedlyIsToldAndNotStarted) { expect_told_and_not_started(1067); }

TEST_F(HealsThatFail, Row76a_AlsoWhereEvent13FollowsEachStartAsIpv6IsOff) {
    world.traits.has_ipv6 = false;   // state 24
    world.traits.listener_errors_end_it = false;
    drop_binding(world, kIpv6);
    ASSERT_TRUE(restart_rras(world));
    expect_told_and_not_started(1067);
}

TEST_F(HealsThatFail, Row76b_NorOneWhoseDependencyDoesNotStart) { expect_told_and_not_started(1068); }

TEST_F(HealsThatFail, Row76c_NorOneThatCannotLogOn) { expect_told_and_not_started(1069); }

TEST_F(HealsThatFail, Row31a_RrasThatEndsBetweenTheLogAndTheServicesIsNotSaidToHaveNoTroubleWithACertificate) {
    server.settle();
    bool log_was_read = false, ended = false;
    server.windows_answers([&](PortCall call) {
        log_was_read = log_was_read || call == PortCall::event_log_read;
        if (log_was_read && !ended && call == PortCall::parameters_read) {
            ended = true;   // behind the log of this look, before it asks the services
            drop_binding(world, kIpv6);
            world.write_event("Microsoft-Windows-RasSstp", 13, {"The system cannot find the file specified.", ""});
            stop_service(world, "RemoteAccess", 2);
        }
        return Verdict{};
    });
    server.look();
    ASSERT_TRUE(ended);
    EXPECT_EQ(std::string::npos, server.said_of(Reason::service_stopped).find("no trouble")) << server.described();
    EXPECT_EQ(0U, server.told(EventType::heal_refused)) << server.described();
    server.live(5min);
    EXPECT_EQ(0U, server.told(EventType::heal_refused)) << server.described();
    EXPECT_EQ(1U, server.restarts());
    EXPECT_TRUE(server.all_connect()) << server.described();
}

TEST_F(HealsThatFail, Row31c_AfterAForeignRecordThatTheHashDoesNotNameRrasIsCuredAndStarted) {
    bind(world, kIpv6, one, kIisAppId);
    server.settle();
    const Certificate www = make_certificate(6, {"www.example.com"});
    add_certificate(world, www);
    store_hashes(world, www);
    ASSERT_FALSE(restart_rras(world));   // event 32, and 13 as the code
    server.live(15min);
    EXPECT_EQ("1", server.everything_names()) << server.described();
    EXPECT_EQ(1U, server.restarts());
    EXPECT_TRUE(server.all_connect());
}

TEST_F(HealsThatFail, Row81_SessionsCannotBeAskedAndRrasEndedAfter25) {
    world.traits.sessions_can_be_read = false;
    server.begin();
    server.live(days{1} + 2h);   // where sessions cannot be read a day without a complaint teaches
    server.count();
    store_hashes(world, make_certificate(9));
    ASSERT_FALSE(restart_rras(world));
    server.live(15min);
    EXPECT_EQ("1", server.everything_names()) << server.described();
    EXPECT_EQ(1U, server.restarts());
    EXPECT_TRUE(server.all_connect());
}

TEST_F(HealsThatFail, Row84_WithoutUpdateA1312AfterTheDeleteBringsTheOldRecordBackAtOnce) {
    world.traits.update = HttpUpdate::not_supported;
    server.settle();
    add_certificate(world, two);
    stored(world, two.thumbprint)->http_sys_uses_key = false;   // 1312, whatever its key says
    ASSERT_TRUE(live_until_told(EventType::heal_undone, days{1})) << server.described();
    server.live(1h);
    EXPECT_EQ("1", server.everything_names());
    EXPECT_EQ(0U, server.restarts());
    EXPECT_EQ(0, server.seconds_without_vpn());
    EXPECT_EQ(1U, server.told(EventType::heal_started)) << "it is no candidate any more";
    EXPECT_TRUE(server.finds(Reason::private_key_unusable)) << server.described();
    const Certificate three = newer_certificate(3);
    add_certificate(world, three);
    server.live(days{1});
    EXPECT_EQ("3", server.everything_names()) << "another one is taken" << server.described();
    EXPECT_TRUE(server.all_connect());
}

TEST_F(HealsThatFail, Row84_AKeyWhoseProviderWasAwayForAMinuteIsTriedAgainWithinADay) {
    refuse_the_successor_once();
    server.live(23h);
    EXPECT_EQ(1U, server.told(EventType::heal_started)) << server.described();
    server.live(2h);
    EXPECT_EQ("2", server.everything_names()) << server.described();
    EXPECT_TRUE(server.all_connect());
}

TEST_F(HealsThatFail, Row84_AnAdministratorWhoIgnoresTheWindowHasHttpSysAskedAnewForAKeyThatItHasRefused) {
    refuse_the_successor_once();
    server.heal_asked(true);
    EXPECT_EQ("2", server.everything_names()) << server.described();
    EXPECT_TRUE(server.all_connect());
}

TEST_F(HealsThatFail, Row84_AChangeOfTheStoreEndsWhatHttpSysRefused) {
    refuse_the_successor_once();
    add_certificate(world, make_certificate(7, {"www.example.com"}));
    server.live(30min);
    EXPECT_EQ("2", server.everything_names()) << server.described();
    EXPECT_TRUE(server.all_connect());
}

TEST_F(HealsThatFail, Row86a_AHashOfNothingIsNeverPutBackWhateverTheProofSays) {
    server.settle();
    const RawValue bad = RawValue::binary(Bytes(32, 7));
    world.set_parameter(SstpValue::sha256_certificate_hash, bad);
    ASSERT_FALSE(restart_rras(world));
    world.sstp_broken = true;
    server.live(2h);
    EXPECT_EQ("1", server.everything_names()) << server.described();
    EXPECT_TRUE(world.running("RemoteAccess"));
    expect_never_written(SstpValue::sha256_certificate_hash, bad);
    world.sstp_broken = false;
    server.live(1h);
    EXPECT_TRUE(server.all_connect());
    EXPECT_LE(server.restarts(), 3U) << "the start, the second rung, and recovery's one";
}

TEST_F(HealsThatFail, Row86b_NorTheHashOfADeletedCertificate) {
    server.settle();
    const Certificate six = make_certificate(6);
    add_certificate(world, six);
    bind_both(world, six);
    store_hashes(world, six);
    remove_certificate(world, six.thumbprint);
    ASSERT_FALSE(restart_rras(world));
    world.sstp_broken = true;
    server.live(2h);
    EXPECT_EQ("1", server.everything_names()) << server.described();
    EXPECT_TRUE(world.running("RemoteAccess"));
    expect_never_written(SstpValue::sha256_certificate_hash, RawValue::binary(six.hash.to_vector()));
    world.sstp_broken = false;
    server.live(1h);
    EXPECT_TRUE(server.all_connect());
    EXPECT_LE(server.restarts(), 3U);
}

TEST_F(HealsThatFail, Row86c_NorFlag1WithoutAHash) {
    server.settle();
    world.set_parameter(SstpValue::sha256_certificate_hash, std::nullopt);
    ASSERT_FALSE(restart_rras(world));
    world.sstp_broken = true;
    server.live(2h);
    EXPECT_EQ("1", server.everything_names()) << server.described();
    EXPECT_TRUE(world.running("RemoteAccess"));
    EXPECT_EQ(0U, server.writes(PortCall::parameters_remove));
    world.sstp_broken = false;
    server.live(1h);
    EXPECT_TRUE(server.all_connect());
    EXPECT_LE(server.restarts(), 3U);
}

}  // namespace
}  // namespace sstp::test
