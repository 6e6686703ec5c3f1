// What an administrator stops or disables while a heal is open stands, after a crash and a boot of ours too (services-as-found).

#include "tests/core/healing/one_server.h"

#include <gtest/gtest.h>

namespace sstp {
namespace {

using namespace simulated;

class AdministratorsChoice : public testing::Test {
protected:
    void SetUp() override {
        add_certificate(server.world, make_certificate(2));
        stored(server.world, make_certificate(1).thumbprint)->certificate.not_after = server.world.wall - std::chrono::hours{1};
    }
    /// Our process dies in its restart, right behind the stop of RemoteAccess: it owes a start.
    void die_with_remote_access_stopped() {
        EveryCall death{PortCall::services_stop, {.effect = Effect::crashes_after}, 1};
        server.world.adversary = &death;
        ASSERT_FALSE(server.process(1));
        server.world.adversary = nullptr;
        ASSERT_FALSE(server.world.running("RemoteAccess"));
        ASSERT_TRUE(server.record.contents().open_heal);
    }
    static void stop_remote_access(World& world) {
        ServiceStatus& status = world.services["RemoteAccess"].status;
        status.state = ServiceState::stopped;
        status.exit_code = 0;
        status.process_started.reset();
        world.rras_stops();
    }

    Server server;
};

TEST_F(AdministratorsChoice, after_a_crash_of_ours_remote_access_that_nobody_started_is_started) {
    die_with_remote_access_stopped();
    ASSERT_TRUE(server.process(1));
    EXPECT_TRUE(server.world.running("RemoteAccess"));
}

TEST_F(AdministratorsChoice, a_service_that_ran_again_when_recovery_began_is_owed_no_longer_and_a_later_stop_stands) {
    die_with_remote_access_stopped();
    restart_rras(server.world);   // an administrator, before we are back
    AtKind administrator{PortCall::parameters_flush, 1, stop_remote_access};
    server.world.adversary = &administrator;
    ASSERT_TRUE(server.process(1));
    ASSERT_TRUE(administrator.acted());
    EXPECT_FALSE(server.world.running("RemoteAccess"));
}

TEST_F(AdministratorsChoice, a_boot_starts_what_is_to_run_so_that_a_stop_behind_it_stands) {
    die_with_remote_access_stopped();
    server.world.boot();
    stop_remote_access(server.world);
    ASSERT_TRUE(server.process(1));
    EXPECT_FALSE(server.world.running("RemoteAccess"));
    EXPECT_FALSE(server.record.contents().open_heal);
}

TEST_F(AdministratorsChoice, remote_access_that_runs_and_was_disabled_lets_an_undo_come_to_its_end_and_goes_on_running) {
    server.world.uri_status = 503;   // no proof will hold
    AtKind administrator{PortCall::services_start, 3,
                         [](World& world) { world.services["RemoteAccess"].status.start_type = StartType::disabled; }};
    server.world.adversary = &administrator;
    std::vector<CycleReport> reports;
    ASSERT_TRUE(server.process(1, {Wake::service_start}, &reports));
    ASSERT_TRUE(administrator.acted());
    ASSERT_TRUE(reports.front().heal);
    EXPECT_STREQ(word(HealResult::undone), word(reports.front().heal->result)) << reports.front().heal->explanation;
    EXPECT_FALSE(server.record.contents().open_heal);
    EXPECT_TRUE(server.world.running("RemoteAccess"));
    EXPECT_EQ(make_certificate(1).thumbprint, server.world.binding_at(Endpoint::wildcard(AddressFamily::ipv4, 443))->thumbprint());
}

}  // namespace
}  // namespace sstp
