// What a heal stopped runs again, however long that takes (promise services-as-found; row 38).

#include "tests/core/servers/story.h"

namespace sstp::test {
namespace {

using namespace std::chrono_literals;
using namespace simulated;
using std::chrono::days;

class OwedStarts : public Story {
protected:
    /// In the next window RemoteAccess is stopped for the successor, and does not start again.
    void stop_rras_for_good(Duration live) {
        server.settle();
        add_certificate(world, two);
        world.services.at("RemoteAccess").start_fails_with = 1068;
        server.live(live);
        ASSERT_FALSE(world.running("RemoteAccess"));
        ASSERT_GE(server.told(EventType::recovery_given_up), 1U);
        world.services.at("RemoteAccess").start_fails_with = 0;
    }
};

TEST_F(OwedStarts, Row38_AServiceThatWeStoppedIsStartedAlsoAfterTheHealWasClosed) {
    stop_rras_for_good(days{3});
    server.live(days{2});
    EXPECT_TRUE(server.all_connect()) << server.described();
}

TEST_F(OwedStarts, Row38_OnceItHasRunAgainAnAdministratorsStopStands) {
    stop_rras_for_good(days{3});
    start_service(world, "RemoteAccess");
    server.live(10min);
    stop_service(world, "RemoteAccess", 0);
    server.live(days{2});
    EXPECT_FALSE(world.running("RemoteAccess")) << server.described();
}

}  // namespace
}  // namespace sstp::test
