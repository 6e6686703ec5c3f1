// Every simulated server checks at its end that what it told has only fields of the catalogue; this brings about what other tests do not.
#include "tests/core/healing/one_server.h"

#include <gtest/gtest.h>

namespace sstp::simulated {
namespace {

using namespace std::chrono_literals;

TEST(ToldFields, an_expiring_certificate_is_told_as_event_and_finding) {
    Server server;
    ASSERT_TRUE(server.process(1));
    stored(server.world, make_certificate(1).thumbprint)->certificate.not_after = server.world.wall + 10 * 24h;
    ASSERT_TRUE(server.process(1));
    EXPECT_EQ(server.told(EventType::certificate_expiring), 1U);
    EXPECT_EQ(server.told(EventType::finding_raised), 1U);
}

TEST(ToldFields, a_rejected_policy_a_kill_switch_and_a_sign_of_life_are_told) {
    Server server;
    server.world.files[kPolicyFile] = R"({"siem": {"heartbeat": "1m"}})";
    ASSERT_TRUE(server.process(3));
    server.world.files[kPolicyFile] = R"({"mode": "repair"})";
    server.world.kill_switch = RawValue{RawValue::kText, {}};   // empty: not `heal`, so it stops
    ASSERT_TRUE(server.process(1));
    server.world.kill_switch.reset();
    ASSERT_TRUE(server.process(1));
    for (const EventType type :
         {EventType::policy_rejected, EventType::kill_switch_set, EventType::kill_switch_cleared, EventType::heartbeat}) {
        EXPECT_GT(server.told(type), 0U) << word(type);
    }
}

}  // namespace
}  // namespace sstp::simulated
