// To which end a later process brings an open heal where the first that it tries cannot be had, or somebody else's stands there.

#include "tests/core/healing/one_server.h"

#include <gtest/gtest.h>

namespace sstp::healing_test {
namespace {

using namespace std::chrono_literals;
using namespace simulated;

class RecoveryEnds : public OneServerTest {};

TEST_F(RecoveryEnds, one_whose_old_record_http_sys_takes_no_more_goes_forward_instead) {
    renew();   // planned work: what is half changed goes back, if it can
    die_behind(PortCall::bindings_put, 2);
    EveryCall refuses{PortCall::bindings_put, {Effect::fails, ErrorKind::access_denied, 5, 1ms}, 1000};
    world.adversary = &refuses;
    expect_result(HealResult::succeeded, server.recover_open_heal());
    EXPECT_EQ("2", server.everything_names());
    EXPECT_EQ(cert2().hash, world.rras.sha256);
    EXPECT_EQ(1U, world.restarts_of_rras);
    EXPECT_TRUE(server.all_connect());
    EXPECT_FALSE(server.record.contents.open_heal);
}

TEST_F(RecoveryEnds, one_that_somebody_overtook_whose_choice_rras_has_not_read_yet_is_told_as_overtaken_and_not_as_taken_back) {
    renew();
    die_behind(PortCall::bindings_put, 2);
    Certificate three = newer_certificate(3);
    three.not_before += 1h;
    add_certificate(world, three);
    bind_both(world, three);
    store_hashes(world, three);   // and the restart is to come in their own window
    const auto writes = world.writes.size();
    const auto outcome = server.recover_open_heal();
    expect_result(HealResult::overtaken, outcome);
    EXPECT_EQ(0U, server.told(EventType::heal_undone)) << "nothing was put back";
    EXPECT_EQ(writes, world.writes.size());
    EXPECT_EQ("3", server.everything_names());
    EXPECT_FALSE(server.record.contents.open_heal);
}

}  // namespace
}  // namespace sstp::healing_test
