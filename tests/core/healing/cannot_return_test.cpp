// The old certificate is gone or has ended: what was found cannot stand there again, and the new state stays (DESIGN 2.4).

#include "tests/core/healing/adversaries.h"
#include "tests/core/healing/one_server.h"

#include <gtest/gtest.h>

#include <algorithm>

namespace sstp::healing_test {
namespace {

using namespace std::chrono_literals;
using namespace simulated;

class CannotReturn : public OneServerTest {
protected:
    /// The old certificate has left the store, and SSTP does not come up behind the new one.
    void heal_without_ever_being_ready() {
        renew();
        remove_certificate(world, cert1().thumbprint);
        const auto plan = server.plan();
        ASSERT_TRUE(plan);
        world.sstp_broken = true;
        expect_result(HealResult::incomplete, server.run(*plan));
    }
};

TEST_F(CannotReturn, row_36a_with_the_old_certificate_deleted_the_new_state_stays_and_never_gets_old_hashes) {
    renew();
    remove_certificate(world, cert1().thumbprint);
    const auto plan = server.plan();
    ASSERT_TRUE(plan);
    world.sstp_broken = true;
    const auto outcome = server.run(*plan);
    expect_result(HealResult::incomplete, outcome);
    EXPECT_EQ("2", server.everything_names());
    EXPECT_TRUE(has(outcome->standing, Reason::heal_incomplete));
    EXPECT_LE(world.restarts_of_rras, 2U);
    world.sstp_broken = false;
    expect_result(HealResult::succeeded, server.recover_open_heal());
    EXPECT_TRUE(server.all_connect());
    EXPECT_FALSE(server.record.contents.open_heal);
}

TEST_F(CannotReturn, row_36a_the_one_restart_more_an_hour_later_has_its_time_until_sstp_is_ready) {
    heal_without_ever_being_ready();
    const auto before = world.restarts_of_rras;
    world.sstp_broken = false;
    world.stuck_until_restart = true;
    world.traits.ready_after = 30s;
    world.advance(61min);
    expect_result(HealResult::succeeded, server.recover_open_heal());
    EXPECT_EQ(before + 1, world.restarts_of_rras);
    EXPECT_TRUE(server.all_connect());
}

TEST_F(CannotReturn, row_36a_a_process_that_dies_in_the_one_restart_more_leaves_no_heal_in_good_order) {
    heal_without_ever_being_ready();
    ASSERT_EQ("not_ready", server.record.contents.open_heal->left_open);
    world.advance(61min);
    EveryCall dies{PortCall::services_stop, {Effect::crashes_after}, 1};
    world.adversary = &dies;
    (void)server.recover_open_heal();
    world.adversary = nullptr;
    ASSERT_TRUE(server.crashed());
    EXPECT_EQ("", server.record.contents.open_heal->left_open) << "the next process counts it as a recovery";
    server.new_process();
    world.sstp_broken = false;
    expect_result(HealResult::succeeded, server.recover_open_heal());
    EXPECT_TRUE(server.all_connect());
}

TEST_F(CannotReturn, row_36b_with_the_old_certificate_ended_meanwhile_the_new_state_stays) {
    renew();
    const auto plan = server.plan();
    ASSERT_TRUE(plan);
    stored(world, cert1().thumbprint)->certificate.not_after = world.wall + 1s;
    world.sstp_broken = true;
    expect_result(HealResult::incomplete, server.run(*plan));
    EXPECT_EQ("2", server.everything_names());
}

TEST_F(CannotReturn, c3_the_old_certificate_vanishes_in_the_middle_and_the_unit_stays_whole) {
    renew();
    const auto plan = server.plan();
    ASSERT_TRUE(plan);
    EXPECT_EQ("", plan->cannot_return);
    world.sstp_broken = true;
    AtKind acme{PortCall::services_start, 1, [](World& at) { remove_certificate(at, cert1().thumbprint); }};
    world.adversary = &acme;
    expect_result(HealResult::incomplete, server.run(*plan));
    EXPECT_EQ("2", server.everything_names()) << "never new records and old hashes";
}

TEST_F(CannotReturn, the_certificate_that_it_names_is_renewed_and_deleted_in_the_middle_and_the_next_heal_moves_on) {
    drop_binding(world, AddressFamily::ipv4);
    const auto plan = server.plan();
    ASSERT_TRUE(plan);
    AtKind acme{PortCall::bindings_put, 1, [](World& at) {
                    add_certificate(at, cert2());
                    remove_certificate(at, cert1().thumbprint);
                    at.listener_off = {{AddressFamily::ipv4, true}, {AddressFamily::ipv6, true}};   // no key, no session
                }};
    world.adversary = &acme;
    expect_result(HealResult::overtaken, server.run(*plan));
    EXPECT_FALSE(server.record.contents.open_heal) << "it would keep every other heal away for a day";
    world.adversary = nullptr;
    world.listener_off.clear();
    expect_result(HealResult::succeeded, server.heal());
    EXPECT_TRUE(server.all_connect());
    EXPECT_EQ("2", server.everything_names());
}

}  // namespace
}  // namespace sstp::healing_test
