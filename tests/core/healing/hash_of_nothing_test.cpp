// Somebody writes a hash that leads nowhere while a heal is on its way: RRAS does not start with it (event 25), so that nobody stops it.

#include "tests/core/healing/one_server.h"

#include <gtest/gtest.h>

namespace sstp::healing_test {
namespace {

using namespace simulated;

class HashOfNothing : public OneServerTest {
protected:
    static void write_hash_of_nothing(World& at) {
        at.set_parameter(SstpValue::sha256_certificate_hash, RawValue::binary(Bytes(32, 0xAB)));
        at.set_parameter(SstpValue::is_hash_configured_by_admin, RawValue::dword(1));
    }
    /// The old certificate has left the store, and a hash of nothing came between the heal's writes: it can go neither way.
    void leave_a_heal_open() {
        server.new_process();
        (void)server.look();
        add_certificate(world, newer_certificate(2));
        world.take_from_store("MY", make_certificate(1).thumbprint);
        AtKind somebody{PortCall::parameters_write, 1, write_hash_of_nothing};
        world.adversary = &somebody;
        (void)server.heal();
        world.adversary = nullptr;
        ASSERT_TRUE(somebody.acted());
        ASSERT_TRUE(server.record.contents.open_heal);
        ASSERT_EQ(0U, world.restarts_of_rras);
    }
    void recover_for_two_hours() {
        for (int i = 0; i < 12; ++i) {
            (void)server.recover_open_heal();
            world.advance(10min);
        }
        EXPECT_EQ(0U, world.restarts_of_rras);
        EXPECT_TRUE(world.running("RemoteAccess"));
    }
};

TEST_F(HashOfNothing, behind_the_writes_of_a_heal_keeps_it_from_stopping_rras) {
    expire(world);
    AtKind somebody{PortCall::certificates_holds, 1, write_hash_of_nothing};
    world.adversary = &somebody;
    const auto outcome = server.heal();
    ASSERT_TRUE(somebody.acted());
    ASSERT_TRUE(outcome);
    EXPECT_NE(std::string::npos, outcome->explanation.find("event 25")) << outcome->explanation;
    EXPECT_EQ(0U, world.restarts_of_rras);
    EXPECT_TRUE(world.running("RemoteAccess"));
    EXPECT_TRUE(server.record.contents.charges.empty());
    EXPECT_TRUE(server.record.contents.held) << "what RRAS holds is known as before";
}

TEST_F(HashOfNothing, behind_a_crash_ends_the_heal_and_rras_runs_on) {
    expire(world);
    die_behind(PortCall::parameters_write, 2);
    write_hash_of_nothing(world);
    recover_for_two_hours();
}

TEST_F(HashOfNothing, beside_a_heal_that_can_go_neither_way_ends_no_session_when_that_is_tried_again) {
    leave_a_heal_open();
    recover_for_two_hours();
}

TEST_F(HashOfNothing, before_the_second_rung_ends_the_heal_and_nothing_is_told_as_healed) {
    world.traits.sstpsvc_keeps_listener = true;
    expire(world);
    AtKind somebody{PortCall::certificates_holds, 2, write_hash_of_nothing};
    world.adversary = &somebody;
    const auto outcome = server.heal();
    ASSERT_TRUE(somebody.acted());
    expect_result(HealResult::overtaken, outcome);
    EXPECT_EQ(1U, world.restarts_of_rras) << "the heal's own, before it";
    EXPECT_TRUE(world.running("RemoteAccess"));
}

TEST_F(HashOfNothing, with_the_flag_at_0_keeps_no_heal_from_its_restart) {
    world.set_parameter(SstpValue::is_hash_configured_by_admin, RawValue::dword(0));
    expire(world);
    AtKind somebody{PortCall::certificates_holds, 1,
                    [](World& at) { at.set_parameter(SstpValue::sha256_certificate_hash, RawValue::binary(Bytes(32, 0xAB))); }};
    world.adversary = &somebody;
    expect_result(HealResult::succeeded, server.heal());
    ASSERT_TRUE(somebody.acted());
    EXPECT_EQ("2", server.everything_names());
    EXPECT_TRUE(server.all_connect());
}

TEST_F(HashOfNothing, and_none_at_all_is_put_back_while_services_stop) {
    expire(world);
    AtKind somebody{PortCall::certificates_holds, 1, [](World& at) { at.set_parameter(SstpValue::sha256_certificate_hash, std::nullopt); }};
    world.adversary = &somebody;
    expect_result(HealResult::succeeded, server.heal());
    ASSERT_TRUE(somebody.acted());
    EXPECT_EQ("2", server.everything_names());
    EXPECT_EQ(1U, world.restarts_of_rras);
}

TEST_F(HashOfNothing, that_gives_way_to_somebody_s_certificate_for_another_name_takes_no_half_of_that_back) {
    leave_a_heal_open();
    const Certificate shop = make_certificate(7, {"shop.example.net"});
    add_certificate(world, shop);
    for (const AddressFamily family : kFamilies) {
        ListenerBinding record = *world.binding_at(Endpoint::wildcard(family, world.port()));
        record.certificate = shop.thumbprint.to_vector();
        world.set_binding(record);
    }
    world.set_parameter(SstpValue::sha1_certificate_hash, RawValue::binary(shop.thumbprint.to_vector()));
    world.set_parameter(SstpValue::sha256_certificate_hash, RawValue::binary(shop.hash.to_vector()));
    const auto writes = world.writes.size();
    (void)server.recover_open_heal();
    EXPECT_EQ(writes, world.writes.size()) << "what somebody wrote is no part of what the heal found";
}

}  // namespace
}  // namespace sstp::healing_test
