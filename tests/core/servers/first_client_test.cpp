// field/servers.md, rows 57 and 91: SstpSvc keeps an old hash or listener, which a probe shows, or nobody but the clients that do not come.

#include "tests/core/servers/watched_server.h"

#include <gtest/gtest.h>

#include <algorithm>

namespace sstp::test {
namespace {

using namespace std::chrono_literals;
using namespace simulated;
using std::chrono::days;

class FirstClient : public testing::Test {
protected:
    WatchedServer server;
    World& world = server.world;
    const Certificate one = make_certificate(1);
    const Certificate two = newer_certificate(2);

    /// Ten working days of clients at 07:30.
    void live_until_clients_come_at_half_past_seven() {
        server.begin();
        for (int day = 0; day < 16; ++day) {
            const auto today = std::chrono::floor<days>(world.wall);
            server.live(std::max<Duration>(today + days{1} + 7h + 30min - world.wall, 1s));
            clients_dial(world);
            server.live(10min);
            world.sessions.clear();
        }
    }
    /// The certificate in force ends, and a fit successor is there.
    void expire() {
        add_certificate(world, two);
        stored(world, one.thumbprint)->certificate.not_after = world.wall - 1min;
    }
};

TEST_F(FirstClient, Row57_SstpSvcKeepsTheOldListenerAndTheSecondRungHelps) {
    world.traits.sstpsvc_keeps_listener = true;
    server.settle();
    expire();
    server.live(30min);
    EXPECT_EQ("2", server.everything_names());
    EXPECT_EQ(2U, server.restarts());
    EXPECT_TRUE(server.all_connect());
}

TEST_F(FirstClient, Row91_AnOldHashBehindGreenProbesIsFoundByTheClientsThatDoNotCome) {
    live_until_clients_come_at_half_past_seven();
    world.traits.sstpsvc_keeps_hash = true;
    expire();
    server.count();
    server.live(20min);
    EXPECT_EQ("2", server.everything_names());
    EXPECT_FALSE(server.connects(kIpv4)) << "SstpSvc holds the old hash behind green probes";
    server.live(days{1} + 2h);
    EXPECT_TRUE(server.connects(kIpv4));
    EXPECT_LE(server.restarts(), 2U);
}

TEST_F(FirstClient, Row91_NobodyIsMissedAndNothingRestartedWhileSessionsCannotBeRead) {
    live_until_clients_come_at_half_past_seven();
    expire();
    server.count();
    server.live(20min);
    EXPECT_EQ("2", server.everything_names());
    world.traits.sessions_can_be_read = false;
    server.live(days{3});
    EXPECT_EQ(1U, server.restarts()) << server.described();
    EXPECT_FALSE(server.finds(Reason::no_client_since_heal)) << server.described();
}

}  // namespace
}  // namespace sstp::test
