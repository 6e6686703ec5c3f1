// A proof that goes on after something was put right in it (DESIGN 2.4).

#include "tests/core/healing/one_server.h"

#include <gtest/gtest.h>

#include <optional>

namespace sstp::healing_test {
namespace {

using namespace std::chrono_literals;
using namespace simulated;

class ProofAgain : public OneServerTest {};

/// When the heal has made its record the other family's goes, and SSTP takes no calls until 10 s after that one was put right.
class DeletesTheOther final : public Adversary {
public:
    Verdict on_call(PortCall call, std::uint64_t) override {
        if (call == PortCall::bindings_put) ++made_;
        read_back_ = read_back_ || (made_ == 1 && call == PortCall::bindings_at);
        return {};
    }
    void between_calls(World& at) override {
        if (read_back_ && !deleted_) {
            drop_binding(at, AddressFamily::ipv4);
            at.sstp_broken = true;
            deleted_ = true;
        }
        if (made_ == 2 && !put_right_) put_right_ = at.elapsed;
        if (put_right_ && at.elapsed >= *put_right_ + 10s) at.sstp_broken = false;
    }

private:
    int made_ = 0;
    bool read_back_ = false, deleted_ = false;
    std::optional<Duration> put_right_;
};

TEST_F(ProofAgain, what_was_put_right_in_the_proof_of_a_heal_without_a_restart_is_given_its_time_to_answer) {
    drop_binding(world, AddressFamily::ipv6);
    DeletesTheOther somebody;
    world.adversary = &somebody;
    expect_result(HealResult::succeeded, server.heal());
    EXPECT_EQ(2U, server.writes(PortCall::bindings_put)) << "its own, and what was put right";
    EXPECT_EQ("1", server.everything_names());
    EXPECT_EQ(0U, world.restarts_of_rras);
    EXPECT_TRUE(server.all_connect());
}

}  // namespace
}  // namespace sstp::healing_test
