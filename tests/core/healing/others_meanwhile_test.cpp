// What an administrator or a renewal tool does while a heal is on its way, or behind it (DESIGN 2.4).

#include "tests/core/healing/one_server.h"

#include <gtest/gtest.h>

#include <algorithm>

namespace sstp::healing_test {
namespace {

using namespace std::chrono_literals;
using namespace simulated;

class OthersMeanwhile : public OneServerTest {};

TEST_F(OthersMeanwhile, row_42_after_an_administrator_s_restart_in_the_same_process_a_missing_record_costs_no_session) {
    world.traits.remote_access_shares_process = true;
    server.new_process();
    (void)server.look();
    restart_rras(world);
    (void)server.look();
    world.advance(10min);
    const auto ended = world.sessions_ended_by_us;
    drop_binding(world, AddressFamily::ipv6);
    expect_result(HealResult::succeeded, server.heal());
    EXPECT_EQ(ended, world.sessions_ended_by_us);
    EXPECT_EQ(0U, world.restarts_of_rras);
}

TEST_F(OthersMeanwhile, row_28_a_hash_that_is_put_back_where_rras_still_holds_the_right_one_costs_no_restart_each_time) {
    const Certificate old = make_certificate(9);
    add_certificate(world, old);
    stored(world, old.thumbprint)->certificate.not_after = world.wall - 24h;
    for (int i = 0; i < 5; ++i) {
        store_hashes(world, old);   // a Group Policy preference
        const auto outcome = server.heal();
        expect_result(HealResult::succeeded, outcome);
        EXPECT_EQ("1", server.everything_names());
        world.advance(90min);
    }
    EXPECT_EQ(0U, world.restarts_of_rras);
    EXPECT_TRUE(server.record.contents.charges.empty());
}

TEST_F(OthersMeanwhile, row_85_a_tool_that_puts_its_own_newer_certificate_everywhere_ends_our_heal) {
    world.traits.ready_after = 60s;
    expire(world);
    const Certificate three = [] {
        Certificate newest = newer_certificate(3);
        newest.not_before += 1h;
        return newest;
    }();
    AtKind tool{PortCall::clock_pause, 25, [&](World& at) {
                    add_certificate(at, three);
                    move_everything(at, three, 1);
                }};
    world.adversary = &tool;
    const auto outcome = server.heal();
    ASSERT_TRUE(tool.acted());
    expect_result(HealResult::overtaken, outcome);
    EXPECT_EQ("3", server.everything_names());
    EXPECT_EQ(1U, world.restarts_of_rras) << "no restart of ours for it";
    EXPECT_FALSE(server.record.contents.open_heal);
}

TEST_F(OthersMeanwhile, row_88a_a_second_value_that_is_deleted_during_the_proof_is_put_right_in_the_same_heal) {
    world.traits.ready_after = 60s;
    expire(world);
    AtKind somebody{PortCall::clock_pause, 25, [](World& at) { at.set_parameter(SstpValue::sha1_certificate_hash, std::nullopt); }};
    world.adversary = &somebody;
    const auto outcome = server.heal();
    ASSERT_TRUE(somebody.acted());
    expect_result(HealResult::succeeded, outcome);
    EXPECT_EQ("2", server.everything_names());
    EXPECT_EQ(1U, world.restarts_of_rras) << "RRAS holds what is right";
    EXPECT_EQ(1U, server.told(EventType::heal_started));
}

TEST_F(OthersMeanwhile, what_somebody_wrote_during_the_proof_is_told_before_it_is_replaced) {
    world.traits.ready_after = 60s;
    expire(world);
    const Certificate old = make_certificate(9);
    add_certificate(world, old);
    stored(world, old.thumbprint)->certificate.not_after = world.wall - 24h;
    const RawValue theirs = RawValue::binary(old.hash.to_vector());
    AtKind somebody{PortCall::clock_pause, 25, [&](World& at) { at.set_parameter(SstpValue::sha256_certificate_hash, theirs); }};
    world.adversary = &somebody;
    const auto outcome = server.heal();
    ASSERT_TRUE(somebody.acted());
    expect_result(HealResult::succeeded, outcome);
    EXPECT_EQ("2", server.everything_names());
    const auto& events = server.record.events;
    const auto tells_it = [&](const JournalEvent& each) {
        const auto previous = each.fields.find("previous_value");
        return each.type == EventType::step_begun && previous != each.fields.end() && previous->second == to_hex(theirs.data);
    };
    EXPECT_TRUE(std::any_of(events.begin(), events.end(), tells_it)) << "nothing else keeps their value";
}

/// While RRAS is down a record is deleted; just before it is put back IIS has made it its own. Then the SHA-1 is broken in the proof.
class IisTakesWhatWasDeleted final : public Adversary {
public:
    explicit IisTakesWhatWasDeleted(World& at) : world_(at) {}
    Verdict on_call(PortCall call, std::uint64_t) override {
        const Endpoint ipv6 = Endpoint::wildcard(AddressFamily::ipv6, world_.port());
        is_stopping_ = is_stopping_ || call == PortCall::services_stop;
        if (call == PortCall::services_query && is_stopping_ && step_ == 0) {
            drop_binding(world_, AddressFamily::ipv6);
            step_ = 1;
        } else if (call == PortCall::record_commit && step_ == 1) {
            world_.set_binding({ipv6, make_certificate(2).thumbprint.to_vector(), kIisAppId, "MY", {}});
            step_ = 2;
        } else if (call == PortCall::clock_pause && step_ == 2) {
            world_.set_parameter(SstpValue::sha1_certificate_hash, std::nullopt);
            step_ = 3;
        }
        return {};
    }
    [[nodiscard]] int step() const { return step_; }

private:
    World& world_;
    bool is_stopping_ = false;
    int step_ = 0;
};

TEST_F(OthersMeanwhile, a_record_that_another_owner_made_during_the_heal_is_theirs_in_every_later_plan_of_it) {
    world.traits.ready_after = 60s;
    expire(world);
    IisTakesWhatWasDeleted iis(world);
    world.adversary = &iis;
    (void)server.heal();
    world.adversary = nullptr;
    ASSERT_EQ(3, iis.step());
    const ListenerBinding* record = world.binding_at(Endpoint::wildcard(AddressFamily::ipv6, world.port()));
    ASSERT_NE(nullptr, record);
    EXPECT_EQ(kIisAppId, record->app_id);
}

TEST_F(OthersMeanwhile, rras_is_not_restarted_into_a_hash_that_somebody_wrote_while_one_record_was_put_right) {
    server.memory.learned.reset();
    server.memory.proven.reset();
    const Certificate internal = of_private_ca(make_certificate(7), "Other Root");
    add_certificate(world, internal);
    ListenerBinding stray = *world.binding_at(Endpoint::wildcard(AddressFamily::ipv4, world.port()));
    stray.certificate = make_certificate(9).thumbprint.to_vector();   // in no store
    world.set_binding(stray);
    AtKind somebody{PortCall::bindings_put, 1,
                    [&](World& at) { at.set_parameter(SstpValue::sha256_certificate_hash, RawValue::binary(internal.hash.to_vector())); }};
    world.adversary = &somebody;
    (void)server.heal();
    ASSERT_TRUE(somebody.acted());
    world.adversary = nullptr;
    for (int i = 0; i < 12; ++i) {
        world.advance(10min);
        (void)server.recover_open_heal();
    }
    EXPECT_EQ(0U, world.restarts_of_rras) << "it holds what it held, and clients come through";
    EXPECT_TRUE(server.all_connect());
}

TEST_F(OthersMeanwhile, row_25_a_hash_of_nothing_that_comes_during_the_proof_is_left_and_rras_is_not_restarted_into_it) {
    world.traits.ready_after = 60s;
    expire(world);
    AtKind somebody{PortCall::clock_pause, 25,
                    [&](World& at) { at.set_parameter(SstpValue::sha256_certificate_hash, RawValue::binary(Bytes(32, 0xAB))); }};
    world.adversary = &somebody;
    const auto outcome = server.heal();
    ASSERT_TRUE(somebody.acted());
    expect_result(HealResult::overtaken, outcome);
    EXPECT_EQ("2 and ABABABAB", server.everything_names());
    EXPECT_EQ(1U, world.restarts_of_rras) << "the heal's own, before it";
    world.advance(60s);
    EXPECT_TRUE(server.all_connect()) << "RRAS holds what it read";
    EXPECT_FALSE(server.record.contents.open_heal);
}

TEST_F(OthersMeanwhile, with_the_flag_at_0_a_hash_of_nothing_is_nobody_s_choice_and_is_put_right_in_the_same_heal) {
    world.traits.ready_after = 60s;
    expire(world);
    AtKind somebody{PortCall::clock_pause, 25, [&](World& at) {
                        at.set_parameter(SstpValue::is_hash_configured_by_admin, RawValue::dword(0));
                        at.set_parameter(SstpValue::sha256_certificate_hash, RawValue::binary(Bytes(32, 0xAB)));
                    }};
    world.adversary = &somebody;
    const auto outcome = server.heal();
    ASSERT_TRUE(somebody.acted());
    expect_result(HealResult::succeeded, outcome);
    EXPECT_EQ("2", server.everything_names());
    EXPECT_EQ(1U, world.restarts_of_rras) << "RRAS holds what is right";
    EXPECT_TRUE(server.all_connect());
}

TEST_F(OthersMeanwhile, row_88b_two_values_three_seconds_apart_are_one_heal_with_one_restart) {
    expire(world);
    // RemoteAccess takes two seconds to stop: another value goes while it does. RRAS would start on half a pair.
    AtKind somebody{PortCall::services_stop, 1, [](World& at) { at.set_parameter(SstpValue::sha1_certificate_hash, std::nullopt); }};
    const auto plan = server.plan();
    ASSERT_TRUE(plan);
    world.adversary = &somebody;
    const auto outcome = server.run(*plan);
    ASSERT_TRUE(somebody.acted());
    expect_result(HealResult::succeeded, outcome);
    EXPECT_EQ("2", server.everything_names());
    EXPECT_EQ(1U, world.restarts_of_rras);
    EXPECT_TRUE(server.all_connect());
}

TEST_F(OthersMeanwhile, row_88b_a_hash_that_is_deleted_while_services_stop_is_there_again_when_rras_starts) {
    expire(world);
    // With the flag at 1 and no SHA-256 RRAS would not start.
    AtKind somebody{PortCall::services_stop, 1, [](World& at) { at.set_parameter(SstpValue::sha256_certificate_hash, std::nullopt); }};
    world.adversary = &somebody;
    expect_result(HealResult::succeeded, server.heal());
    ASSERT_TRUE(somebody.acted());
    EXPECT_EQ("2", server.everything_names());
    EXPECT_EQ(cert2().hash, world.rras.sha256);
    EXPECT_EQ(1U, world.restarts_of_rras);
}

/// Deletes the IPv6 record as often as it has been made and read back.
class DeletesEachTime final : public Adversary {
public:
    Verdict on_call(PortCall call, std::uint64_t) override {
        due_ = made_ && call == PortCall::bindings_at;
        made_ = !due_ && (made_ || call == PortCall::bindings_put);
        return {};
    }
    void between_calls(World& at) override {
        if (due_) drop_binding(at, AddressFamily::ipv6);
    }

private:
    bool made_ = false, due_ = false;
};

TEST_F(OthersMeanwhile, what_somebody_breaks_each_time_is_put_right_three_times_and_then_left_as_they_made_it) {
    drop_binding(world, AddressFamily::ipv6);
    DeletesEachTime somebody;
    world.adversary = &somebody;
    const auto outcome = server.heal();
    expect_result(HealResult::overtaken, outcome);
    EXPECT_EQ(4U, server.writes(PortCall::bindings_put)) << "the heal's own change, and three times what was put right";
    EXPECT_FALSE(world.binding_at(Endpoint::wildcard(AddressFamily::ipv6, world.port())));
    EXPECT_EQ(0U, world.restarts_of_rras);
    EXPECT_FALSE(server.record.contents.open_heal);
}

/// Deletes the SHA-1 during the proof and writes it again so long after that, as a tool does that replaces values.
class ReplacesAValue final : public Adversary {
public:
    explicit ReplacesAValue(Duration takes) : takes_(takes) {}
    Verdict on_call(PortCall call, std::uint64_t) override {
        pauses_ += call == PortCall::clock_pause ? 1 : 0;
        return {};
    }
    void between_calls(World& at) override {
        constexpr SstpValue kSha1 = SstpValue::sha1_certificate_hash;
        if (pauses_ >= 25 && !deleted) {
            kept_ = at.parameters.at(kSha1);
            at.set_parameter(kSha1, std::nullopt);
            deleted = at.elapsed;
        } else if (deleted && kept_ && at.elapsed - *deleted >= takes_) {
            at.set_parameter(kSha1, *kept_);
            kept_.reset();
        }
    }
    [[nodiscard]] bool is_done() const { return deleted && !kept_; }
    std::optional<Duration> deleted;

private:
    Duration takes_;
    int pauses_ = 0;
    std::optional<RawValue> kept_;
};

TEST_F(OthersMeanwhile, a_tool_that_replaces_a_value_within_the_quiet_period_is_left_to_finish) {
    world.traits.ready_after = 60s;
    expire(world);
    ReplacesAValue tool{server.policy.limits.quiet_period - 5s};
    world.adversary = &tool;
    expect_result(HealResult::succeeded, server.heal());
    ASSERT_TRUE(tool.is_done());
    EXPECT_EQ(2U, server.writes(PortCall::parameters_write)) << "the two hashes of the heal, and nothing into the tool's work";
    EXPECT_EQ("2", server.everything_names());
}

TEST_F(OthersMeanwhile, what_stays_broken_for_the_quiet_period_is_put_right_then) {
    world.traits.ready_after = 60s;
    expire(world);
    ReplacesAValue never{24h};
    world.adversary = &never;
    expect_result(HealResult::succeeded, server.heal());
    ASSERT_TRUE(never.deleted);
    ASSERT_EQ(3U, server.writes(PortCall::parameters_write));
    EXPECT_GE(world.writes.back().at - *never.deleted, server.policy.limits.quiet_period);
    EXPECT_LT(world.writes.back().at - *never.deleted, server.policy.limits.quiet_period + 5s);
}

TEST_F(OthersMeanwhile, what_is_taken_back_leaves_what_somebody_else_made_of_our_change) {
    renew();
    // RRAS does not work with the new one; when all of it begins to go back, IIS takes one record for itself.
    class Taker final : public Adversary {
    public:
        explicit Taker(const std::vector<std::string>& lines) : lines_(lines) {}
        Verdict on_call(PortCall, std::uint64_t) override { return {}; }
        void between_calls(World& at) override {
            at.sstp_broken = at.rras.sha256 == cert2().hash;
            if (acted || lines_.empty() || !lines_.back().starts_with("taking back")) return;
            bind(at, AddressFamily::ipv4, cert1(), kIisAppId);
            acted = true;
        }
        bool acted = false;

    private:
        const std::vector<std::string>& lines_;
    } taker{server.lines};
    world.adversary = &taker;
    const auto outcome = server.heal();
    ASSERT_TRUE(taker.acted);
    expect_result(HealResult::undone, outcome);
    EXPECT_NE(std::string::npos, outcome->explanation.find("somebody else")) << outcome->explanation;
    EXPECT_EQ(kIisAppId, world.binding_at(Endpoint::wildcard(AddressFamily::ipv4, 443))->app_id);
    EXPECT_EQ("1", server.everything_names());
}

}  // namespace
}  // namespace sstp::healing_test
