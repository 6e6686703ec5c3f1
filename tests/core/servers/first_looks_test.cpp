// field/servers.md: servers of which nothing, or not enough, is known yet (rows 20, 25 to 27, 51, 78, 89), as stories.

#include "tests/core/servers/story.h"

namespace sstp::test {
namespace {

using namespace std::chrono_literals;
using namespace simulated;
using std::chrono::days;

constexpr char kNamesVpn[] = R"({"certificate": {"dns_names": ["vpn.example.com"]}})";

class FirstLooks : public Story {
protected:
    /// IKEv2 clients that are connected: not ours, but a restart ends them.
    void others_are_connected(std::size_t count) {
        for (std::size_t i = 0; i < count; ++i) world.sessions.push_back({false, world.elapsed});
    }
    /// Restored from an image, or cloned: another machine's hashes, no record, RRAS ended with 25.
    void restore_from_another_machine() {
        server.crash();
        world.machine = {"5a3e5f0e-0000-4000-8000-000000000077", "VPN9", "00000000-0000-0000-0000-ac1f6b000077"};
        drop_binding(world, kIpv4);
        drop_binding(world, kIpv6);
        store_hashes(world, make_certificate(9));
        world.boot();
        server.count();
        server.begin();
    }
};

TEST_F(FirstLooks, Row20b_TwoOfDifferentPrimaryNamesAreNotGuessedBetween) {
    drop_binding(world, kIpv4);
    drop_binding(world, kIpv6);
    world.parameters.erase(SstpValue::sha1_certificate_hash);
    world.parameters.erase(SstpValue::sha256_certificate_hash);
    set_flag(world, 1);
    add_certificate(world, newer_certificate(3, {"ras.example.com"}));
    server.begin();
    server.live(days{1});
    EXPECT_EQ(0U, server.writes());
    EXPECT_TRUE(server.finds(Reason::ambiguous_certificate)) << server.described();
    server.new_policy(kNamesVpn);   // a key of the policy settles it
    server.live(30min);
    EXPECT_EQ("1", server.everything_names()) << server.described();
}

TEST_F(FirstLooks, Row2_BeforeAnyClientCameTheComputerCertificateIsNoSuccessorOfOneThatAToolHasDeleted) {
    set_flag(world, 0);
    stored(world, one.thumbprint)->certificate.key = KeyState::absent;   // so that it never worked here
    world.rras = {};
    server.begin();
    server.live(1h);
    server.count();
    Certificate computer = of_private_ca(newer_certificate(8, {"vpn1.corp.example"}));
    computer.subject_cn = "vpn1.corp.example";
    add_certificate(world, computer);
    remove_certificate(world, one.thumbprint);
    server.live(40s);
    EXPECT_EQ(0U, server.writes()) << server.described();
    add_certificate(world, two);
    server.live(15min);
    EXPECT_EQ("2", server.everything_names()) << server.described();
    EXPECT_TRUE(server.all_connect());
    EXPECT_EQ(1U, server.told(EventType::heal_started)) << server.described();
}

TEST_F(FirstLooks, Row25c_AHashOfNothingHereWithoutSessionsIsCriticalAndHealedInTheWindowWhereThePolicyNamesACertificate) {
    world.traits.insists_on_certificate = false;
    store_hashes(world, make_certificate(9));
    set_flag(world, 1);
    restart_rras(world);
    world.advance(1min);
    server.policy = kNamesVpn;
    server.begin();
    server.live(1h);
    EXPECT_TRUE(server.finds(Reason::hash_unknown_to_this_server, Severity::critical)) << server.described();
    EXPECT_EQ(0U, server.writes());
    server.live_through_the_window();
    EXPECT_EQ("1", server.everything_names()) << server.described();
    EXPECT_EQ(1U, server.restarts());
    EXPECT_TRUE(server.all_connect());
}

TEST_F(FirstLooks, Row25c_AndOnlyReportedWhereNothingNamesOne) {
    world.traits.insists_on_certificate = false;
    store_hashes(world, make_certificate(9));
    set_flag(world, 1);
    restart_rras(world);
    world.advance(1min);
    server.begin();
    server.live(days{2});
    EXPECT_TRUE(server.finds(Reason::hash_unknown_to_this_server, Severity::critical)) << server.described();
    server.heal_asked(true);
    EXPECT_EQ(0U, server.writes()) << "by `heal` neither";
    EXPECT_EQ(0U, server.restarts());
}

TEST_F(FirstLooks, Row26b_WithoutSstpButWithANameInThePolicyItIsHealedInTheWindowWhileOtherTunnelsAreOpen) {
    world.traits.sstp_ports = false;
    drop_binding(world, kIpv4);
    drop_binding(world, kIpv6);
    world.parameters.clear();
    restart_rras(world);
    world.traits.sstp_ports = true;   // configured for SSTP since; RRAS has not started on it
    others_are_connected(40);
    server.policy = kNamesVpn;
    server.begin();
    server.live(3h);
    EXPECT_EQ(0U, server.restarts()) << server.described();
    EXPECT_EQ(40U, world.sessions.size());
    server.live_through_the_window();
    EXPECT_EQ("1", server.everything_names()) << server.described();
    EXPECT_EQ(1U, server.restarts());
    EXPECT_TRUE(server.all_connect());
}

TEST_F(FirstLooks, Row26b_WithNobodyConnectedItIsHealedAtOnce) {
    drop_binding(world, kIpv4);
    drop_binding(world, kIpv6);
    world.traits.sstp_ports = false;
    world.parameters.clear();
    restart_rras(world);
    world.traits.sstp_ports = true;
    server.policy = kNamesVpn;
    server.begin();
    server.live(15min);
    EXPECT_EQ("1", server.everything_names()) << server.described();
    EXPECT_EQ(1U, server.restarts());
    EXPECT_TRUE(server.all_connect());
}

TEST_F(FirstLooks, Row26c_TheEndOfACertificateThatOnlyOtherTunnelsSeeWaitsForTheWindow) {
    set_flag(world, 0);   // RRAS bound it by itself
    restart_rras(world);
    others_are_connected(40);
    server.begin();
    server.live(1h);
    expire();
    server.live(3h);
    EXPECT_EQ(0U, server.restarts()) << server.described();
    EXPECT_EQ(0U, world.sessions_ended_by_us);
    server.live_through_the_window();
    EXPECT_EQ("2", server.everything_names()) << server.described();
    EXPECT_EQ(1U, server.restarts());
}

TEST_F(FirstLooks, Row27_ARestoredServerWithAForeignDatabaseTakesTheOneCertificateThatWillDo) {
    server.settle();
    const std::string id = server.record.contents().installation_id;
    restore_from_another_machine();
    server.live(15min);
    EXPECT_NE(id, server.record.contents().installation_id) << "begins anew";
    EXPECT_EQ("1", server.everything_names()) << server.described();
    EXPECT_EQ(1U, server.restarts());
    EXPECT_TRUE(server.all_connect());
}

TEST_F(FirstLooks, Row27_AndNothingWhereTwoMightDo) {
    server.settle();   // what was learned on the other machine decides nothing here
    add_certificate(world, of_private_ca(newer_certificate(2)));
    restore_from_another_machine();
    server.live(days{1});
    EXPECT_EQ(0U, server.writes()) << server.described();
    EXPECT_EQ(0U, server.restarts());
    EXPECT_TRUE(server.finds(Reason::ambiguous_certificate, Severity::critical)) << server.described();
}

TEST_F(FirstLooks, Row51_AWrappedLogInWhichNothingOfOursWasIsNoGapAndNoReasonToRestart) {
    server.settle();
    server.live(days{1});
    world.next_record_id += 50'000;   // others write
    world.wrap_log(0);
    world.log_begins = world.wall - 1h;
    server.crash();
    world.advance(1min);
    server.begin();
    server.live(1h);
    EXPECT_EQ(0U, server.told(EventType::event_source_gap)) << server.described();
    EXPECT_EQ(0U, server.restarts());
    EXPECT_EQ(0U, server.writes());
    store_hashes(world, make_certificate(9));
    restart_rras(world);   // 25 is heard of after it
    server.live(5s);
    EXPECT_EQ(1U, server.told(EventType::rassstp_event_seen)) << server.described();
}

TEST_F(FirstLooks, Row78_AClockInTheYear2099ForOneBootIsForgottenWithinTheHour) {
    server.settle();
    world.time_synchronised = false;
    server.crash();
    set_clock_off(world, days{365 * 73});
    world.boot();
    server.begin();
    server.live(30min);
    EXPECT_EQ(0U, server.writes()) << "every certificate looks ended at once";
    server.crash();
    set_clock_off(world, -days{365 * 73});
    world.boot();
    server.begin();
    EXPECT_TRUE(server.finds(Reason::clock_not_believed, Severity::warning)) << server.described();
    server.live(1h + 5min);
    EXPECT_FALSE(server.finds(Reason::clock_not_believed)) << server.described();
    expire();
    server.live(15min);
    EXPECT_EQ("2", server.everything_names()) << server.described();
    EXPECT_EQ(1U, server.restarts());
    EXPECT_TRUE(server.all_connect());
}

}  // namespace
}  // namespace sstp::test
