// What a later process makes of an open heal: ends that need no restart first.

#include "tests/core/healing/one_server.h"

#include <gtest/gtest.h>

namespace sstp::healing_test {
namespace {

using namespace std::chrono_literals;
using namespace simulated;

class Recovery : public OneServerTest {};

TEST_F(Recovery, one_that_died_before_its_first_change_is_over_and_the_next_heal_plans_afresh) {
    expire(world);
    const Footprint found = Footprint::of(world);
    die_behind(PortCall::record_commit, 1);
    expect_result(HealResult::undone, server.recover_open_heal());
    EXPECT_EQ(found, Footprint::of(world)) << difference(found, Footprint::of(world));
    EXPECT_EQ(0U, world.restarts_of_rras);
    EXPECT_FALSE(server.record.contents.open_heal);
    expect_result(HealResult::succeeded, server.heal());
    EXPECT_TRUE(server.all_connect());
}

TEST_F(Recovery, planned_work_that_died_in_its_writes_goes_back_without_a_restart) {
    add_certificate(world, cert2());
    const Footprint found = Footprint::of(world);
    die_behind(PortCall::bindings_put, 2);
    expect_result(HealResult::undone, server.recover_open_heal());
    EXPECT_EQ(found, Footprint::of(world)) << difference(found, Footprint::of(world));
    EXPECT_EQ(0U, world.restarts_of_rras);
    EXPECT_TRUE(server.record.contents.charges.empty());
}

TEST_F(Recovery, one_whose_old_certificate_has_ended_goes_forward_with_recovery_s_restart) {
    expire(world);
    die_behind(PortCall::bindings_put, 2);
    expect_result(HealResult::succeeded, server.recover_open_heal());
    EXPECT_EQ("2", server.everything_names());
    EXPECT_TRUE(server.all_connect());
    EXPECT_EQ(1U, world.restarts_of_rras);
    EXPECT_EQ((std::vector<std::string>{"recovery"}), server.charges());
}

TEST_F(Recovery, one_that_was_to_start_rras_after_its_error_starts_it_though_the_process_died_before_that) {
    expire(world);
    stop_service(world, "RemoteAccess", 1168);
    die_behind(PortCall::bindings_put, 2);
    expect_result(HealResult::succeeded, server.recover_open_heal());
    EXPECT_TRUE(world.running("RemoteAccess"));
    EXPECT_TRUE(server.all_connect());
    EXPECT_EQ((std::vector<std::string>{"recovery"}), server.charges());
}

TEST_F(Recovery, one_whose_new_certificate_has_left_the_store_goes_back_to_what_rras_holds_and_is_not_restarted_into_nothing) {
    expire(world);
    die_behind(PortCall::bindings_put, 2);
    remove_certificate(world, cert2().thumbprint);   // a renewal tool that deletes first
    (void)server.recover_open_heal();
    EXPECT_EQ("1", server.everything_names());
    EXPECT_EQ(0U, world.restarts_of_rras);
    EXPECT_TRUE(world.running("RemoteAccess"));
    EXPECT_FALSE(server.record.contents.open_heal);
}

TEST_F(Recovery, one_whose_two_certificates_are_both_of_no_use_any_more_writes_no_hash_that_names_nothing) {
    expire(world);
    die_behind(PortCall::bindings_put, 2);
    remove_certificate(world, cert2().thumbprint);
    remove_certificate(world, make_certificate(1).thumbprint);
    const auto writes = world.writes.size();
    (void)server.recover_open_heal();
    for (std::size_t i = writes; i < world.writes.size(); ++i) EXPECT_NE(PortCall::parameters_write, world.writes[i].call);
    EXPECT_TRUE(world.running("RemoteAccess"));
}

TEST_F(Recovery, one_that_never_restarted_gets_recovery_s_restart_also_where_nobody_knows_what_rras_holds) {
    world.parameters_written = world.wall - 1h;   // RRAS runs for longer, and nobody looked before
    server.memory.held.reset();
    server.record.contents.held.reset();
    expire(world);
    die_behind(PortCall::bindings_put, 2);
    ASSERT_FALSE(server.record.contents.held);
    expect_result(HealResult::succeeded, server.recover_open_heal());
    EXPECT_EQ("2", server.everything_names());
    EXPECT_EQ(cert2().hash, world.rras.sha256);
    EXPECT_EQ(1U, world.restarts_of_rras);
    EXPECT_EQ((std::vector<std::string>{"recovery"}), server.charges());
}

TEST_F(Recovery, one_that_died_in_its_proof_is_proven_without_another_restart) {
    world.traits.ready_after = 30s;
    expire(world);
    die_behind(PortCall::clock_pause, 20);
    ASSERT_EQ(1U, server.record.contents.open_heal->restarts);
    expect_result(HealResult::succeeded, server.recover_open_heal());
    EXPECT_EQ(1U, world.restarts_of_rras);
    EXPECT_EQ((std::vector<std::string>{"restart"}), server.charges());
}

TEST_F(Recovery, one_that_died_in_the_proof_behind_recovery_s_restart_is_proven_by_the_next_without_another) {
    world.traits.ready_after = 30s;
    expire(world);
    die_behind(PortCall::bindings_put, 2);
    EveryCall dies{PortCall::clock_pause, {Effect::crashes_after}, 1, 5};
    world.adversary = &dies;
    (void)server.recover_open_heal();
    world.adversary = nullptr;
    ASSERT_TRUE(server.crashed());
    ASSERT_TRUE(server.record.contents.open_heal);
    EXPECT_EQ(0U, server.record.contents.open_heal->restarts) << "the heal's own never came";
    EXPECT_EQ(1U, server.record.contents.open_heal->restarts_back);
    server.new_process();
    const auto outcome = server.recover_open_heal();
    expect_result(HealResult::succeeded, outcome);
    EXPECT_EQ(1U, outcome->restarts);
    EXPECT_EQ(1U, world.restarts_of_rras);
    EXPECT_EQ((std::vector<std::string>{"recovery"}), server.charges());
}

TEST_F(Recovery, one_that_died_behind_its_second_rung_is_ended_as_one_that_had_it) {
    world.traits.sstpsvc_keeps_listener = true;
    expire(world);
    die_behind(PortCall::record_commit, 5);
    ASSERT_TRUE(server.record.contents.open_heal->then_done) << "intent, restart and its end, second rung and its end";
    const auto outcome = server.recover_open_heal();
    expect_result(HealResult::succeeded, outcome);
    EXPECT_TRUE(outcome->then_done) << "for clients that stay away it is not done once more";
    EXPECT_EQ(2U, outcome->restarts);
    EXPECT_EQ(2U, world.restarts_of_rras);
}

TEST_F(Recovery, one_that_died_between_stop_and_start_starts_what_it_stopped_and_needs_no_second_restart) {
    expire(world);
    die_behind(PortCall::services_stop, 1);
    EXPECT_FALSE(world.running("RemoteAccess"));
    expect_result(HealResult::succeeded, server.recover_open_heal());
    EXPECT_TRUE(server.all_connect());
    EXPECT_EQ(1U, world.restarts_of_rras);
    EXPECT_EQ((std::vector<std::string>{"restart"}), server.charges());
}

TEST_F(Recovery, half_a_pair_that_rras_is_to_read_again_goes_back_completed_by_the_process_that_finds_it_too) {
    world.set_parameter(SstpValue::sha1_certificate_hash, std::nullopt);
    add_certificate(world, cert2());
    const auto plan = server.plan_for(cert2());
    ASSERT_TRUE(plan);
    // RRAS has read the new one and does not work with it; we die behind the first record that goes back.
    class BrokenAndDies final : public Adversary {
    public:
        Verdict on_call(PortCall call, std::uint64_t) override {
            const bool back = call == PortCall::bindings_put && ++puts_ == 3;
            return back ? Verdict{Effect::crashes_after} : Verdict{};
        }
        void between_calls(World& at) override { at.sstp_broken = at.rras.sha256 == cert2().hash; }

    private:
        int puts_ = 0;
    } rras;
    world.adversary = &rras;
    (void)server.run(*plan);
    ASSERT_TRUE(server.crashed());
    server.new_process();
    expect_result(HealResult::undone, server.recover_open_heal());
    world.adversary = nullptr;
    EXPECT_EQ("1", server.everything_names()) << "both hashes: RRAS does not start with half a pair";
    EXPECT_TRUE(server.all_connect());
}

TEST_F(Recovery, one_that_is_refused_again_for_the_same_reason_tells_nothing_new) {
    expire(world);
    EveryCall refuses{PortCall::bindings_put, {Effect::fails, ErrorKind::access_denied, 5, 1ms}, 1000, 1};
    world.adversary = &refuses;
    expect_result(HealResult::incomplete, server.heal());
    EXPECT_LT(0U, server.told(EventType::step_failed));
    const auto told = server.record.events.size();
    for (int again = 0; again < 3; ++again) {
        world.advance(5min);
        expect_result(HealResult::incomplete, server.recover_open_heal());
    }
    EXPECT_EQ(told, server.record.events.size());
}

TEST_F(Recovery, one_that_died_between_deleting_and_setting_a_record_sets_it) {
    world.traits.update = HttpUpdate::not_supported;
    add_certificate(world, cert2());
    die_behind(PortCall::bindings_put, 1);
    world.erase_binding(Endpoint::wildcard(AddressFamily::ipv4, 443));   // the gap
    expect_result(HealResult::undone, server.recover_open_heal());
    EXPECT_EQ("1", server.everything_names());
    EXPECT_TRUE(server.all_connect());
    EXPECT_EQ(0U, world.restarts_of_rras);
}

TEST_F(Recovery, a_boot_in_the_middle_has_rras_read_half_a_unit_and_one_restart_puts_it_right) {
    const Server settled = server;
    for (int nth = 1; nth <= 2; ++nth) {
        Server each = settled;
        expire(each.world);
        EveryCall dies{PortCall::parameters_write, {Effect::crashes_after}, 1, nth - 1};
        each.world.adversary = &dies;
        (void)each.heal();
        each.world.adversary = nullptr;
        each.world.boot();
        each.world.advance(1min);
        each.new_process();
        expect_result(HealResult::succeeded, each.recover_open_heal());
        EXPECT_TRUE(each.all_connect());
        EXPECT_EQ("2", each.everything_names());
        EXPECT_LE(each.world.restarts_of_rras, 1U);
    }
}

TEST_F(Recovery, records_that_rras_made_anew_at_a_boot_in_its_own_way_are_not_somebody_s_choice) {
    set_flag(world, 1);
    for (ListenerBinding& each : world.bindings) each.store.reset();   // as an administrator's netsh left them
    add_certificate(world, cert2());
    die_behind(PortCall::parameters_write, 1);
    world.boot();   // RRAS finds the old SHA-256, and has the records follow it
    world.advance(1min);
    server.new_process();
    const std::size_t written = server.writes(PortCall::bindings_put);
    expect_result(HealResult::undone, server.recover_open_heal());
    EXPECT_EQ("1", server.everything_names());
    EXPECT_EQ(written, server.writes(PortCall::bindings_put)) << "what RRAS made is right";
    EXPECT_TRUE(server.all_connect());
    EXPECT_FALSE(server.record.contents.open_heal);
}

TEST_F(Recovery, services_that_are_still_starting_after_a_boot_are_waited_for) {
    expire(world);
    world.traits.services_start_after = 2min;
    die_behind(PortCall::services_stop, 1);
    world.boot();
    server.new_process();
    EXPECT_FALSE(world.running("RemoteAccess"));
    expect_result(HealResult::succeeded, server.recover_open_heal());
    EXPECT_TRUE(server.all_connect());
    EXPECT_EQ(0U, world.restarts_of_rras) << "the boot started it";
}

TEST_F(Recovery, a_service_that_ran_again_when_recovery_began_is_owed_no_longer_and_a_later_stop_stands) {
    expire(world);
    die_behind(PortCall::services_stop, 1);
    start_service(world, "RemoteAccess");
    world.sstp_broken = true;   // the proof takes its time
    AtKind administrator{PortCall::clock_pause, 10, [](World& at) { stop_service(at, "RemoteAccess"); }};
    world.adversary = &administrator;
    (void)server.recover_open_heal();
    ASSERT_TRUE(administrator.acted());
    EXPECT_FALSE(world.running("RemoteAccess"));
    EXPECT_FALSE(server.record.contents.open_heal);
}

// ---- The kill switch in the middle of a heal of a dead process (DESIGN 7.1) ----

TEST_F(Recovery, with_the_kill_switch_set_a_half_changed_unit_goes_to_the_end_that_needs_no_restart) {
    const Server settled = server;
    for (int nth = 1; nth <= 2; ++nth) {
        Server each = settled;
        expire(each.world);
        const Footprint found = Footprint::of(each.world);
        EveryCall dies{PortCall::parameters_write, {Effect::crashes_after}, 1, nth - 1};
        each.world.adversary = &dies;
        (void)each.heal();
        each.world.adversary = nullptr;
        each.new_process();
        each.kill_switch = true;
        (void)each.recover_open_heal();
        EXPECT_EQ(found, Footprint::of(each.world)) << nth << difference(found, Footprint::of(each.world));
        EXPECT_EQ(0U, each.world.restarts_of_rras) << nth;
        EXPECT_FALSE(each.record.contents.open_heal) << nth;
    }
}

TEST_F(Recovery, with_the_kill_switch_set_what_we_stopped_is_started_all_the_same) {
    expire(world);
    die_behind(PortCall::services_stop, 1);
    server.kill_switch = true;
    (void)server.recover_open_heal();
    EXPECT_TRUE(world.running("RemoteAccess"));
    EXPECT_EQ(1U, world.restarts_of_rras);
    const std::string names = server.everything_names();
    EXPECT_TRUE(names == "1" || names == "2") << names;
}

TEST_F(Recovery, a_heal_that_is_whole_is_not_taken_back_under_the_kill_switch) {
    add_certificate(world, cert2());
    world.traits.ready_after = 30s;
    die_behind(PortCall::clock_pause, 20);
    server.kill_switch = true;
    const auto writes = world.writes.size();
    expect_result(HealResult::succeeded, server.recover_open_heal());
    EXPECT_EQ(writes, world.writes.size());
}

TEST_F(Recovery, what_somebody_else_made_consistent_while_nobody_watched_is_theirs) {
    add_certificate(world, cert2());
    die_behind(PortCall::bindings_put, 2);
    Certificate three = newer_certificate(3);
    three.not_before += 1h;
    add_certificate(world, three);
    move_everything(world, three, 1);
    const auto writes = world.writes.size();
    expect_result(HealResult::overtaken, server.recover_open_heal());
    EXPECT_EQ(writes, world.writes.size());
    EXPECT_EQ("3", server.everything_names());
}

TEST_F(Recovery, what_had_been_put_back_and_was_made_by_hand_since_is_theirs_and_ends_no_session_again) {
    add_certificate(world, cert2());
    world.services["RemoteAccess"].start_fails_with = 1068;
    expect_result(HealResult::incomplete, server.heal());
    ASSERT_EQ("1", server.everything_names()) << "taken back, and RemoteAccess still does not start";
    world.services["RemoteAccess"].start_fails_with = 0;
    move_everything(world, cert2(), 1);   // somebody comes, does what the heal was for, and starts RRAS
    start_service(world, "RemoteAccess");
    ASSERT_TRUE(server.all_connect());
    const auto writes = world.writes.size();
    expect_result(HealResult::overtaken, server.recover_open_heal());
    EXPECT_EQ(writes, world.writes.size());
    EXPECT_TRUE(server.all_connect());
    EXPECT_FALSE(server.record.contents.open_heal);
}

}  // namespace
}  // namespace sstp::healing_test
