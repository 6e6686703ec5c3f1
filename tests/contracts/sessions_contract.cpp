#include "tests/contracts/sessions_contract.h"

namespace sstp::contracts {
namespace {

GTEST_ALLOW_UNINSTANTIATED_PARAMETERIZED_TEST(SessionsContract);

using namespace std::chrono_literals;

constexpr Duration kDeadline = 10s;

TEST_P(SessionsContract, nobody_is_nobody_which_is_knowledge) {
    const auto sessions = world->sessions().read(kDeadline);
    ASSERT_TRUE(sessions) << sessions.error().message();
    EXPECT_EQ(sessions->all(), 0U);
    EXPECT_EQ(sessions->sstp.newest_began, std::nullopt);
}

TEST_P(SessionsContract, tunnels_are_counted_apart_and_the_newest_tells_when_it_began) {
    world->somebody_connects(true, 2h);
    world->somebody_connects(true, 10min);
    world->somebody_connects(false, 1min);
    const auto sessions = world->sessions().read(kDeadline);
    ASSERT_TRUE(sessions) << sessions.error().message();
    EXPECT_EQ(sessions->sstp.open, 2U);
    EXPECT_EQ(sessions->others.open, 1U);
    ASSERT_TRUE(sessions->sstp.newest_began);
    // RRAS tells a duration in seconds.
    EXPECT_LE(*sessions->sstp.newest_began, world->now() - 10min + 5s);
    EXPECT_GE(*sessions->sstp.newest_began, world->now() - 10min - 5s);
}

TEST_P(SessionsContract, where_rras_does_not_run_nobody_can_be_asked) {
    world->rras_does_not_run();
    const auto sessions = world->sessions().read(kDeadline);
    ASSERT_FALSE(sessions);
    EXPECT_EQ(sessions.error().kind, ErrorKind::source_unavailable) << sessions.error().message();
}

}  // namespace
}  // namespace sstp::contracts
