// Our own stop in the middle of a heal (DESIGN 2.3): everything that we stopped runs again, or is named.

#include "tests/core/healing/adversaries.h"
#include "tests/core/healing/one_server.h"

#include <gtest/gtest.h>

namespace sstp::healing_test {
namespace {

using namespace std::chrono_literals;
using namespace simulated;

class OurOwnStop : public OneServerTest {};

TEST_F(OurOwnStop, row_41_our_own_stop_at_any_call_leaves_services_running_and_a_state_that_the_next_start_ends) {
    expire(world);
    const Server broken = server;
    for (std::uint64_t n = 1;; ++n) {
        Server each = broken;
        const Footprint found = Footprint::of(each.world);
        class StopAt final : public Adversary {
        public:
            explicit StopAt(std::uint64_t number) : number_(number) {}
            Verdict on_call(PortCall, std::uint64_t number) override {
                due_ = due_ || number == number_;
                return {};
            }
            void between_calls(World& at) override { at.stop_requested = at.stop_requested || due_; }
            bool due_ = false;

        private:
            std::uint64_t number_;
        } stop{each.world.calls + n};
        each.world.adversary = &stop;
        (void)each.heal();
        if (!stop.due_) break;
        const auto left = each.start_what_we_stopped(90s);
        EXPECT_TRUE(left.empty()) << "stopped at call " << n;
        each.world.adversary = nullptr;
        each.world.advance(10s);
        EXPECT_TRUE(each.world.running("RemoteAccess")) << "stopped at call " << n << ", and nobody of ours runs any more";
        each.world.stop_requested = false;
        each.new_process();
        (void)each.recover_open_heal();
        EXPECT_FALSE(each.record.contents.open_heal) << n;
        const bool as_found = Footprint::of(each.world) == found;
        EXPECT_TRUE(each.all_connect() || as_found) << n << difference(found, Footprint::of(each.world));
        EXPECT_LE(each.world.restarts_of_rras, 2U) << n;
        if (HasFailure()) return;
    }
}

TEST_F(OurOwnStop, row_77a_stop_pending_for_forty_seconds_when_we_are_stopped_is_started) {
    expect_result(HealResult::incomplete, heal_and_be_stopped(server, 40s));
    std::vector<std::string> lines;
    const auto left = server.start_what_we_stopped(90s, [&](const std::string& line) { lines.push_back(line); });
    EXPECT_TRUE(left.empty());
    EXPECT_FALSE(lines.empty()) << "checkpoints go on";
    world.advance(10s);
    EXPECT_TRUE(world.running("RemoteAccess"));
    EXPECT_EQ(1U, world.restarts_of_rras);
}

TEST_F(OurOwnStop, row_77b_stop_pending_for_five_minutes_is_named_and_started_by_our_next_start) {
    expect_result(HealResult::incomplete, heal_and_be_stopped(server, 5min));
    EXPECT_EQ((std::vector<std::string>{"RemoteAccess"}), server.start_what_we_stopped(90s));
    world.advance(10min);
    EXPECT_FALSE(world.running("RemoteAccess"));
    world.stop_requested = false;
    server.new_process();
    expect_result(HealResult::succeeded, server.recover_open_heal());
    EXPECT_TRUE(server.all_connect());
    EXPECT_EQ(1U, world.restarts_of_rras);
}

TEST_F(OurOwnStop, at_a_shutdown_nothing_is_waited_for) {
    expect_result(HealResult::incomplete, heal_and_be_stopped(server, 5min));
    const Duration before = world.elapsed;
    EXPECT_EQ(1U, server.start_what_we_stopped(0s).size());
    EXPECT_LT(world.elapsed - before, 1s);
}

}  // namespace
}  // namespace sstp::healing_test
