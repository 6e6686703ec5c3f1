// RRAS reads bindings and hashes only when it starts: one that comes up in the middle of a heal may hold what was half done.

#include "tests/core/healing/one_server.h"

#include <gtest/gtest.h>

namespace sstp {
namespace {

using namespace simulated;

class RrasStart : public testing::Test {
protected:
    /// To be made anew, which takes no restart; RRAS adopts what they name, whenever it starts.
    void lose_both_records() {
        for (const auto family : {AddressFamily::ipv4, AddressFamily::ipv6}) drop_binding(server.world, family);
        server.world.parameters[SstpValue::is_hash_configured_by_admin] = RawValue::dword(0);
    }

    Server server;
};

TEST_F(RrasStart, booted_with_the_hashes_of_a_heal_reads_the_old_ones_again_after_the_undo) {
    add_certificate(server.world, make_certificate(2));
    stored(server.world, make_certificate(1).thumbprint)->certificate.not_after = server.world.wall - std::chrono::hours{1};
    EveryCall power_loss{PortCall::services_dependants, {.effect = Effect::crashes_after}, 1};
    server.world.adversary = &power_loss;
    ASSERT_FALSE(server.process(1)) << "all values are written, RRAS has not been restarted";
    server.world.boot();
    ASSERT_EQ(make_certificate(2).hash, server.world.rras.sha256);
    ASSERT_TRUE(server.process(1));
    EXPECT_EQ(1u, server.told(EventType::heal_undone));
    EXPECT_EQ(make_certificate(1).hash, server.world.rras.sha256);
    EXPECT_TRUE(server.world.running("RemoteAccess"));
}

class RrasComesUp : public RrasStart, public testing::WithParamInterface<int> {};

/// Behind so many looks at the kill switch: between the look and the heal, and between the steps.
INSTANTIATE_TEST_SUITE_P(Behind, RrasComesUp, testing::Values(2, 3, 4));

TEST_P(RrasComesUp, before_the_missing_records_are_back_and_is_restarted_before_the_heal_counts) {
    lose_both_records();
    AtKind rras{PortCall::kill_switch_read, GetParam(), restart_rras};
    server.world.adversary = &rras;
    ASSERT_TRUE(server.process(1));
    EXPECT_EQ(1u, server.told(EventType::heal_succeeded));
    EXPECT_TRUE(rras.acted());
    EXPECT_EQ(1u, server.world.restarts_of_rras);
    EXPECT_TRUE(clients_connect(server.world));
}

/// First one adversary's verdict, then the other's.
struct Both final : Adversary {
    Both(Adversary& one, Adversary& other) : one_(one), other_(other) {}
    Verdict on_call(PortCall call, std::uint64_t number) override {
        const Verdict verdict = one_.on_call(call, number);
        const Verdict second = other_.on_call(call, number);
        return verdict.effect == Effect::honest ? second : verdict;
    }
    void between_calls(World& world) override {
        one_.between_calls(world);
        other_.between_calls(world);
    }

private:
    Adversary& one_;
    Adversary& other_;
};

TEST_F(RrasStart, came_up_in_the_middle_of_a_heal_in_which_we_died_is_restarted_before_it_counts) {
    lose_both_records();
    AtKind rras{PortCall::kill_switch_read, 3, restart_rras};
    EveryCall death{PortCall::probe, {.effect = Effect::crashes_after}, 1};
    AtKind waits{PortCall::bindings_put, 2, [&](World& world) { world.adversary = &death; }};
    Both both{rras, waits};
    server.world.adversary = &both;
    ASSERT_FALSE(server.process(1)) << "all records are back, and nothing is proved yet";
    ASSERT_TRUE(rras.acted());
    server.world.adversary = nullptr;
    ASSERT_TRUE(server.process(1));
    EXPECT_TRUE(clients_connect(server.world));
    EXPECT_EQ(1u, server.told(EventType::heal_succeeded));
}

}  // namespace
}  // namespace sstp
