// field/servers.md, rows 21 to 32, as stories.

#include "tests/core/servers/watched_server.h"

#include <gtest/gtest.h>

namespace sstp::test {
namespace {

using namespace std::chrono_literals;
using namespace simulated;
using std::chrono::days;

class WhoElse : public testing::Test {
protected:
    WatchedServer server;
    World& world = server.world;
    const Certificate one = make_certificate(1);
    const Certificate two = newer_certificate(2);
    const Certificate www = make_certificate(8, {"www.example.com"});

    void expire() {
        add_certificate(world, two);
        stored(world, one.thumbprint)->certificate.not_after = world.wall - 1min;
    }
    /// Whatever else stands on this server, the next trouble has its heal, with one restart.
    void expect_one_heal_when_it_expires() {
        expire();
        server.live(15min);
        EXPECT_EQ("2", server.everything_names());
        EXPECT_EQ(1U, server.restarts());
        EXPECT_EQ(0U, server.told(EventType::heal_undone));
    }
    /// RRAS has started with the hash of a balancer's certificate, which lies in no store of this server. How many came through it.
    std::size_t clients_behind_a_balancer() {
        world.traits.insists_on_certificate = false;
        world.balancer = make_certificate(9);
        store_hashes(world, *world.balancer);
        set_flag(world, 1);
        restart_rras(world);
        world.advance(1min);
        return clients_dial(world);
    }
    /// No record, no hash, no flag: RRAS without SSTP.
    void without_sstp() {
        world.traits.sstp_ports = false;
        drop_binding(world, kIpv4);
        drop_binding(world, kIpv6);
        world.parameters.clear();
        restart_rras(world);
    }
};

TEST_F(WhoElse, Row21_AnotherSiteOnItsOwnAddressIsNoFinding) {
    add_certificate(world, www);
    const IpAddress site = IpAddress::parse("203.0.113.6").value();
    world.interface_addresses.push_back(site);
    bind_address(world, site, www);
    server.settle();
    EXPECT_EQ(Severity::information, worst(server.last().findings));
    EXPECT_FALSE(server.finds(Reason::binding_shadowed));
    expire();
    server.live(15min);
    EXPECT_EQ("2", server.everything_names()) << "and it stops no heal";
}

TEST_F(WhoElse, Row21_BesideARecordOfLoopbackIpv4IsMetAtAnotherAddress) {
    const Certificate exchange = make_certificate(8, {"mail.example.com"});
    add_certificate(world, exchange);
    bind_address(world, IpAddress::loopback(kIpv4), exchange);   // Exchange's Default Web Site, for its own services
    drop_binding(world, kIpv6);
    world.interface_addresses = {IpAddress::parse("203.0.113.5").value()};
    server.policy = R"({"listener": {"ipv6": false}})";
    server.settle();
    EXPECT_EQ(Severity::information, worst(server.last().findings)) << server.described();
    EXPECT_EQ(1U, server.last().assessment.levels.count(kIpv4)) << server.described();
    world.sstp_broken = true;
    server.look();
    EXPECT_TRUE(server.finds(Reason::sstp_uri_unhealthy)) << server.described();
}

TEST_F(WhoElse, Row21_AWebSiteOfAnotherNameOnTheCertificateStopsNeitherLearningNorHealing) {
    const std::vector<std::string> both{"vpn.example.com", "www.example.com"};
    const Certificate active = make_certificate(3, both);
    add_certificate(world, active);
    bind_both(world, active);
    store_hashes(world, active);
    add_certificate(world, www);
    bind_host_name(world, "www.example.com", www);
    restart_rras(world);
    server.settle();
    EXPECT_EQ(Severity::information, worst(server.last().findings)) << server.described();
    EXPECT_FALSE(server.finds(Reason::names_presumed)) << "what clients come by is learned";
    drop_binding(world, kIpv4);
    server.live(15min);
    EXPECT_TRUE(server.all_connect()) << server.described();
    add_certificate(world, newer_certificate(4, both));
    server.live_through_the_window();
    EXPECT_EQ("4", server.everything_names()) << server.described();
    EXPECT_TRUE(server.all_connect());
}

TEST_F(WhoElse, Row21_AHashAloneThatNamesThatSitesCertificateIsNotFollowedWhereNobodyWasSeenToConnect) {
    const Certificate active = make_certificate(3, {"vpn.example.com", "www.example.com"});
    add_certificate(world, active);
    bind_both(world, active);
    store_hashes(world, active);
    add_certificate(world, www);
    bind_host_name(world, "www.example.com", www);
    stored(world, active.thumbprint)->certificate.key = KeyState::absent;
    remove_certificate(world, one.thumbprint);   // nothing here will do
    server.begin();
    server.live(1h);
    world.set_parameter(SstpValue::sha256_certificate_hash, RawValue::binary(www.hash.to_vector()));
    server.live(days{1});
    EXPECT_EQ(0U, server.writes()) << server.described();
    EXPECT_TRUE(server.finds(Reason::ambiguous_certificate, Severity::critical)) << server.described();
}

TEST_F(WhoElse, Row21_APinSaysWhichCertificateClientsGetThoughNamesArePresumed) {
    server.policy = R"({"certificate": {"thumbprint": ")" + one.thumbprint.to_string() + R"("}})";
    bind_host_name(world, "vpn.example.com", one);
    const Certificate computer = make_certificate(8, {"vpn1.corp.example"});
    add_certificate(world, computer);
    bind_both(world, computer);
    server.begin();
    server.live(1h);
    EXPECT_EQ("1", server.everything_names()) << server.described();
    EXPECT_FALSE(server.finds(Reason::ambiguous_certificate)) << server.described();
}

TEST_F(WhoElse, Row21_ASiteThatGivesOutTheCertificateInForceIsWaitedForWhileThereIsTime) {
    const std::vector<std::string> both{"vpn.example.com", "www.example.com"};
    const Certificate active = make_certificate(3, both);
    add_certificate(world, active);
    bind_both(world, active);
    store_hashes(world, active);
    bind_host_name(world, "www.example.com", active);
    restart_rras(world);
    server.settle();
    add_certificate(world, newer_certificate(4, both));
    server.live_through_the_window();
    EXPECT_EQ("3", server.everything_names()) << server.described();
    EXPECT_EQ(0U, server.writes());
    stored(world, active.thumbprint)->certificate.not_after = world.wall + days{3};
    server.live_through_the_window();
    EXPECT_EQ("4", server.everything_names()) << server.described();
    EXPECT_TRUE(server.all_connect()) << "wildcards are ours, and nobody is locked out when the old one ends";
}

TEST_F(WhoElse, Row22_AnOldCertificateOnAnExactAddressIsSaidAndNeverChanged) {
    const Certificate old = make_certificate(6);
    add_certificate(world, old);
    const IpAddress address = world.interface_addresses.front();
    bind_address(world, address, old);
    server.begin();
    server.live(1h);
    EXPECT_TRUE(server.finds(Reason::binding_shadowed, Severity::critical));
    for (const Write& write : world.writes) {
        EXPECT_TRUE(!write.binding_after || write.binding_after->endpoint.is_wildcard());
    }
}

TEST_F(WhoElse, Row23_ProbesGoWhereHttpSysListensAndHealsSucceed) {
    world.listen_list = {IpAddress::parse("203.0.113.5").value()};
    server.settle();
    EXPECT_TRUE(server.finds(Reason::listener_excluded_ipv6, Severity::information)) << server.described();
    expect_one_heal_when_it_expires();
}

TEST_F(WhoElse, Row23_AListedAddressThatThisMachineDoesNotHaveIsNotAskedAndNothingIsRestartedForIt) {
    const IpAddress gone = IpAddress::parse("198.51.100.9").value();   // of before a move, or a cluster's on another node
    world.listen_list = {gone, IpAddress::parse("203.0.113.5").value()};
    server.settle();
    EXPECT_EQ(Severity::information, worst(server.last().findings)) << server.described();
    server.live(days{1});
    EXPECT_EQ(0U, server.restarts()) << server.described();
    EXPECT_FALSE(server.finds(Reason::listener_unreachable_ipv4));
    expect_one_heal_when_it_expires();
}

TEST_F(WhoElse, Row23_WhereNoListedAddressIsThisMachinesThatIsSaidAndNothingIsRestarted) {
    server.settle();
    world.listen_list = {IpAddress::parse("198.51.100.9").value(), IpAddress::parse("2001:db8::5").value()};
    server.live(days{1});
    EXPECT_EQ(0U, server.restarts()) << server.described();
    EXPECT_TRUE(server.finds(Reason::listener_unreachable_ipv4, Severity::critical)) << server.described();
    EXPECT_NE(std::string::npos, server.said_of(Reason::listener_unreachable_ipv4).find("198.51.100.9"));
    EXPECT_TRUE(server.connects(kIpv6));
}

TEST_F(WhoElse, Row25a_BehindABalancerWithTlsOffloadedNothingIsWritten) {
    world.set_parameter(SstpValue::use_https, RawValue::dword(0));
    restart_rras(world);
    server.begin();
    expire();
    server.live(days{1});
    EXPECT_EQ(0U, server.writes());
    EXPECT_TRUE(server.finds(Reason::tls_offloaded, Severity::information));
    EXPECT_EQ(0U, server.told(EventType::heal_refused)) << "information, nothing else";
}

TEST_F(WhoElse, Row25b_AHashThatNamesNothingHereWithSessionsIsSomebodysIntent) {
    ASSERT_GT(clients_behind_a_balancer(), 0U);
    server.begin();
    server.live(days{1});
    EXPECT_TRUE(server.finds(Reason::hash_unknown_to_this_server, Severity::warning)) << server.described();
    server.heal_asked(true);
    EXPECT_EQ(0U, server.writes());
}

TEST_F(WhoElse, Row25b_ItStaysSomebodysIntentWhenTheLastOfItsClientsHasHungUp) {
    ASSERT_GT(clients_behind_a_balancer(), 0U);
    server.policy = R"({"certificate": {"dns_names": ["vpn.example.com"]}})";
    server.begin();   // after its clients, as behind an update of ours
    server.live(1h);
    world.sessions.clear();
    server.live(8h);
    server.begin();
    server.live(8h);
    EXPECT_TRUE(server.finds(Reason::hash_unknown_to_this_server, Severity::warning)) << server.described();
    EXPECT_EQ(0U, server.writes()) << "who dials in the morning finds it as it was";
}

TEST_F(WhoElse, Row25b_AScriptThatWritesOverTheBalancersHashIsNotHelpedByARestart) {
    ASSERT_GT(clients_behind_a_balancer(), 0U);
    server.begin();
    server.live(1h);
    store_hashes(world, make_certificate(1));   // that of the record: a renewal script, which restarts nothing
    server.live(days{1});
    EXPECT_EQ(0U, server.writes());
    EXPECT_EQ(0U, server.restarts()) << "with what RRAS holds everybody comes through, with what is stored nobody would";
    EXPECT_TRUE(server.finds(Reason::hash_unknown_to_this_server, Severity::warning)) << server.described();
}

TEST_F(WhoElse, Row25d_TheSameAfterAFailedStartIsHealedNow) {
    store_hashes(world, make_certificate(9));
    set_flag(world, 1);
    EXPECT_FALSE(restart_rras(world));
    server.policy = R"({"certificate": {"dns_names": ["vpn.example.com"]}})";
    server.begin();
    server.live(15min);
    EXPECT_EQ("1", server.everything_names());
    EXPECT_TRUE(server.all_connect());
}

TEST_F(WhoElse, Row26a_RrasWithoutSstpIsNotHealed) {
    without_sstp();
    server.begin();
    server.live(days{2});
    EXPECT_EQ(0U, server.writes());
    EXPECT_EQ(0U, server.restarts());
    EXPECT_TRUE(server.finds(Reason::sstp_not_configured, Severity::information));
    EXPECT_EQ(0U, server.told(EventType::heal_refused)) << "information, nothing else";
    EXPECT_EQ(Severity::information, worst(server.last().findings));
}

TEST_F(WhoElse, Row28a_AHashThatIsRewrittenEveryNinetyMinutesIsPutBackWithoutRestarts) {
    server.settle();
    const Certificate old = make_certificate(6);
    add_certificate(world, old);
    for (int i = 0; i < 16; ++i) {
        store_hashes(world, old);
        server.live(90min);
    }
    EXPECT_EQ(0U, server.restarts()) << "RRAS holds the right one all the time";
    EXPECT_EQ("1", server.everything_names());
    EXPECT_TRUE(server.finds(Reason::heal_does_not_last, Severity::warning));
}

TEST_F(WhoElse, Row29_ARenewalToolThatDoesAllOfItItselfIsLeftToFinish) {
    server.settle();
    const auto at = [&](Duration after) {
        while (world.elapsed < after) server.live(1s);
    };
    const Duration begin = world.elapsed;
    add_certificate(world, two);
    at(begin + 5s);
    bind_both(world, two);
    at(begin + 10s);
    store_hashes(world, two);
    at(begin + 18s);
    restart_rras(world);
    server.live(30min);
    EXPECT_EQ(0U, server.restarts());
    EXPECT_EQ(0U, server.writes());
    EXPECT_EQ("2", server.everything_names());
    EXPECT_TRUE(server.all_connect());
}

TEST_F(WhoElse, Row30_AToolThatLeavesRemoteAccessStoppedIsToldAndNotRepaired) {
    server.settle();
    add_certificate(world, two);
    server.live(5s);
    stop_service(world, "RemoteAccess");
    server.live(days{1});
    EXPECT_EQ(0U, server.restarts());
    EXPECT_TRUE(server.finds(Reason::service_stopped, Severity::critical));
}

TEST_F(WhoElse, Row31b_RemoteAccessThatACertificateErrorKeptFromStartingIsCuredAndStarted) {
    server.settle();
    add_certificate(world, two);
    store_hashes(world, make_certificate(9));
    EXPECT_FALSE(restart_rras(world));
    server.live(15min);
    EXPECT_TRUE(server.all_connect());
    EXPECT_LE(server.restarts(), 1U);
}

TEST_F(WhoElse, Row31b_AToolThatRenewsAllOfItInTheMorningIsLeftToFinishThoughRrasHasFailedSinceTheNight) {
    server.settle();
    set_flag(world, 1);
    remove_certificate(world, one.thumbprint);
    ASSERT_FALSE(restart_rras(world));
    server.live(8h);
    ASSERT_EQ(0U, server.restarts()) << server.described();
    server.count();
    add_certificate(world, two);
    server.live(5s);
    bind_both(world, two);
    server.live(5s);
    store_hashes(world, two);
    server.live(8s);
    restart_rras(world);
    server.live(30min);
    EXPECT_EQ(0U, server.restarts()) << server.described();
    EXPECT_EQ(0U, server.writes());
    EXPECT_TRUE(server.all_connect());
}

TEST_F(WhoElse, Row32a_AStaleSha1ThatRrasDoesNotReadIsWrittenWithoutARestart) {
    server.settle();
    world.set_parameter(SstpValue::sha1_certificate_hash, std::nullopt);
    server.live(15min);
    EXPECT_EQ("1", server.everything_names());
    EXPECT_EQ(0U, server.restarts());
}

}  // namespace
}  // namespace sstp::test
