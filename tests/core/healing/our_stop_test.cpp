// Our own stop in the middle of a heal (DESIGN 2.3): everything that we stopped runs again, or is named.

#include "tests/core/healing/adversaries.h"
#include "tests/core/healing/one_server.h"

#include <gtest/gtest.h>

namespace sstp::healing_test {
namespace {

using namespace std::chrono_literals;
using namespace simulated;

class OurOwnStop : public OneServerTest {
protected:
    /// All that we stopped is started before we are gone, and the next start of ours brings the heal to its end without a restart more.
    void expect_that_the_next_process_ends_it() {
        EXPECT_TRUE(server.start_what_we_stopped(90s).empty());
        world.advance(10s);
        world.stop_requested = false;
        server.new_process();
        expect_result(HealResult::succeeded, server.recover_open_heal());
        EXPECT_EQ("2", server.everything_names());
        EXPECT_TRUE(server.all_connect());
        EXPECT_EQ(1U, world.restarts_of_rras);
    }
};

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

TEST_F(OurOwnStop, before_a_heal_begins_nothing_begins_and_no_code_of_windows_is_told_for_it) {
    expire(world);
    const auto plan = server.plan();
    ASSERT_TRUE(plan);
    world.stop_requested = true;
    const auto outcome = server.run(*plan);
    expect_result(HealResult::not_begun, outcome);
    EXPECT_TRUE(outcome->explanation.ends_with("the watchdog itself is being stopped")) << outcome->explanation;
    EXPECT_TRUE(world.writes.empty());
    EXPECT_FALSE(server.record.contents.open_heal);
}

TEST_F(OurOwnStop, row_77a_stop_pending_for_forty_seconds_when_we_are_stopped_is_started) {
    const auto outcome = heal_and_be_stopped(server, 40s);
    expect_result(HealResult::incomplete, outcome);
    EXPECT_EQ(0U, outcome->restarts) << "RRAS has not come up again yet";
    std::vector<std::string> lines;
    const auto left = server.start_what_we_stopped(90s, [&](const std::string& line) { lines.push_back(line); });
    EXPECT_TRUE(left.empty());
    EXPECT_FALSE(lines.empty()) << "checkpoints go on";
    world.advance(10s);
    EXPECT_TRUE(world.running("RemoteAccess"));
    EXPECT_EQ(1U, world.restarts_of_rras);
}

TEST_F(OurOwnStop, in_the_restart_of_planned_work_nothing_is_put_back_for_it_and_our_next_start_proves_it) {
    renew();
    const auto plan = server.plan();
    ASSERT_TRUE(plan);
    world.services["RemoteAccess"].stop_takes = 40s;
    StopsUsInARestart stop{world};
    world.adversary = &stop;
    expect_result(HealResult::incomplete, server.run(*plan));
    world.adversary = nullptr;
    EXPECT_EQ("2", server.everything_names()) << "RRAS reads it when it has stopped, and every write would keep Windows waiting for us";
    expect_that_the_next_process_ends_it();
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

TEST_F(OurOwnStop, what_did_not_start_is_asked_once_more_by_the_heal_that_ends_for_it) {
    expire(world);
    world.services["RemoteAccess"].start_fails_with = 1068;
    AtKind stop{PortCall::services_start, 1, [](World& at) {
                    at.services["RemoteAccess"].start_fails_with = 0;
                    at.stop_requested = true;
                }};
    world.adversary = &stop;
    expect_result(HealResult::incomplete, server.heal());
    ASSERT_TRUE(stop.acted());
    world.adversary = nullptr;
    world.advance(10s);  // the process may be ended before it asks anything else
    EXPECT_TRUE(world.running("RemoteAccess"));
    EXPECT_TRUE(server.all_connect());
}

TEST_F(OurOwnStop, in_a_recovery_s_restart_is_no_reason_to_give_the_heal_up_even_where_an_administrator_asked_for_one) {
    expire(world);
    die_behind(PortCall::bindings_put, 2);
    server.asked_by_administrator = true;
    world.services["RemoteAccess"].stop_takes = 40s;
    StopsUsInARestart stop{world};
    world.adversary = &stop;
    expect_result(HealResult::incomplete, server.recover_open_heal());
    world.adversary = nullptr;
    ASSERT_TRUE(world.stop_requested);
    EXPECT_EQ(0U, server.told(EventType::recovery_given_up));
    EXPECT_TRUE(server.record.contents.open_heal) << "the next start goes on with it";
    expect_that_the_next_process_ends_it();
}

TEST_F(OurOwnStop, at_a_shutdown_nothing_is_waited_for) {
    expect_result(HealResult::incomplete, heal_and_be_stopped(server, 5min));
    const Duration before = world.elapsed;
    EXPECT_EQ(1U, server.start_what_we_stopped(0s).size());
    EXPECT_LT(world.elapsed - before, 1s);
}

}  // namespace
}  // namespace sstp::healing_test
