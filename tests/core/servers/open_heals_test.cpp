// field/servers.md: heals that stay open, and what ends them (rows 41, 77, 82, 87), as stories.

#include "tests/core/servers/story.h"

namespace sstp::test {
namespace {

using namespace std::chrono_literals;
using namespace simulated;
using std::chrono::days;

class OpenHeals : public Story {
protected:
    /// HTTP.SYS takes the first record and refuses every one after it, back as well: the unit is half changed and stays so.
    void refuse_records_after_the_first() {
        server.windows_answers([this](PortCall call) {
            if (call != PortCall::bindings_put || ++puts_ == 1 || !refuses_) return Verdict{};
            return Verdict{Effect::fails, ErrorKind::access_denied, 5, 1ms};
        });
    }
    /// The certificate ends; our process dies in the middle of the heal, behind the first of two records.
    void die_before_the_second_record() {
        server.settle();
        expire();
        server.windows_answers(
            [this](PortCall call) { return call == PortCall::bindings_put && ++puts_ == 2 ? Verdict{Effect::crashes_before} : Verdict{}; });
        server.live(10min);
        ASSERT_TRUE(server.is_dead());
    }
    /// The SCM asks us to stop while RemoteAccess stops for our heal.
    void asked_to_stop_while_RemoteAccess_stops() {
        server.windows_answers([this](PortCall call) {
            if (call == PortCall::services_stop && !asked_) asked_ = world.stop_requested = true;
            return Verdict{};
        });
    }
    int puts_ = 0;
    bool refuses_ = true;
    bool asked_ = false;
};

TEST_F(OpenHeals, Row87a_OneThatCanBeBroughtToNeitherEndIsClosedAfterADayAndPlannedAnew) {
    server.settle();
    expire();
    refuse_records_after_the_first();
    server.live(23h);
    ASSERT_TRUE(server.record.contents().open_heal) << server.described();
    EXPECT_TRUE(server.finds(Reason::heal_incomplete, Severity::critical)) << server.described();
    EXPECT_EQ(0U, server.told(EventType::recovery_given_up));
    EXPECT_EQ(1U, server.told(EventType::heal_started)) << "no other heal begins until it is closed";
    EXPECT_LE(server.told(EventType::step_failed), 4U) << "told when it is so, not at each try";
    EXPECT_EQ(3U, server.raised(Reason::heal_incomplete, Severity::critical)) << "and with reminders: after 1 h, 4 h, then daily";
    server.live(2h);
    EXPECT_EQ(1U, server.told(EventType::recovery_given_up)) << server.described();
    refuses_ = false;
    server.live(days{2});
    EXPECT_EQ("2", server.everything_names()) << server.described();
    EXPECT_TRUE(server.all_connect());
    EXPECT_FALSE(server.finds(Reason::heal_incomplete)) << server.described();
    EXPECT_EQ(1U, server.told(EventType::recovery_given_up));
}

TEST_F(OpenHeals, Row87b_OrByAnAdministratorsHealWhichPlansAfresh) {
    server.settle();
    expire();
    refuse_records_after_the_first();
    server.live(1h);
    ASSERT_TRUE(server.record.contents().open_heal) << server.described();
    const Certificate three = [] {
        Certificate newest = newer_certificate(3);
        newest.not_before += 1h;
        newest.not_after += days{1};
        return newest;
    }();
    add_certificate(world, three);   // from what it finds: the newest one is another now
    server.heal_asked();
    EXPECT_EQ(1U, server.told(EventType::recovery_given_up)) << server.described();
    EXPECT_EQ(2U, server.told(EventType::heal_started)) << "in the same cycle";
    refuses_ = false;
    server.live(15min);
    EXPECT_EQ("3", server.everything_names()) << server.described();
    EXPECT_TRUE(server.all_connect());
    EXPECT_EQ(1U, server.restarts());
    EXPECT_FALSE(server.record.contents().open_heal);
    EXPECT_FALSE(server.finds(Reason::heal_incomplete)) << server.described();
}

TEST_F(OpenHeals, Row87b_AlsoWhereRemoteAccessDidNotStart) {
    server.settle();
    expire();
    world.services.at("RemoteAccess").start_fails_with = 1067;
    server.live(3h);
    ASSERT_TRUE(server.record.contents().open_heal) << server.described();
    EXPECT_TRUE(server.finds(Reason::heal_incomplete, Severity::critical)) << server.described();
    world.services.at("RemoteAccess").start_fails_with = 0;
    server.heal_asked();
    server.live(2min);
    EXPECT_EQ("2", server.everything_names()) << server.described();
    EXPECT_TRUE(server.all_connect()) << server.described();
    EXPECT_FALSE(server.record.contents().open_heal);
    EXPECT_FALSE(server.finds(Reason::heal_incomplete)) << server.described();
}

TEST_F(OpenHeals, Row41_WhatWeStoppedIsAskedToStartBeforeWeEnd) {
    server.settle();
    expire();
    asked_to_stop_while_RemoteAccess_stops();
    server.live_until([&] { return asked_; }, 10min);
    ASSERT_TRUE(asked_);
    EXPECT_EQ(std::vector<std::string>{}, server.stop());
    world.advance(10s);
    EXPECT_TRUE(world.running("RemoteAccess"));
    world.advance(1h);   // nobody watches
    server.begin();
    server.live(15min);
    EXPECT_EQ("2", server.everything_names()) << server.described();
    EXPECT_TRUE(server.all_connect());
    EXPECT_FALSE(server.record.contents().open_heal);
}

TEST_F(OpenHeals, Row77a_AStopOfFortySecondsIsWaitedForAndRemoteAccessStarted) {
    server.settle();
    expire();
    world.services.at("RemoteAccess").stop_takes = 40s;
    asked_to_stop_while_RemoteAccess_stops();
    server.live_until([&] { return asked_; }, 10min);
    ASSERT_TRUE(asked_);
    EXPECT_EQ(std::vector<std::string>{}, server.stop());
    world.advance(10s);
    EXPECT_TRUE(world.running("RemoteAccess"));
}

TEST_F(OpenHeals, Row77b_AStopOfFiveMinutesIsNamedAndOurNextStartStartsIt) {
    server.settle();
    expire();
    world.services.at("RemoteAccess").stop_takes = 5min;
    asked_to_stop_while_RemoteAccess_stops();
    server.live_until([&] { return asked_; }, 10min);
    ASSERT_TRUE(asked_);
    const Duration before = world.elapsed;
    EXPECT_EQ(std::vector<std::string>{"RemoteAccess"}, server.stop());
    EXPECT_LE(world.elapsed - before, 95s) << "at most 90 s";
    world.advance(10min);
    EXPECT_FALSE(world.running("RemoteAccess"));
    world.services.at("RemoteAccess").stop_takes = 2s;
    server.begin();
    server.live(5min);
    EXPECT_TRUE(world.running("RemoteAccess")) << server.described();
    EXPECT_EQ("2", server.everything_names());
    EXPECT_TRUE(server.all_connect());
}

TEST_F(OpenHeals, Row82a_ARenamedServerRecoversAnOpenHeal) {
    ASSERT_NO_FATAL_FAILURE(die_before_the_second_record());
    ASSERT_EQ("1 and 2", server.everything_names());
    world.machine.computer_name = "VPN7";
    server.boot();
    server.live(10min);
    EXPECT_EQ(1U, server.told(EventType::recovered_after_crash)) << server.described();
    EXPECT_EQ(1U, server.told(EventType::machine_identity_changed));
    EXPECT_EQ(0U, server.told(EventType::certificate_adopted)) << "it was nobody else's choice";
    EXPECT_EQ("2", server.everything_names());
    EXPECT_TRUE(server.all_connect());
}

TEST_F(OpenHeals, Row82b_ACloneDoesNotRecoverItAndTheLookFindsWhatItLeft) {
    ASSERT_NO_FATAL_FAILURE(die_before_the_second_record());
    world.machine.computer_name = "VPN8";
    world.machine.smbios_uuid = "00000000-0000-0000-0000-ac1f6b000099";
    server.boot();
    EXPECT_EQ(0U, server.told(EventType::recovered_after_crash)) << server.described();
    server.live(30min);
    EXPECT_EQ("2", server.everything_names()) << server.described();
    EXPECT_TRUE(server.all_connect());
    EXPECT_FALSE(server.record.contents().open_heal);
}

}  // namespace
}  // namespace sstp::test
