// field/servers.md row 10: somebody moved everything to another certificate by the article's steps, and its first client is waited for.

#include "tests/core/servers/story.h"

namespace sstp::test {
namespace {

using namespace std::chrono_literals;
using namespace simulated;

class ChangeOfEverything : public Story {
protected:
    const Certificate renamed = make_certificate(5, {"ras.example.com"});
    /// An administrator moves everything to another name by the article's steps (flag 0), and no client has come yet.
    void move_to_another_name() {
        add_certificate(world, renamed);
        move_everything(world, renamed, 0);
        server.live(1h);
        EXPECT_EQ("choice_not_confirmed", server.decision()) << server.described();
        server.count();
    }
    void expect_put_right_without_a_restart() {
        EXPECT_EQ("5", server.everything_names()) << server.described();
        EXPECT_TRUE(server.finds(Reason::choice_not_confirmed)) << server.described();
        expect_confirmed_by_the_first_client();
        EXPECT_EQ(0U, server.restarts());
    }
    void move_without_a_restart() {
        add_certificate(world, renamed);
        bind_both(world, renamed);
        store_hashes(world, renamed);
        set_flag(world, 0);
    }
    void expect_confirmed_by_the_first_client() {
        clients_dial(world, "ras.example.com");
        server.live(1h);
        EXPECT_EQ("5", server.everything_names()) << server.described();
        EXPECT_EQ(1U, server.told(EventType::certificate_adopted)) << server.described();
        EXPECT_EQ(std::vector<std::string>{"ras.example.com"}, server.record.contents().learned->names);
        EXPECT_FALSE(server.finds(Reason::choice_not_confirmed));
    }
};

TEST_F(ChangeOfEverything, Row10b_WhatClientsConfirmedIsAdoptedThoughAValueOfItsUnitIsPutRightInTheSameCycle) {
    server.settle();
    add_certificate(world, renamed);
    move_everything(world, renamed, 0);
    world.set_parameter(SstpValue::sha1_certificate_hash, RawValue::binary({1, 2}));
    server.live(1h);
    EXPECT_EQ("choice_not_confirmed", server.decision()) << server.described();
    expect_confirmed_by_the_first_client();
    EXPECT_EQ(0U, server.restarts());
}

TEST_F(ChangeOfEverything, Row10e_WhoeverMovedEverythingAndForgotTheRestartIsWaitedForAndThenRrasIsRestarted) {
    server.settle();
    world.sessions.clear();
    move_without_a_restart();
    server.live(90s);
    EXPECT_EQ(0U, server.restarts()) << "he may be about to do so";
    EXPECT_TRUE(server.finds(Reason::hash_newer_than_service, Severity::critical)) << server.described();
    server.live(10min);
    EXPECT_EQ(1U, server.restarts()) << server.described();
    EXPECT_TRUE(world.client_connects(kIpv4, "ras.example.com"));
    EXPECT_TRUE(server.finds(Reason::choice_not_confirmed)) << "it is his choice still, not ours: " << server.described();
    expect_confirmed_by_the_first_client();
    EXPECT_EQ(1U, server.restarts());
}

TEST_F(ChangeOfEverything, Row10e_WhoIsConnectedByTheOldOneStaysSoUntilTheHoursOfTheWindow) {
    server.settle();
    ASSERT_FALSE(world.sessions.empty());
    move_without_a_restart();
    server.live(2h);
    EXPECT_EQ(0U, server.restarts()) << server.described();
    EXPECT_EQ("outside_window", server.decision()) << server.described();
    server.live_through_the_window();
    EXPECT_EQ(1U, server.restarts()) << server.described();
    expect_confirmed_by_the_first_client();
}

TEST_F(ChangeOfEverything, Row10e_AnRrasThatHasEndedOnItIsNotLeftDead) {
    server.settle();
    move_to_another_name();
    stop_service(world, kRemoteAccess, 183);
    server.live(1h);
    EXPECT_TRUE(world.running(kRemoteAccess)) << server.described();
    EXPECT_EQ("1", server.everything_names()) << server.described();
    EXPECT_EQ(0U, server.told(EventType::certificate_adopted)) << server.described();
}

TEST_F(ChangeOfEverything, Row10e_ListenersThatGoDeadUnderItAreNotLeftAlone) {
    server.settle();
    move_to_another_name();
    world.listener_off = {{kIpv4, true}, {kIpv6, true}};
    server.live(1h);
    EXPECT_GT(server.restarts() + server.writes(), 0U) << server.described();
}

TEST_F(ChangeOfEverything, Row10c_ARestartOfRrasIsNoReasonToAdoptIt) {
    server.settle();
    move_to_another_name();
    server.live(std::chrono::hours{25});
    stop_service(world, kRemoteAccess);
    server.live(10min);
    world.traits.ready_after = 90s;
    world.traits.refuses_until_ready = true;
    start_service(world, kRemoteAccess);
    server.live(1h);
    EXPECT_EQ(0U, server.writes()) << server.described();
    EXPECT_EQ(0U, server.told(EventType::certificate_adopted))
        << "sessions can be counted here, and there are none: " << server.described();
    EXPECT_TRUE(server.finds(Reason::choice_not_confirmed)) << server.described();
    server.heal_asked(true);
    EXPECT_EQ("1", server.everything_names()) << server.described();
}

TEST_F(ChangeOfEverything, Row10f_ARecordThatHasGoneSinceIsPutBackAsTheChangeHasIt) {
    server.settle();
    move_to_another_name();
    world.erase_binding(Endpoint::wildcard(kIpv4, world.port()));
    server.live(10min);
    expect_put_right_without_a_restart();
}

TEST_F(ChangeOfEverything, Row10g_ARecordThatIisLeadsNowhereAndAStaleHashAreDriftFromTheChange) {
    server.settle();
    move_to_another_name();
    bind(world, kIpv6, make_certificate(9));
    server.live(10min);
    EXPECT_EQ("5", server.everything_names()) << server.described();
    store_hashes(world, make_certificate(9));
    server.live(10min);
    expect_put_right_without_a_restart();
}

TEST_F(ChangeOfEverything, Row10h_ABootWhoseRrasTakesItsTimeTakesNothingFromTheChange) {
    server.settle();
    move_to_another_name();
    world.traits.ready_after = 3min;
    server.boot();
    server.live(1h);
    EXPECT_EQ(0U, server.writes()) << server.described();
    EXPECT_TRUE(server.finds(Reason::choice_not_confirmed)) << server.described();
    expect_confirmed_by_the_first_client();
}

TEST_F(ChangeOfEverything, Row10i_WhoeverMovesItBackHimselfIsNotHindered) {
    server.settle();
    move_to_another_name();
    bind(world, kIpv4, one);
    server.live(5s);
    bind(world, kIpv6, one);
    server.live(5s);
    store_hashes(world, one);
    restart_rras(world);
    server.live(1h);
    EXPECT_EQ("1", server.everything_names()) << server.described();
    EXPECT_FALSE(server.finds(Reason::choice_not_confirmed));
    EXPECT_TRUE(server.all_connect());
}

}  // namespace
}  // namespace sstp::test
