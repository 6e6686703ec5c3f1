// A line for each step, for consoles and for the checkpoints of the SCM, which ends a service that is silent for too long.

#include "tests/core/healing/adversaries.h"
#include "tests/core/healing/one_server.h"

#include <gtest/gtest.h>

namespace sstp::healing_test {
namespace {

using namespace std::chrono_literals;
using namespace simulated;

class Progress : public OneServerTest {
protected:
    /// These lines, each once at least and in this order, others between them.
    void expect_said(const std::vector<std::string>& parts) {
        std::string all;
        for (const std::string& line : server.lines) all += line + "\n";
        auto from = server.lines.begin();
        for (const std::string& part : parts) {
            from = std::find_if(from, server.lines.end(), [&](const std::string& line) { return line.find(part) != std::string::npos; });
            ASSERT_NE(server.lines.end(), from) << part << " is not said, or too early, in\n" << all;
            ++from;
        }
    }
};

TEST_F(Progress, of_a_heal_names_each_record_and_value_then_the_service_that_stops_and_starts) {
    expire(world);
    expect_result(HealResult::succeeded, server.heal());
    expect_said({"0.0.0.0:443", "[::]:443", "Sha256CertificateHash", "stopping RemoteAccess", "starting RemoteAccess"});
}

TEST_F(Progress, while_it_is_not_proven_says_what_is_open) {
    world.traits.ready_after = 30s;
    expire(world);
    expect_result(HealResult::succeeded, server.heal());
    expect_said({"starting RemoteAccess", "not yet: "});
    EXPECT_EQ(0, std::count(server.lines.begin(), server.lines.end(), "not yet: ")) << "a good look leaves nothing open";
}

TEST_F(Progress, of_one_that_is_taken_back_says_why_and_names_what_goes_back) {
    renew();
    BreaksWithTheSecond broken;
    world.adversary = &broken;
    expect_result(HealResult::undone, server.heal());
    expect_said({"stopping RemoteAccess", "taking back: ", "0.0.0.0:443", "[::]:443", "Sha256CertificateHash", "stopping RemoteAccess",
                 "starting RemoteAccess"});
}

TEST_F(Progress, while_a_new_key_settles_says_that_it_is_tried_again) {
    world.traits.new_keys_settle_for = 19s;
    expire(world);
    expect_result(HealResult::succeeded, server.heal());
    expect_said({"0.0.0.0:443 does not take the certificate's new key yet"});
}

TEST_F(Progress, when_somebody_else_breaks_it_meanwhile_says_that_it_is_put_right) {
    world.traits.ready_after = 30s;
    expire(world);
    AtKind somebody{PortCall::clock_pause, 25, [](World& at) { drop_binding(at, AddressFamily::ipv6); }};
    world.adversary = &somebody;
    expect_result(HealResult::succeeded, server.heal());
    ASSERT_TRUE(somebody.acted());
    expect_said({"somebody changed something meanwhile"});
}

TEST_F(Progress, of_a_recovery_names_the_heal_and_the_service_for_which_it_waits) {
    expect_result(HealResult::incomplete, heal_and_be_stopped(server, 40s));
    world.stop_requested = false;
    server.new_process();
    server.lines.clear();
    expect_result(HealResult::succeeded, server.recover_open_heal());
    expect_said({"finishing heal ", "waiting for RemoteAccess, which is stop_pending", "starting RemoteAccess"});
}

}  // namespace
}  // namespace sstp::healing_test
