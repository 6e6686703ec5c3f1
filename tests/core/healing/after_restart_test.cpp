// What a restart leaves behind: what RRAS holds, how often it was restarted, how long that took, who is still out.

#include "tests/core/healing/one_server.h"

#include <gtest/gtest.h>

#include <algorithm>

namespace sstp::healing_test {
namespace {

using namespace std::chrono_literals;
using namespace simulated;

class AfterRestart : public OneServerTest {
protected:
    void expect_rras_known_to_hold(const Certificate& certificate) {
        ASSERT_TRUE(server.record.contents.held);
        EXPECT_EQ(certificate.hash, server.record.contents.held->sha256);
        EXPECT_EQ(certificate.hash, world.rras.sha256) << "and that is so";
    }
};

TEST_F(AfterRestart, it_is_known_what_rras_holds_also_where_windows_does_not_say_when_the_records_were_written) {
    expire(world);
    EveryCall untold{PortCall::bindings_last_written, {Effect::fails, ErrorKind::access_denied, 5, 1ms}, 10000};
    world.adversary = &untold;
    expect_result(HealResult::succeeded, server.heal());
    expect_rras_known_to_hold(cert2());
}

TEST_F(AfterRestart, where_remote_access_stops_and_what_it_needs_does_not_it_is_started_again_and_has_been_restarted) {
    server.policy.restart.services = {"RemoteAccess", "RasMan"};
    expire(world);
    EveryCall denied{PortCall::services_stop, {Effect::fails, ErrorKind::access_denied, 5, 1ms}, 10, 1};
    world.adversary = &denied;
    const auto outcome = server.heal();
    expect_result(HealResult::succeeded, outcome);
    EXPECT_EQ(1U, outcome->restarts);
    EXPECT_EQ(1U, world.restarts_of_rras);
    EXPECT_EQ((std::vector<std::string>{"restart"}), server.charges());
    EXPECT_TRUE(server.all_connect());
    expect_rras_known_to_hold(cert2());
}

TEST_F(AfterRestart, its_step_is_the_last_of_those_that_were_announced) {
    expire(world);
    expect_result(HealResult::succeeded, server.heal());
    const auto& events = server.record.events;
    const auto begun = std::find_if(events.begin(), events.end(), [](const auto& each) { return each.type == EventType::heal_started; });
    ASSERT_NE(events.end(), begun);
    EXPECT_EQ("5", begun->fields.at("steps")) << "two records, two hashes, the restart";
    int restarts = 0;
    for (const JournalEvent& each : events) {
        const auto action = each.fields.find("action");
        if (action == each.fields.end() || action->second != "restart_services") continue;
        ++restarts;
        EXPECT_EQ("5", each.fields.at("step")) << each.text;
        EXPECT_EQ("5", each.fields.at("steps")) << each.text;
    }
    EXPECT_EQ(2, restarts) << "begun and done";
}

TEST_F(AfterRestart, a_listener_that_goes_down_once_more_makes_no_outage_longer_than_it_was) {
    // IPv6 is down again for ten seconds from the moment when both were ready first.
    class DownOnceMore final : public Adversary {
    public:
        Verdict on_call(PortCall call, std::uint64_t) override {
            const bool looked = pauses_;
            pauses_ = call == PortCall::clock_pause;
            if (looked && !pauses_) probes_ = 0;
            probes_ += call == PortCall::probe && ready_ ? 1 : 0;
            return {};
        }
        void between_calls(World& at) override {
            ready_ = at.rras.sha256 == cert2().hash && at.sstp_ready();
            if (pauses_ && !from && probes_ > 1) from = at.elapsed;
            at.listener_off[AddressFamily::ipv6] = from && at.elapsed - *from < 10s;
        }
        std::optional<Duration> from;

    private:
        bool pauses_ = false, ready_ = false;
        int probes_ = 0;   // since the last pause, of a listener that is ready
    } rras;
    world.traits.ready_after = 30s;
    expire(world);
    world.adversary = &rras;
    const Duration began = world.elapsed;
    const auto outcome = server.heal();
    expect_result(HealResult::succeeded, outcome);
    ASSERT_TRUE(rras.from);
    EXPECT_EQ(1U, outcome->restarts);
    EXPECT_GE(outcome->times.ready, 29s);
    EXPECT_LE(outcome->times.stop + outcome->times.start + outcome->times.ready, world.elapsed - began);
}

TEST_F(AfterRestart, a_start_of_something_else_that_was_owed_is_no_restart) {
    SimulatedService dependant = world.services["RemoteAccess"];
    dependant.status.name = "Thirdparty";
    dependant.depends_on = {"RemoteAccess"};
    dependant.start_fails_with = 1067;
    world.services["Thirdparty"] = dependant;
    expire(world);
    expect_result(HealResult::incomplete, server.heal());
    world.services["Thirdparty"].start_fails_with = 0;
    world.advance(10min);
    const auto outcome = server.recover_open_heal();
    expect_result(HealResult::succeeded, outcome);
    EXPECT_TRUE(world.running("Thirdparty"));
    EXPECT_EQ(1U, world.restarts_of_rras);
    EXPECT_EQ(1U, outcome->restarts) << "RRAS was restarted once";
}

// ---- Who is still out when all of it was taken back ----

TEST_F(AfterRestart, of_what_was_taken_back_clients_have_the_whole_time_to_come_back_from_the_start_on) {
    server.policy.restart.then.clear();
    renew();
    // RRAS does not work with the new one; we die behind the stop for the old one.
    class BrokenAndDies final : public Adversary {
    public:
        Verdict on_call(PortCall call, std::uint64_t) override {
            const bool back = call == PortCall::services_stop && ++stops_ == 2;
            return back ? Verdict{Effect::crashes_after} : Verdict{};
        }
        void between_calls(World& at) override { at.sstp_broken = at.rras.sha256 == cert2().hash; }

    private:
        int stops_ = 0;
    } rras;
    world.adversary = &rras;
    (void)server.heal();
    world.adversary = nullptr;
    world.sstp_broken = false;
    ASSERT_TRUE(server.crashed());
    server.new_process();
    world.services["RemoteAccess"].start_takes = 1min;
    world.traits.ready_after = server.policy.verify.ready_within - 20s;
    const auto outcome = server.recover_open_heal();
    expect_result(HealResult::undone, outcome);
    EXPECT_EQ(2U, outcome->restarts) << "there and back";
    EXPECT_EQ("1", server.everything_names());
    EXPECT_TRUE(server.all_connect());
    EXPECT_EQ(std::string::npos, outcome->explanation.find("less than before")) << outcome->explanation;
}

TEST_F(AfterRestart, of_what_was_taken_back_clients_that_stay_out_are_told) {
    renew();
    const auto plan = server.plan();
    ASSERT_TRUE(plan);
    world.sstp_broken = true;
    const auto outcome = server.run(*plan);
    expect_result(HealResult::undone, outcome);
    EXPECT_NE(std::string::npos, outcome->explanation.find("Clients of ipv4 and ipv6 still get less than before.")) << outcome->explanation;
}

}  // namespace
}  // namespace sstp::healing_test
