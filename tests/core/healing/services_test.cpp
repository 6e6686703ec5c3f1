// The restart: scope, hangs, administrators.

#include "tests/core/healing/adversaries.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

namespace sstp::healing_test {
namespace {

using namespace std::chrono_literals;
using namespace simulated;

class Restarts : public OneServerTest {
protected:
    void stop_by_administrator(World& at) { stop_service(at, "RemoteAccess"); }
    /// The stop is answered by this error, is obeyed all the same, and somebody starts RRAS again behind it.
    std::optional<HealOutcome> heal_while_rras_is_started_behind(ErrorKind error) {
        expire(world);
        StartsRrasBehindAnError script{error};
        world.adversary = &script;
        auto outcome = server.heal();
        world.adversary = nullptr;
        EXPECT_TRUE(script.started());
        return outcome;
    }
};

TEST_F(Restarts, dependants_that_ran_run_again_and_those_that_did_not_stay_as_they_were) {
    add_dependant("Runs");
    add_dependant("Rests", ServiceState::stopped);
    expire(world);
    expect_result(HealResult::succeeded, server.heal());
    EXPECT_TRUE(world.running("Runs"));
    EXPECT_FALSE(world.running("Rests"));
    EXPECT_EQ(1U, world.restarts_of_rras);
}

TEST_F(Restarts, row_45a_services_in_another_case_are_the_same_services) {
    server.policy.restart.services = {"remoteaccess"};
    server.policy.restart.then = {"REMOTEACCESS", "rasman", "sstpsvc"};
    expire(world);
    expect_result(HealResult::succeeded, server.heal());
    EXPECT_EQ(1U, world.restarts_of_rras);
    EXPECT_TRUE(world.running("RemoteAccess"));
}

TEST_F(Restarts, row_45b_a_service_that_this_server_lacks_is_passed_over) {
    server.policy.restart.services = {"NoSuchService", "RemoteAccess"};
    expire(world);
    expect_result(HealResult::succeeded, server.heal());
    EXPECT_EQ(1U, world.restarts_of_rras);
}

TEST_F(Restarts, a_dependant_that_comes_up_while_we_stop_is_stopped_and_started_too) {
    expire(world);
    AtKind somebody{PortCall::record_commit, 2, [&](World&) { add_dependant("Late"); }};
    world.adversary = &somebody;
    expect_result(HealResult::succeeded, server.heal());
    EXPECT_TRUE(world.running("Late"));
    EXPECT_EQ(1U, world.restarts_of_rras);
}

TEST_F(Restarts, remote_access_that_an_administrator_stops_before_we_come_to_it_stays_stopped) {
    expire(world);
    for (int nth = 1; nth <= 8; ++nth) {
        Server each = server;
        AtKind administrator{PortCall::parameters_write, nth, [this](World& at) { stop_by_administrator(at); }};
        each.world.adversary = &administrator;
        const auto outcome = each.heal();
        if (!administrator.acted()) break;
        expect_result(HealResult::overtaken, outcome);
        EXPECT_FALSE(each.world.running("RemoteAccess")) << nth;
        EXPECT_EQ(0U, each.world.restarts_of_rras) << nth;
        EXPECT_FALSE(each.record.contents.open_heal) << nth;
        EXPECT_EQ("2", each.everything_names()) << nth << ": RRAS finds it when its administrator starts it";
    }
}

TEST_F(Restarts, remote_access_that_an_administrator_stops_when_its_restart_is_charged_is_not_charged) {
    expire(world);
    int between = 0;
    for (int nth = 1; nth <= 6; ++nth) {
        Server each = server;
        AtKind administrator{PortCall::record_commit, nth, [this](World& at) { stop_by_administrator(at); }};
        each.world.adversary = &administrator;
        (void)each.heal();
        if (!administrator.acted() || each.writes(PortCall::services_stop) > 0) continue;
        ++between;
        EXPECT_THAT(each.charges(), testing::IsEmpty()) << nth << ": it was their stop, and theirs alone";
    }
    EXPECT_GE(between, 2);
}

TEST_F(Restarts, remote_access_that_an_administrator_stops_while_we_prove_stays_stopped_and_ends_the_heal) {
    world.traits.ready_after = 30s;
    expire(world);
    AtKind administrator{PortCall::clock_pause, 25, [this](World& at) { stop_by_administrator(at); }};
    world.adversary = &administrator;
    const auto outcome = server.heal();
    ASSERT_TRUE(administrator.acted());
    expect_result(HealResult::overtaken, outcome);
    EXPECT_FALSE(world.running("RemoteAccess"));
    EXPECT_FALSE(server.record.contents.open_heal);
    EXPECT_EQ(1U, world.restarts_of_rras);
}

TEST_F(Restarts, a_script_that_starts_what_we_have_just_stopped_has_made_our_restart) {
    expire(world);
    AtKind script(PortCall::services_stop, 1, [](World& at) { start_service(at, "RemoteAccess"); });
    world.adversary = &script;
    const auto outcome = server.heal();
    world.adversary = nullptr;
    EXPECT_TRUE(script.acted());
    expect_result(HealResult::succeeded, outcome);
    EXPECT_EQ("2", server.everything_names());
    EXPECT_TRUE(server.all_connect());
    EXPECT_EQ(0U, world.restarts_of_rras) << "none but theirs";
    EXPECT_THAT(server.charges(), testing::SizeIs(1)) << "our stop ended the sessions";
}

TEST_F(Restarts, row_40_a_stop_that_hangs_costs_one_charge_and_is_healed_within_minutes_after_it_ends) {
    expire(world);
    world.services["RemoteAccess"].stop_hangs = true;
    const auto outcome = server.heal();
    expect_result(HealResult::incomplete, outcome);
    EXPECT_TRUE(outcome->stays_open);
    EXPECT_TRUE(has(outcome->standing, Reason::heal_incomplete));
    ASSERT_TRUE(server.record.contents.open_heal);
    EXPECT_EQ((std::vector<std::string>{"RemoteAccess"}), server.record.contents.open_heal->to_start);
    const auto events = server.record.events.size();
    for (int i = 0; i < 36; ++i) {
        world.advance(5min);
        const auto waiting = server.recover_open_heal();
        expect_result(HealResult::incomplete, waiting);
    }
    EXPECT_EQ(events, server.record.events.size()) << "the same again is not told again";
    EXPECT_EQ(1U, server.record.contents.charges.size()) << "no charge for waiting";
    world.end_hang("RemoteAccess");
    world.advance(1min);
    expect_result(HealResult::succeeded, server.recover_open_heal());
    EXPECT_TRUE(server.all_connect());
    EXPECT_EQ("2", server.everything_names());
    EXPECT_EQ(1U, world.restarts_of_rras);
    EXPECT_EQ(1U, server.record.contents.charges.size());
}

TEST_F(Restarts, a_stop_that_hangs_until_somebody_ends_and_starts_the_service_has_been_our_restart) {
    expire(world);
    world.services["RemoteAccess"].stop_hangs = true;
    AtKind script(PortCall::services_stop, 1, [](World& at) {
        at.end_hang("RemoteAccess");
        start_service(at, "RemoteAccess");
    });
    world.adversary = &script;
    const auto outcome = server.heal();
    world.adversary = nullptr;
    expect_result(HealResult::succeeded, outcome);
    EXPECT_EQ("2", server.everything_names());
    EXPECT_TRUE(server.all_connect());
    EXPECT_EQ(0U, world.restarts_of_rras) << "none but theirs";
    EXPECT_THAT(server.charges(), testing::SizeIs(1)) << "our stop ended the sessions";
}

TEST_F(Restarts, a_stop_that_is_not_answered_and_obeyed_a_minute_later_is_ours_and_so_is_the_start) {
    expire(world);
    EveryCall busy{PortCall::services_stop, {Effect::fails, ErrorKind::service_hung, 1053, 30s}, 1};
    world.adversary = &busy;
    const auto outcome = server.heal();
    world.adversary = nullptr;
    expect_result(HealResult::incomplete, outcome);
    ASSERT_TRUE(server.record.contents.open_heal);
    EXPECT_EQ((std::vector<std::string>{"RemoteAccess"}), server.record.contents.open_heal->to_start);
    EXPECT_THAT(server.charges(), testing::SizeIs(1));
    world.advance(1min);
    stop_service(world, "RemoteAccess");
    world.advance(5min);
    expect_result(HealResult::succeeded, server.recover_open_heal());
    EXPECT_TRUE(server.all_connect());
    EXPECT_EQ("2", server.everything_names());
}

TEST_F(Restarts, h7_a_service_that_is_pending_by_somebody_else_is_not_charged_at_all) {
    expire(world);
    const auto plan = server.plan();
    ASSERT_TRUE(plan);
    world.services["RemoteAccess"].status.state = ServiceState::stop_pending;
    world.services["RemoteAccess"].status.pending_since = world.wall;
    expect_result(HealResult::not_begun, server.run(*plan));
    EXPECT_TRUE(server.record.contents.charges.empty());
    EXPECT_TRUE(world.writes.empty());
}

TEST_F(Restarts, a_stop_that_nobody_accepts_takes_its_charge_back_and_leaves_all_as_found) {
    expire(world);
    const Footprint found = Footprint::of(world);
    EveryCall denied{PortCall::services_stop, {Effect::fails, ErrorKind::access_denied, 5, 1ms}, 10};
    world.adversary = &denied;
    const auto outcome = server.heal();
    expect_result(HealResult::undone, outcome);
    expect_as_found(found);
    EXPECT_TRUE(server.record.contents.charges.empty());
    EXPECT_FALSE(outcome->service_was_asked_to_stop);
    EXPECT_EQ(0U, world.restarts_of_rras);
    EXPECT_TRUE(server.record.contents.held) << "RRAS went on with what it holds";
}

TEST_F(Restarts, where_a_dependant_stops_and_remote_access_does_not_all_goes_back_and_no_restart_is_counted) {
    add_dependant("Thirdparty");
    expire(world);
    const Footprint found = Footprint::of(world);
    EveryCall denied{PortCall::services_stop, {Effect::fails, ErrorKind::access_denied, 5, 1ms}, 10, 1};
    world.adversary = &denied;
    const auto outcome = server.heal();
    expect_result(HealResult::undone, outcome);
    EXPECT_EQ(found, Footprint::of(world)) << difference(found, Footprint::of(world));
    EXPECT_TRUE(world.running("Thirdparty"));
    EXPECT_EQ(0U, outcome->restarts);
    EXPECT_EQ(0U, world.restarts_of_rras);
    EXPECT_TRUE(server.record.contents.held) << "RRAS went on with what it holds";
}

TEST_F(Restarts, the_kill_switch_behind_the_charge_comes_before_the_stop) {
    renew();
    const auto plan = server.plan();
    ASSERT_TRUE(plan);
    const Footprint found = Footprint::of(world);
    AtKind administrator{PortCall::record_commit, 2, [this](World&) { server.kill_switch = true; }};
    world.adversary = &administrator;
    expect_result(HealResult::undone, server.run(*plan));
    ASSERT_TRUE(administrator.acted());
    EXPECT_EQ(0U, server.writes(PortCall::services_stop));
    EXPECT_TRUE(server.charges().empty());
    expect_as_found(found);
}

TEST_F(Restarts, rras_that_hung_and_is_started_by_us_has_its_time_until_it_is_ready) {
    expire(world);
    world.services["RemoteAccess"].stop_hangs = true;
    expect_result(HealResult::incomplete, server.heal());
    world.end_hang("RemoteAccess");
    world.traits.ready_after = 30s;
    expect_result(HealResult::succeeded, server.recover_open_heal());
    EXPECT_TRUE(server.all_connect());
    EXPECT_EQ(1U, world.restarts_of_rras);
}

TEST_F(Restarts, remote_access_that_an_administrator_stops_before_the_second_rung_costs_the_services_below_it_no_stop) {
    world.traits.sstpsvc_keeps_listener = true;
    expire(world);
    // The proof has failed, and what the second rung has to stop is being asked for.
    AtKind administrator{PortCall::services_dependants, 3, [this](World& at) { stop_by_administrator(at); }};
    world.adversary = &administrator;
    expect_result(HealResult::overtaken, server.heal());
    ASSERT_TRUE(administrator.acted());
    EXPECT_FALSE(world.running("RemoteAccess"));
    EXPECT_EQ(1U, server.writes(PortCall::services_stop)) << "the first rung's";
    EXPECT_EQ((std::vector<std::string>{"restart"}), server.charges());
}

TEST_F(Restarts, row_31_remote_access_that_ended_and_does_not_start_is_no_success_though_nobody_gets_less_than_before) {
    expire(world);
    stop_service(world, "RemoteAccess", 1168);
    world.services["RemoteAccess"].start_fails_with = 1067;
    (void)server.look();   // two looks: nobody is served any more, and that is what stands before the heal
    const auto outcome = server.heal();
    ASSERT_TRUE(outcome);
    EXPECT_NE(HealResult::succeeded, outcome->result) << outcome->explanation;
    EXPECT_EQ(0U, server.told(EventType::heal_succeeded));
    EXPECT_FALSE(world.running("RemoteAccess"));
}

TEST_F(Restarts, remote_access_that_ended_is_said_to_be_started_and_not_restarted) {
    expire(world);
    stop_service(world, "RemoteAccess", 1168);
    expect_result(HealResult::succeeded, server.heal());
    const auto begun = std::find_if(server.record.events.begin(), server.record.events.end(),
                                    [](const JournalEvent& each) { return each.text.starts_with("Starting "); });
    ASSERT_NE(server.record.events.end(), begun);
    EXPECT_EQ("Starting RemoteAccess.", begun->text);
}

TEST_F(Restarts, a_stop_that_is_reported_as_done_while_the_service_runs_on_is_none) {
    expire(world);
    const Footprint found = Footprint::of(world);
    EveryCall lies{PortCall::services_stop, {Effect::lies}, 1};
    world.adversary = &lies;
    const auto outcome = server.heal();
    ASSERT_TRUE(outcome);
    EXPECT_NE(HealResult::succeeded, outcome->result);
    EXPECT_NE(std::string::npos, outcome->explanation.find("reported success, but it is running")) << outcome->explanation;
    EXPECT_TRUE(outcome->service_was_asked_to_stop) << "somebody may have started it again: the next try follows the schedule of restarts";
    EXPECT_EQ(0U, world.restarts_of_rras);
    expect_as_found(found);
}

TEST_F(Restarts, a_stop_behind_an_error_after_which_somebody_starts_it_counts_as_ours_and_is_proven) {
    const auto outcome = heal_while_rras_is_started_behind(ErrorKind::unexpected);
    expect_result(HealResult::succeeded, outcome);
    EXPECT_TRUE(outcome->service_was_asked_to_stop) << "what fails after it waits an hour and not five minutes";
    EXPECT_EQ(1U, server.record.contents.charges.size());
    EXPECT_EQ("2", server.everything_names());
    EXPECT_TRUE(server.all_connect());
}

TEST_F(Restarts, our_own_stop_goes_on_with_nothing_though_somebody_started_what_was_stopping) {
    const auto outcome = heal_while_rras_is_started_behind(ErrorKind::stopped);
    ASSERT_TRUE(outcome);
    EXPECT_NE(std::string{"succeeded"}, word(outcome->result)) << outcome->explanation;
    EXPECT_EQ(1U, server.writes(PortCall::services_stop)) << "no service below it is stopped any more";
}

}  // namespace
}  // namespace sstp::healing_test
