// An open heal is no dead end (DESIGN 2.5): at most three recoveries, a day, or an administrator's heal.

#include "tests/core/healing/one_server.h"

#include <gtest/gtest.h>

namespace sstp::healing_test {
namespace {

using namespace std::chrono_literals;
using namespace simulated;

class NoDeadEnd : public OneServerTest {};

TEST_F(NoDeadEnd, row_75_dying_in_every_proof_is_three_recoveries_and_then_closed_without_a_restart) {
    expire(world);
    world.sstp_broken = true;
    die_behind(PortCall::clock_pause, 20);
    int recoveries = 0;
    while (server.record.contents.open_heal && recoveries < 10) {
        EveryCall dies{PortCall::clock_pause, {Effect::crashes_after}, 1, 19};
        world.adversary = &dies;
        (void)server.recover_open_heal();
        world.adversary = nullptr;
        if (server.crashed()) ++recoveries;
        server.new_process();
        if (!server.crashed()) break;
    }
    EXPECT_EQ(3, recoveries);
    EXPECT_FALSE(server.record.contents.open_heal) << server.record.contents.open_heal->left_open;
    EXPECT_LE(world.restarts_of_rras, 2U);
    EXPECT_EQ(1U, server.told(EventType::recovery_given_up) + server.told(EventType::heal_succeeded));
}

TEST_F(NoDeadEnd, row_36a_one_that_neither_proves_nor_can_go_back_is_restarted_once_more_an_hour_later_and_that_is_all) {
    add_certificate(world, cert2());
    remove_certificate(world, cert1().thumbprint);
    const auto plan = server.plan();
    ASSERT_TRUE(plan);
    world.sstp_broken = true;
    expect_result(HealResult::incomplete, server.run(*plan));
    ASSERT_TRUE(server.record.contents.open_heal);
    const auto restarts = world.restarts_of_rras;
    world.advance(55min);
    (void)server.recover_open_heal();
    EXPECT_EQ(restarts, world.restarts_of_rras);
    world.advance(10min);
    (void)server.recover_open_heal();
    EXPECT_EQ(restarts + 1, world.restarts_of_rras);
    world.advance(4h);
    (void)server.recover_open_heal();
    EXPECT_EQ(restarts + 1, world.restarts_of_rras);
}

TEST_F(NoDeadEnd, row_87a_a_heal_that_can_be_brought_to_neither_end_is_closed_after_a_day) {
    expire(world);
    world.services["RemoteAccess"].start_fails_with = 1067;
    expect_result(HealResult::incomplete, server.heal());
    int hours = 0;
    for (; hours < 48 && server.record.contents.open_heal; ++hours) {
        world.advance(1h);
        (void)server.recover_open_heal();
    }
    EXPECT_GE(hours, 23);
    EXPECT_LE(hours, 25);
    EXPECT_EQ(1U, server.told(EventType::recovery_given_up));
    EXPECT_EQ((std::vector<std::string>{"RemoteAccess"}), server.record.contents.owed_starts) << "we stopped it: the next heal starts it";
}

TEST_F(NoDeadEnd, row_87b_or_by_an_administrator_s_heal_which_plans_afresh) {
    expire(world);
    world.services["RemoteAccess"].start_fails_with = 1067;
    expect_result(HealResult::incomplete, server.heal());
    world.advance(10min);
    world.services["RemoteAccess"].start_fails_with = 1067;
    server.asked_by_administrator = true;
    const auto outcome = server.recover_open_heal();
    expect_result(HealResult::incomplete, outcome);
    EXPECT_FALSE(outcome->stays_open);
    EXPECT_FALSE(server.record.contents.open_heal);
    EXPECT_EQ(1U, server.told(EventType::recovery_given_up));
}

TEST_F(NoDeadEnd, a_field_that_windows_refuses_in_both_directions_keeps_it_open_and_is_named) {
    add_certificate(world, cert2());
    die_behind(PortCall::bindings_put, 1);
    EveryCall denied{PortCall::bindings_put, {Effect::fails, ErrorKind::access_denied, 5, 1ms}, 1000};
    world.adversary = &denied;
    const auto outcome = server.recover_open_heal();
    expect_result(HealResult::incomplete, outcome);
    EXPECT_TRUE(outcome->stays_open);
    EXPECT_NE(std::string::npos, outcome->explanation.find("0.0.0.0:443")) << outcome->explanation;
    EXPECT_TRUE(has(outcome->standing, Reason::heal_incomplete));
    EXPECT_FALSE(server.heal() && server.world.restarts_of_rras > 0) << "no other heal begins until it is closed";
    world.adversary = nullptr;
    (void)server.recover_open_heal();
    EXPECT_FALSE(server.record.contents.open_heal);
    EXPECT_TRUE(server.all_connect());
}

}  // namespace
}  // namespace sstp::healing_test
