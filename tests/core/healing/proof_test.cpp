// Ready, kept, taken back, left: judged by what clients get before and after (DESIGN 2.4).

#include "tests/core/healing/adversaries.h"
#include "tests/core/healing/one_server.h"

#include <gtest/gtest.h>

#include <algorithm>

namespace sstp::healing_test {
namespace {

using namespace std::chrono_literals;
using namespace simulated;

class Proof : public OneServerTest {
protected:
    void charge(std::size_t count, Duration ago) {
        const auto now = running_time(server.record.contents.running, world.monotonic);
        for (std::size_t i = 0; i < count; ++i)
            server.record.contents.charges.push_back({RunningTime{now.total - ago}, world.wall - ago, "earlier", ChargeKind::restart});
    }
};

TEST_F(Proof, row_33_sstp_answers_503_for_a_minute_and_one_restart_suffices) {
    world.traits.ready_after = 60s;
    expire(world);
    const auto outcome = server.heal();
    expect_result(HealResult::succeeded, outcome);
    EXPECT_EQ(1U, world.restarts_of_rras);
    EXPECT_GE(outcome->times.ready, 59s);
    EXPECT_LT(outcome->times.ready, 65s) << "looked for with short pauses";
    EXPECT_TRUE(server.all_connect());
}

TEST_F(Proof, h5_a_listener_that_refuses_until_it_is_ready_is_waited_for_likewise) {
    world.traits.ready_after = 100s;
    world.traits.refuses_until_ready = true;
    renew();
    expect_result(HealResult::succeeded, server.heal());
    EXPECT_EQ(1U, world.restarts_of_rras);
}

TEST_F(Proof, row_34_a_family_that_answered_nothing_before_does_not_undo_the_heal) {
    world.listener_off[AddressFamily::ipv6] = true;
    server.settle();
    expire(world);
    const auto outcome = server.heal();
    expect_result(HealResult::succeeded, outcome);
    EXPECT_EQ("2", server.everything_names());
    EXPECT_TRUE(server.connects(AddressFamily::ipv4));
    EXPECT_EQ(1U, world.restarts_of_rras) << "nothing was proven of IPv6, so that nothing is missing";
}

TEST_F(Proof, row_34_a_family_that_was_proven_once_and_is_gone_since_is_kept_and_told_as_open) {
    world.listener_off[AddressFamily::ipv6] = true;
    (void)server.levels();
    expire(world);
    const auto outcome = server.heal();
    expect_result(HealResult::succeeded, outcome);
    EXPECT_NE("", outcome->still_open);
    EXPECT_EQ("2", server.everything_names());
    EXPECT_LE(world.restarts_of_rras, 2U);
    EXPECT_EQ(0U, server.told(EventType::heal_undone));
}

TEST_F(Proof, row_24_with_ipv6_off_and_event_13_at_each_start_ipv4_decides_and_one_restart_suffices) {
    world.traits.has_ipv6 = false;
    world.traits.listener_errors_end_it = false;
    drop_binding(world, AddressFamily::ipv6);
    restart_rras(world);
    server.settle();
    expire(world);
    const auto outcome = server.heal();
    expect_result(HealResult::succeeded, outcome);
    EXPECT_TRUE(server.connects(AddressFamily::ipv4));
    EXPECT_EQ(1U, world.restarts_of_rras);
}

TEST_F(Proof, row_35_a_family_that_worked_and_does_not_gets_the_second_rung_and_then_all_is_taken_back) {
    renew();
    const auto plan = server.plan();
    ASSERT_TRUE(plan);
    const Footprint found = Footprint::of(world);
    // IPv6 goes down with the first restart and comes back when the old record stands there again.
    class Down final : public Adversary {
    public:
        Verdict on_call(PortCall, std::uint64_t) override { return {}; }
        void between_calls(World& at) override {
            const auto* record = at.binding_at(Endpoint::wildcard(AddressFamily::ipv6, 443));
            at.listener_off[AddressFamily::ipv6] = record && record->thumbprint() == cert2().thumbprint;
        }
    } down;
    world.adversary = &down;
    const auto outcome = server.run(*plan);
    expect_result(HealResult::undone, outcome);
    EXPECT_TRUE(outcome->then_done);
    EXPECT_EQ((std::vector<std::string>{"restart", "then", "taking_back"}), server.charges());
    EXPECT_EQ(3U, world.restarts_of_rras);
    const auto stops_of_sstpsvc = std::count_if(world.writes.begin(), world.writes.end(), [](const Write& each) {
        return each.call == PortCall::services_stop && each.subject == "SstpSvc";
    });
    EXPECT_EQ(2, stops_of_sstpsvc) << "it took over the new hash in the second rung, and has to read the old one as well";
    EXPECT_EQ(found, Footprint::of(world)) << difference(found, Footprint::of(world));
    EXPECT_TRUE(server.all_connect());
}

TEST_F(Proof, row_37_answers_of_404_that_are_a_standing_symptom_do_not_keep_a_heal_from_counting) {
    world.traits.uri_status = 404;
    server.memory.reported_only = {Reason::sstp_uri_unhealthy};
    (void)server.levels();
    expire(world);
    const auto outcome = server.heal();
    expect_result(HealResult::succeeded, outcome);
    EXPECT_EQ(1U, world.restarts_of_rras);
}

TEST_F(Proof, h8_a_symptom_alone_gets_one_restart) {
    world.traits.uri_status = 404;
    server.memory.seen_in_a_row[Reason::sstp_uri_unhealthy] = 3;
    const auto plan = server.plan();
    ASSERT_TRUE(plan);
    ASSERT_TRUE(only_restarts(*plan));
    (void)server.run(*plan);
    EXPECT_EQ(1U, world.restarts_of_rras);
    EXPECT_FALSE(server.record.contents.open_heal);
}

TEST_F(Proof, a_value_written_without_a_restart_is_not_taken_back_for_what_sstp_does_meanwhile) {
    world.set_parameter(SstpValue::sha256_certificate_hash, std::nullopt);
    AtKind stuck{PortCall::parameters_write, 1, [](World& at) { at.stuck_until_restart = true; }};
    world.adversary = &stuck;
    const auto outcome = server.heal();
    expect_result(HealResult::succeeded, outcome);
    EXPECT_EQ(0U, world.restarts_of_rras) << "neither to prove nor to take back";
    EXPECT_EQ("1", server.everything_names());
    EXPECT_NE(std::string::npos, outcome->still_open.find("level 2")) << outcome->still_open;
}

TEST_F(Proof, row_56_after_planned_work_the_right_leaf_and_404_for_good_is_taken_back) {
    renew();
    const auto plan = server.plan();
    ASSERT_TRUE(plan);
    // 404 for as long as the new certificate is in force.
    class Broken final : public Adversary {
    public:
        Verdict on_call(PortCall, std::uint64_t) override { return {}; }
        void between_calls(World& at) override { at.traits.uri_status = at.rras.sha256 == cert2().hash ? 404 : 401; }
    } broken;
    world.adversary = &broken;
    const Footprint found = Footprint::of(world);
    expect_result(HealResult::undone, server.run(*plan));
    EXPECT_EQ(found, Footprint::of(world)) << difference(found, Footprint::of(world));
    EXPECT_TRUE(server.all_connect());
}

TEST_F(Proof, row_57_a_listener_that_sstpsvc_holds_through_the_first_restart_is_freed_by_the_second_rung) {
    world.traits.sstpsvc_keeps_listener = true;
    expire(world);
    const auto outcome = server.heal();
    expect_result(HealResult::succeeded, outcome);
    EXPECT_TRUE(outcome->then_done);
    EXPECT_EQ((std::vector<std::string>{"restart", "then"}), server.charges());
    EXPECT_TRUE(server.all_connect());
    EXPECT_EQ(2U, world.restarts_of_rras);
    for (const char* name : {"SstpSvc", "RasMan", "RemoteAccess"}) EXPECT_TRUE(world.running(name)) << name;
}

TEST_F(Proof, row_74a_with_six_of_eight_used_a_failed_proof_is_taken_back_with_a_restart_and_without_the_second_rung) {
    charge(6, 2h);
    renew();
    const auto plan = server.plan();
    ASSERT_TRUE(plan);
    world.sstp_broken = true;
    const auto outcome = server.run(*plan);
    expect_result(HealResult::undone, outcome);
    EXPECT_FALSE(outcome->then_done);
    EXPECT_EQ(8U, server.record.contents.charges.size());
    EXPECT_EQ(2U, world.restarts_of_rras);
}

TEST_F(Proof, an_administrator_s_heal_has_its_second_rung_whatever_the_budget_says) {
    charge(8, 2h);
    server.asked_by_administrator = true;
    world.traits.sstpsvc_keeps_listener = true;
    expire(world);
    expect_result(HealResult::succeeded, server.heal());
    EXPECT_EQ(10U, server.record.contents.charges.size()) << "charged, and never refused";
}

TEST_F(Proof, row_86_values_with_which_rras_cannot_start_are_never_put_back) {
    struct Row {
        const char* sentence;
        std::function<void(World&)> found;
    };
    const Row rows[] = {
        {"a: the hash of nothing", [](World& at) { at.set_parameter(SstpValue::sha256_certificate_hash, RawValue::binary(Bytes(32, 7))); }},
        {"b: the hash of a deleted certificate",
         [](World& at) {
             const Certificate gone = make_certificate(9);
             at.set_parameter(SstpValue::sha256_certificate_hash, RawValue::binary(gone.hash.to_vector()));
         }},
        {"c: flag 1 without a hash", [](World& at) { at.set_parameter(SstpValue::sha256_certificate_hash, std::nullopt); }},
    };
    const Server settled = server;
    for (const Row& row : rows) {
        Server each = settled;
        row.found(each.world);
        (void)restart_rras(each.world);
        each.world.sstp_broken = true;
        const auto outcome = each.heal();
        ASSERT_TRUE(outcome) << row.sentence;
        EXPECT_NE(HealResult::undone, outcome->result) << row.sentence;
        EXPECT_EQ("1", each.everything_names()) << row.sentence;
        EXPECT_TRUE(each.world.running("RemoteAccess")) << row.sentence;
        each.world.sstp_broken = false;
        each.live_on(3);
        EXPECT_TRUE(each.all_connect()) << row.sentence;
        EXPECT_TRUE(each.world.running("RemoteAccess")) << row.sentence;
    }
}

TEST_F(Proof, half_a_pair_goes_back_completed_from_the_certificate_that_its_sha256_names) {
    world.set_parameter(SstpValue::sha1_certificate_hash, std::nullopt);
    (void)server.look();
    renew();
    const auto plan = server.plan_for(cert2());
    ASSERT_TRUE(plan);
    BreaksWithTheSecond broken;
    world.adversary = &broken;
    const auto outcome = server.run(*plan);
    ASSERT_TRUE(outcome);
    expect_result(HealResult::undone, outcome);
    EXPECT_EQ("1", server.everything_names());
}

TEST_F(Proof, what_was_taken_back_and_cannot_be_read_is_restarted_for_all_the_same) {
    renew();
    // RRAS does not work with the new one; what was put back cannot be read right behind the flush.
    class CannotBeRead final : public Adversary {
    public:
        Verdict on_call(PortCall call, std::uint64_t) override {
            const bool silent = call == PortCall::bindings_all && behind_the_flush_;
            behind_the_flush_ = call == PortCall::parameters_flush;
            return silent ? Verdict{Effect::fails, ErrorKind::access_denied, 5, 1ms} : Verdict{};
        }
        void between_calls(World& at) override { at.sstp_broken = at.rras.sha256 == cert2().hash; }

    private:
        bool behind_the_flush_ = false;
    } windows;
    world.adversary = &windows;
    expect_result(HealResult::undone, server.heal());
    EXPECT_EQ("1", server.everything_names());
    EXPECT_EQ(cert1().hash, world.rras.sha256) << "what RRAS holds is what stands";
    EXPECT_TRUE(server.all_connect());
}

TEST_F(Proof, row_55_with_ipv6_left_out_of_the_policy_both_records_move_and_rras_starts) {
    server.policy.listener.ipv6 = false;
    set_flag(world, 0);
    restart_rras(world);
    server.settle();
    expire(world);
    expect_result(HealResult::succeeded, server.heal());
    EXPECT_EQ("2", server.everything_names());
    EXPECT_TRUE(world.running("RemoteAccess"));
    EXPECT_EQ(1U, world.restarts_of_rras);
}

TEST_F(Proof, a_certificate_whose_time_runs_out_during_the_proof_does_not_count_as_healed) {
    drop_binding(world, AddressFamily::ipv6);
    AtKind nature{PortCall::bindings_put, 1, [](World& at) { stored(at, cert1().thumbprint)->certificate.not_after = at.wall - 1h; }};
    world.adversary = &nature;
    const auto outcome = server.heal();
    ASSERT_TRUE(outcome);
    EXPECT_NE(HealResult::succeeded, outcome->result);
    EXPECT_EQ(0U, world.restarts_of_rras);
}

TEST_F(Proof, with_nothing_proven_and_nothing_answering_before_one_listener_that_answers_will_do) {
    server.memory.proven.reset();
    world.set_parameter(SstpValue::sha256_certificate_hash, RawValue::binary(Bytes(32, 7)));
    (void)restart_rras(world);
    world.traits.ready_after = 30s;
    const auto outcome = server.heal();
    expect_result(HealResult::succeeded, outcome);
    EXPECT_TRUE(server.all_connect());
    EXPECT_EQ(1U, world.restarts_of_rras);
}

}  // namespace
}  // namespace sstp::healing_test
