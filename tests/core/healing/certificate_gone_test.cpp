// The certificate that a heal is for leaves the store while the heal is on its way: RRAS does not come back without it (DESIGN 2.4).

#include "tests/core/healing/one_server.h"

#include <gtest/gtest.h>

namespace sstp::healing_test {
namespace {

using namespace simulated;

class CertificateGone : public OneServerTest {};

TEST_F(CertificateGone, deleted_between_the_writes_and_the_restart_leaves_rras_running) {
    expire(world);
    AtKind somebody{PortCall::parameters_write, 2, [](World& at) { at.take_from_store("MY", newer_certificate(2).thumbprint); }};
    world.adversary = &somebody;
    const auto outcome = server.heal();
    ASSERT_TRUE(somebody.acted());
    expect_result(HealResult::undone, outcome);
    EXPECT_NE(std::string::npos, outcome->explanation.find("has left LocalMachine\\MY")) << outcome->explanation;
    EXPECT_EQ("1", server.everything_names());
    EXPECT_EQ(0U, world.restarts_of_rras);
    EXPECT_TRUE(server.record.contents.charges.empty());
}

TEST_F(CertificateGone, where_what_was_found_cannot_return_either_all_stays_as_it_is_and_a_new_plan_begins) {
    server.new_process();
    (void)server.look();
    const Certificate one = make_certificate(1);
    add_certificate(world, newer_certificate(2));
    world.take_from_store("MY", one.thumbprint);   // an ACME client that deletes first: served from memory still
    AtKind somebody{PortCall::parameters_write, 2, [](World& at) { at.take_from_store("MY", newer_certificate(2).thumbprint); }};
    world.adversary = &somebody;
    const auto outcome = server.heal();
    ASSERT_TRUE(somebody.acted());
    world.adversary = nullptr;
    expect_result(HealResult::overtaken, outcome);
    EXPECT_EQ(0U, world.restarts_of_rras) << outcome->explanation;
    EXPECT_FALSE(server.record.contents.open_heal);
    add_certificate(world, newer_certificate(3));
    expect_result(HealResult::succeeded, server.heal());
    EXPECT_EQ("3", server.everything_names());
}

TEST_F(CertificateGone, with_that_of_before_behind_a_crash_no_record_is_touched_and_rras_not_restarted) {
    expire(world);
    die_behind(PortCall::parameters_write, 2);
    remove_certificate(world, cert1().thumbprint);
    remove_certificate(world, cert2().thumbprint);
    const auto writes = world.writes.size();
    expect_result(HealResult::overtaken, server.recover_open_heal());
    EXPECT_EQ(writes, world.writes.size());
    EXPECT_EQ(0U, world.restarts_of_rras);
    EXPECT_TRUE(world.running("RemoteAccess"));
    EXPECT_FALSE(server.record.contents.open_heal);
}

}  // namespace
}  // namespace sstp::healing_test
