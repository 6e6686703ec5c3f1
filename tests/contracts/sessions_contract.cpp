#include "tests/contracts/sessions_contract.h"

namespace sstp::contracts {
namespace {

GTEST_ALLOW_UNINSTANTIATED_PARAMETERIZED_TEST(SessionsContract);

using namespace std::chrono_literals;

constexpr Duration kPatience = 20s;

Sessions read_sessions(SessionsWorld& world) {
    const auto read = world.sessions().read(kPatience);
    if (!read) ADD_FAILURE() << read.error().message();
    return read ? *read : Sessions{};
}

/// RRAS tells whole seconds.
void expect_about(const std::optional<WallTime>& began, WallTime expected) {
    ASSERT_TRUE(began);
    EXPECT_LE(std::chrono::abs(*began - expected), 3s);
}

TEST_P(SessionsContract, nobody_connected_is_an_answer) { EXPECT_EQ(read_sessions(*world), Sessions{}); }

TEST_P(SessionsContract, sessions_are_counted_by_tunnel_with_the_begin_of_the_newest) {
    const WallTime now = world->now();
    world->connect(true, 3h);
    world->connect(true, 10min);
    world->connect(false, 1min);
    const Sessions sessions = read_sessions(*world);
    EXPECT_EQ(sessions.sstp.open, 2U);
    expect_about(sessions.sstp.newest_began, now - 10min);
    EXPECT_EQ(sessions.others.open, 1U);
    expect_about(sessions.others.newest_began, now - 1min);
    EXPECT_EQ(sessions.all(), 3U);
}

TEST_P(SessionsContract, the_begin_of_a_session_that_goes_on_does_not_move) {
    world->connect(true, 10min);
    const Sessions first = read_sessions(*world);
    EXPECT_EQ(read_sessions(*world), first);
}

TEST_P(SessionsContract, who_has_gone_is_not_counted) {
    world->connect(true, 10min);
    EXPECT_EQ(read_sessions(*world).sstp.open, 1U);
    world->disconnect_all();
    EXPECT_EQ(read_sessions(*world), Sessions{});
}

TEST_P(SessionsContract, rras_that_does_not_run_is_nobody_to_ask) {   // 81
    world->stop_rras();
    const auto read = world->sessions().read(kPatience);
    ASSERT_FALSE(read);
    EXPECT_EQ(read.error().kind, ErrorKind::source_unavailable) << read.error().message();
}

}  // namespace
}  // namespace sstp::contracts
