// What a heal that does not prove must not go back to, and what it may not leave behind as whole (DESIGN 2.4).

#include "tests/core/healing/one_server.h"

#include <gtest/gtest.h>

namespace sstp::healing_test {
namespace {

using namespace std::chrono_literals;
using namespace simulated;

class WayBack : public OneServerTest {
protected:
    /// Our process dies behind the first call of this kind.
    void die_behind(PortCall call, const HealPlan& plan) {
        EveryCall dies{call, {Effect::crashes_after}, 1};
        world.adversary = &dies;
        (void)server.run(plan);
        world.adversary = nullptr;
        ASSERT_TRUE(server.crashed());
    }
};

TEST_F(WayBack, two_records_of_two_certificates_are_not_put_back_for_rras_in_automatic_mode_does_not_start_on_them) {
    set_flag(world, 0);
    restart_rras(world);
    server.settle();
    renew();
    bind(world, AddressFamily::ipv6, cert2());   // by somebody, and half of it; both certificates are fit
    const auto plan = server.plan();
    ASSERT_TRUE(plan);
    ASSERT_EQ("", plan->cannot_return) << "the one old value by itself may return";
    AtKind nature{PortCall::bindings_put, 1, [](World& at) { at.sstp_broken = true; }};
    world.adversary = &nature;
    const auto outcome = server.run(*plan);
    ASSERT_TRUE(nature.acted());
    expect_result(HealResult::incomplete, outcome);
    EXPECT_NE(std::string::npos, outcome->explanation.find("event 24")) << outcome->explanation;
    EXPECT_EQ("1", server.everything_names());
    EXPECT_TRUE(world.running("RemoteAccess"));
    EXPECT_EQ(0U, world.restarts_of_rras);
    world.sstp_broken = false;
    expect_result(HealResult::succeeded, server.recover_open_heal());
    EXPECT_TRUE(server.all_connect());
}

TEST_F(WayBack, one_without_a_name_that_the_policy_asks_for_since_is_not_put_back_by_the_process_that_finds_the_heal) {
    Certificate with_both = cert2();
    with_both.dns_names = {"vpn.example.com", "new.example.com"};
    add_certificate(world, with_both);
    const auto plan = server.plan_for(with_both);
    ASSERT_TRUE(plan);
    ASSERT_EQ("", plan->cannot_return) << "as far as was known then";
    die_behind(PortCall::services_stop, *plan);
    server.new_process();
    server.policy.certificate.dns_names = {"vpn.example.com", "new.example.com"};
    world.sstp_broken = true;   // less than before, so that it does not stay as it is
    const auto outcome = server.recover_open_heal();
    expect_result(HealResult::incomplete, outcome);
    EXPECT_NE(std::string::npos, outcome->explanation.find("does not cover new.example.com")) << outcome->explanation;
    EXPECT_EQ("2", server.everything_names());
}

TEST_F(WayBack, what_was_put_back_is_read_by_rras_also_where_the_kill_switch_is_set_behind_it) {
    server.policy.restart.then.clear();
    renew();
    const auto plan = server.plan();
    ASSERT_TRUE(plan);
    world.sstp_broken = true;
    AtKind administrator{PortCall::parameters_flush, 1, [this](World&) { server.kill_switch = true; }};
    world.adversary = &administrator;
    expect_result(HealResult::undone, server.run(*plan));
    ASSERT_TRUE(administrator.acted());
    EXPECT_EQ("1", server.everything_names());
    EXPECT_EQ(cert1().hash, world.rras.sha256) << "it would hold another than is stored and served";
    EXPECT_EQ((std::vector<std::string>{"restart", "taking_back"}), server.charges());
}

TEST_F(WayBack, what_was_in_force_goes_back_though_its_key_is_too_weak_for_anything_new) {
    stored(world, cert1().thumbprint)->certificate.key_bits = 1024;
    server.settle();
    renew();
    const auto plan = server.plan_for(cert2());
    ASSERT_TRUE(plan);
    world.sstp_broken = true;
    expect_result(HealResult::undone, server.run(*plan));
    EXPECT_EQ("1", server.everything_names());
    EXPECT_EQ(cert1().hash, world.rras.sha256);
}

TEST_F(WayBack, with_the_flag_at_1_the_hash_of_what_has_ended_since_is_not_put_back_whoever_owns_the_records) {
    set_flag(world, 1);
    restart_rras(world);
    server.settle();
    renew();
    bind(world, AddressFamily::ipv4, cert2(), kIisAppId);   // IIS has renewed: what clients get decides
    bind(world, AddressFamily::ipv6, cert2(), kIisAppId);
    const auto plan = server.plan();
    ASSERT_TRUE(plan);
    ASSERT_EQ("", plan->cannot_return);
    AtKind nature{PortCall::services_start, 1, [](World& at) {
                      stored(at, cert1().thumbprint)->certificate.not_after = at.wall - 1s;
                      at.listener_off = {{AddressFamily::ipv4, true}, {AddressFamily::ipv6, true}};
                  }};
    world.adversary = &nature;
    const auto outcome = server.run(*plan);
    ASSERT_TRUE(nature.acted());
    expect_result(HealResult::incomplete, outcome);
    EXPECT_NE(std::string::npos, outcome->explanation.find(" ended ")) << outcome->explanation;
    EXPECT_EQ("2", server.everything_names());
}

TEST_F(WayBack, a_heal_that_was_cut_short_and_that_rras_has_read_since_is_taken_back_with_a_restart) {
    renew();
    const auto plan = server.plan();
    ASSERT_TRUE(plan);
    EveryCall dies{PortCall::parameters_write, {Effect::crashes_after, ErrorKind::unexpected, 0, 1ms}, 1, 1};
    world.adversary = &dies;
    EXPECT_FALSE(server.run(*plan)) << "it died behind its last write";
    world.adversary = nullptr;
    restart_rras(world);   // a boot, or an ACME client
    world.listener_off[AddressFamily::ipv6] = true;
    server.new_process();
    expect_result(HealResult::undone, server.recover_open_heal());
    EXPECT_EQ("1", server.everything_names());
    EXPECT_TRUE(world.client_connects(AddressFamily::ipv4, "vpn.example.com")) << "RRAS holds what stands there";
}

TEST_F(WayBack, a_heal_whose_certificate_left_in_the_middle_is_no_whole_one_while_a_record_of_it_is_missing_again) {
    drop_binding(world, AddressFamily::ipv4);
    world.set_parameter(SstpValue::sha1_certificate_hash, std::nullopt);
    const auto plan = server.plan();
    ASSERT_TRUE(plan);
    AtKind acme{PortCall::parameters_write, 1, [](World& at) {
                    add_certificate(at, cert2());
                    remove_certificate(at, cert1().thumbprint);
                    drop_binding(at, AddressFamily::ipv4);   // which the heal had made
                    at.listener_off = {{AddressFamily::ipv4, true}, {AddressFamily::ipv6, true}};   // no key, no session
                }};
    world.adversary = &acme;
    const auto outcome = server.run(*plan);
    ASSERT_TRUE(acme.acted());
    expect_result(HealResult::incomplete, outcome);
    EXPECT_TRUE(server.record.contents.open_heal) << "what it has changed is half there";
    EXPECT_EQ(0U, world.restarts_of_rras);
    world.adversary = nullptr;
    world.listener_off.clear();
    expect_result(HealResult::undone, server.recover_open_heal());
    expect_result(HealResult::succeeded, server.heal());
    EXPECT_EQ("2", server.everything_names());
    EXPECT_TRUE(server.all_connect());
}

TEST_F(WayBack, rras_that_nobody_started_after_a_boot_reads_what_was_put_back_when_somebody_does) {
    world.services["RemoteAccess"].status.start_type = StartType::manual;
    renew();
    const auto plan = server.plan();
    ASSERT_TRUE(plan);
    die_behind(PortCall::services_start, *plan);
    world.boot();
    server.new_process();
    const auto outcome = server.recover_open_heal();
    expect_result(HealResult::undone, outcome);
    EXPECT_NE(std::string::npos, outcome->explanation.find("RemoteAccess is stopped; to start it")) << outcome->explanation;
    EXPECT_EQ("1", server.everything_names()) << "whole, as it was found";
    EXPECT_FALSE(world.running("RemoteAccess"));
}

}  // namespace
}  // namespace sstp::healing_test
