// field/servers.md: records, stores and listeners that are not as ours would be (rows 17, 18, 46, 54, 55, 64 to 72), as stories.

#include "core/report/render_check.h"
#include "tests/core/server_builder.h"
#include "tests/core/servers/story.h"

namespace sstp::test {
namespace {

using namespace std::chrono_literals;
using namespace simulated;
using std::chrono::days;

class ListenersAndRecords : public Story {
protected:
    void bind_in_store(AddressFamily family, const Certificate& certificate, const std::optional<std::string>& store,
                       const AppId& owner = kSstpAppId) {
        ListenerBinding record{Endpoint::wildcard(family, world.port()), certificate.thumbprint.to_vector(), owner, store, {}};
        if (owner == kSstpAppId) record.options.certificate_check_mode = 0x1000;
        world.set_binding(record);
    }
    /// The one in force lies in WebHosting, and both records of SSTP say so.
    void in_web_hosting(std::uint32_t flag) {
        add_certificate(world, one, "WebHosting");
        bind_in_store(kIpv4, one, "WebHosting");
        bind_in_store(kIpv6, one, "WebHosting");
        set_flag(world, 0);
        restart_rras(world);
        remove_certificate(world, one.thumbprint);
        restart_rras(world);
        set_flag(world, flag);
    }
    /// IIS owns 0.0.0.0 with a certificate of WebHosting that lies in MY as well, and so does its renewal.
    void iis_shares_and_renews(std::uint32_t flag) {
        add_certificate(world, one, "WebHosting");
        bind_in_store(kIpv4, one, "WebHosting", kIisAppId);
        set_flag(world, flag);
        restart_rras(world);
        server.settle();
        server.live(days{1});
        EXPECT_EQ(Severity::information, worst(server.last().findings)) << server.described();
        EXPECT_EQ(0U, server.writes()) << server.described();
        add_certificate(world, two, "WebHosting");
        add_certificate(world, two);
        bind_in_store(kIpv4, two, "WebHosting", kIisAppId);   // and the script that should tell RRAS has failed
        server.live(15min);
        EXPECT_EQ("2", server.everything_names()) << server.described();
        EXPECT_EQ("WebHosting", store_of(kIpv4));
        EXPECT_TRUE(server.all_connect());
    }
    [[nodiscard]] std::optional<std::string> store_of(AddressFamily family) const {
        const ListenerBinding* record = world.binding_at(Endpoint::wildcard(family, 443));
        return record == nullptr ? std::optional<std::string>{"no record"} : record->store;
    }
    [[nodiscard]] std::size_t records_written() const {
        return server.writes(PortCall::bindings_put) + server.writes(PortCall::bindings_remove);
    }
};

TEST_F(ListenersAndRecords, Row17a_ServedFromWebHostingIsAWarningAtMost) {
    in_web_hosting(0);
    ASSERT_TRUE(server.all_connect());
    server.settle();
    server.live(days{1});
    EXPECT_NE(Severity::critical, worst(server.last().findings)) << server.described();
    EXPECT_TRUE(server.finds(Reason::certificate_in_other_store, Severity::warning)) << server.described();
    EXPECT_EQ(0U, server.writes());
    EXPECT_EQ(0U, server.restarts());
    EXPECT_TRUE(server.all_connect());
}

TEST_F(ListenersAndRecords, Row17a_AnSniRecordFromWebHostingIsTheSame) {
    ListenerBinding sni;
    sni.endpoint.kind = Endpoint::Kind::host_name;
    sni.endpoint.host = "vpn.example.com";
    sni.endpoint.port = 443;
    sni.certificate = one.thumbprint.to_vector();
    sni.app_id = kIisAppId;
    sni.store = "WebHosting";
    add_certificate(world, one, "WebHosting");
    world.set_binding(sni);
    set_flag(world, 0);
    restart_rras(world);
    ASSERT_TRUE(server.all_connect());
    server.settle();
    server.live(days{1});
    EXPECT_NE(Severity::critical, worst(server.last().findings)) << server.described();
    EXPECT_EQ(0U, server.writes());
    EXPECT_TRUE(server.all_connect());
}

TEST_F(ListenersAndRecords, Row17b_WithFlag1ItIsCriticalForRrasWouldNotStart) {
    in_web_hosting(1);
    ASSERT_TRUE(server.all_connect());
    server.settle();
    server.live(days{1});
    EXPECT_TRUE(server.finds(Reason::certificate_in_other_store, Severity::critical)) << server.described();
    EXPECT_EQ(0U, server.writes());
    EXPECT_EQ(0U, server.restarts());
}

TEST_F(ListenersAndRecords, Row18_ARecordWithoutAStoreNameMeansMyAndStaysWithoutOne) {
    bind_in_store(kIpv4, one, std::nullopt);
    server.settle();
    EXPECT_EQ(Severity::information, worst(server.last().findings)) << server.described();
    expire();
    server.live(15min);
    EXPECT_EQ("2", server.everything_names());
    EXPECT_EQ(std::nullopt, store_of(kIpv4));
    EXPECT_EQ("MY", store_of(kIpv6));
    EXPECT_TRUE(server.all_connect());
}

TEST_F(ListenersAndRecords, Row46_ADependantThatTakesNoStopIsFoundBeforeTheFirstWrite) {
    SimulatedService backup;
    backup.status.name = "VpnBackup";
    backup.status.state = ServiceState::running;
    backup.status.accepts_stop = false;
    backup.depends_on = {"RemoteAccess"};
    world.services["VpnBackup"] = backup;
    server.settle();
    expire();
    server.live(days{1});
    EXPECT_EQ(0U, server.writes()) << server.described();
    EXPECT_EQ(0U, server.restarts());
    EXPECT_TRUE(world.running("VpnBackup"));
    EXPECT_NE(std::string::npos, server.newest(EventType::heal_refused).find("VpnBackup")) << server.described();
    EXPECT_LE(server.told(EventType::heal_refused), 4U) << "with reminders, not at each try";
    EXPECT_EQ(1U, server.told(EventType::heal_planned));
    world.services["VpnBackup"].status.accepts_stop = true;
    server.live(5min);
    EXPECT_EQ("2", server.everything_names()) << server.described();
    EXPECT_TRUE(server.all_connect());
    EXPECT_TRUE(world.running("VpnBackup")) << "as found";
}

TEST_F(ListenersAndRecords, Row54_AFindingThatThePolicyAcceptsIsListedAndTheExitCodeOfCheckIs0) {
    bind_address(world, world.interface_addresses.front(), one);   // somebody's, with the right certificate
    server.settle();
    EXPECT_TRUE(server.finds(Reason::binding_shadowed, Severity::warning)) << server.described();
    EXPECT_EQ(1, check_exit_code(server.last()));
    server.new_policy(R"({"accepted": ["binding_shadowed"]})");
    EXPECT_TRUE(server.finds(Reason::binding_shadowed, Severity::information)) << server.described();
    EXPECT_EQ(0, check_exit_code(server.last()));
    server.count();
    server.live(days{2});
    EXPECT_EQ(0U, server.raised(Reason::binding_shadowed, Severity::warning));
    EXPECT_EQ(0U, server.writes());
}

TEST_F(ListenersAndRecords, Row55_WithIpv6LeftOutOfThePolicyBothRecordsMoveAndRrasStarts) {
    server.policy = R"({"listener": {"ipv6": false}})";
    set_flag(world, 0);
    restart_rras(world);
    server.settle();
    add_certificate(world, two);
    server.live_through_the_window();
    EXPECT_EQ("2", server.everything_names()) << server.described();
    EXPECT_EQ(1U, server.restarts());
    EXPECT_TRUE(world.running("RemoteAccess"));
    EXPECT_TRUE(server.all_connect());
    EXPECT_TRUE(restart_rras(world)) << "nor does the next start end with 24";
}

TEST_F(ListenersAndRecords, WhatSomebodyWroteAsServerUriIsShownAndNotAskedForSinceRrasDoesNotReadIt) {
    server.settle();
    world.set_parameter(SstpValue::server_uri, text_value("/vpn/"));   // copied from another product, or by a hardening script
    server.live(days{1});
    EXPECT_EQ("/vpn/", *value_of(server.last().state.settings.server_uri));
    EXPECT_FALSE(server.finds(Reason::sstp_uri_unhealthy)) << server.described();
    EXPECT_EQ(0U, server.restarts());
}

TEST_F(ListenersAndRecords, Row64_AForeignWildcardWithACertificateOfWebHostingHasItsHashNotWritten) {
    server.settle();
    const Certificate iis = newer_certificate(7);
    add_certificate(world, iis, "WebHosting");
    bind_in_store(kIpv4, iis, "WebHosting", kIisAppId);
    server.live(days{1});
    EXPECT_EQ(0U, server.writes()) << server.described();
    EXPECT_EQ(0U, server.restarts());
    EXPECT_TRUE(server.finds(Reason::certificate_in_other_store, Severity::critical)) << server.described();
    EXPECT_TRUE(server.connects(kIpv6));
    EXPECT_TRUE(world.running("RemoteAccess"));
}

TEST_F(ListenersAndRecords, Row64_AForeignWildcardWhoseRenewalLiesInMyAsWellTakesTheRestAlong) { iis_shares_and_renews(0); }

TEST_F(ListenersAndRecords, Row64_TheSameWithFlag1) { iis_shares_and_renews(1); }

TEST_F(ListenersAndRecords, Row65_ARecordThatSaysWebHostingGetsMyWithTheSuccessor) {
    in_web_hosting(0);
    server.settle();
    add_certificate(world, two);
    stored(world, one.thumbprint, "WebHosting")->certificate.not_after = world.wall - 1min;
    server.live(15min);
    EXPECT_EQ("2", server.everything_names()) << server.described();
    EXPECT_EQ("MY", store_of(kIpv4));
    EXPECT_EQ("MY", store_of(kIpv6));
    EXPECT_EQ(1U, server.restarts());
    EXPECT_TRUE(server.all_connect());
}

TEST_F(ListenersAndRecords, Row66_TwoForeignRecordsThatDecideAndDifferAreCriticalAndNothingIsChanged) {
    server.settle();
    const Certificate three = newer_certificate(3);
    add_certificate(world, two);
    add_certificate(world, three);
    bind_host_name(world, "vpn.example.com", two);
    bind(world, kIpv6, three, kIisAppId);
    server.live(days{1});
    EXPECT_TRUE(server.finds(Reason::binding_shadowed, Severity::critical)) << server.described();
    EXPECT_EQ(0U, server.writes());
    EXPECT_EQ(0U, server.restarts());
    server.heal_asked(true);
    EXPECT_EQ(0U, server.writes()) << "by `heal` neither";
}

TEST_F(ListenersAndRecords, WhereAnSniRecordAnswersAllClientsAMissingWildcardEndsNoSessionByDay) {
    bind_host_name(world, "vpn.example.com", one);
    world.set_parameter(SstpValue::sha1_enabled, RawValue::dword(1));
    restart_rras(world);
    world.set_parameter(SstpValue::sha1_certificate_hash, std::nullopt);   // before anybody saw what RRAS read: it has to be restarted
    server.begin();
    clients_dial(world);
    server.live(30min);
    drop_binding(world, kIpv4);
    ASSERT_TRUE(server.all_connect());
    server.live(3h);
    EXPECT_EQ(0U, server.restarts()) << server.described();
    EXPECT_FALSE(server.finds(Reason::binding_missing_ipv4, Severity::critical)) << server.described();
    server.live(days{1});
    EXPECT_NE(nullptr, world.binding_at(Endpoint::wildcard(kIpv4, 443))) << server.described();
    EXPECT_TRUE(server.all_connect());
}

TEST_F(ListenersAndRecords, Row67_BesideDirectAccessOnlyTheRecordOfSstpMoves) {
    server.policy = R"({"listener": {"foreign_owner": "take_over"}})";
    world.directaccess_or_nlb = true;
    const AppId ip_https{};
    bind(world, kIpv6, one, ip_https);   // IP-HTTPS shares the certificate
    server.settle();
    expire();
    server.live(days{1});
    const ListenerBinding* theirs = world.binding_at(Endpoint::wildcard(kIpv6, 443));
    ASSERT_NE(nullptr, theirs);
    EXPECT_EQ(one.thumbprint, theirs->thumbprint()) << server.described();
    EXPECT_EQ(ip_https, theirs->app_id);
    for (const Write& each : world.writes) {
        EXPECT_FALSE(each.binding_before && each.binding_before->app_id == ip_https) << each.subject;
    }
}

TEST_F(ListenersAndRecords, Row68_AnotherProgramOnThePortIsNamedAndNothingRestarts) {
    server.settle();
    world.port_takers.push_back({kIpv4, "nginx.exe (4242)", std::nullopt, false});
    server.live(days{1});
    EXPECT_TRUE(server.finds(Reason::port_taken, Severity::critical)) << server.described();
    EXPECT_NE(std::string::npos, server.said_of(Reason::port_taken).find("nginx.exe (4242)")) << server.said_of(Reason::port_taken);
    EXPECT_EQ(0U, server.restarts());
    EXPECT_EQ(0U, server.writes());
    EXPECT_TRUE(server.connects(kIpv6));
    world.port_takers.clear();
    server.live(30min);
    EXPECT_FALSE(server.finds(Reason::port_taken));
    EXPECT_EQ(0U, server.restarts());
}

TEST_F(ListenersAndRecords, Row69_AListenerBrokenSinceAnUpdateGetsOneRestartAtMostAndNothingIsRebound) {
    server.settle();
    server.crash();
    world.listener_off = {{kIpv4, true}, {kIpv6, true}};
    server.boot();
    server.live(days{7});
    EXPECT_LE(server.restarts(), 1U) << server.described();
    EXPECT_EQ(0U, records_written());
    EXPECT_EQ(0U, server.writes(PortCall::parameters_write));
    EXPECT_TRUE(server.finds(Reason::listener_unreachable_ipv4, Severity::critical)) << server.described();
    EXPECT_EQ("reported_only", server.decision());
    world.listener_off.clear();
    server.live(1h);
    EXPECT_LE(server.restarts(), 1U);
    EXPECT_TRUE(server.all_connect());
}

TEST_F(ListenersAndRecords, Row70_ACipherListOfOneKindAfterABootIsNamedAsTheCause) {
    server.settle();
    add_certificate(world, two);   // RSA as well: no cure
    world.ciphers_after_boot = {false, true};
    server.boot();
    server.live(days{2});
    EXPECT_EQ(0U, server.restarts()) << server.described();
    EXPECT_EQ(0U, server.writes());
    EXPECT_TRUE(server.finds(Reason::private_key_unusable, Severity::critical)) << server.described();
    Certificate elliptic = newer_certificate(3);
    elliptic.key_algorithm = KeyAlgorithm::ecdsa;
    elliptic.key_bits = 256;
    add_certificate(world, elliptic);
    server.live(15min);
    EXPECT_EQ("3", server.everything_names()) << server.described();
    EXPECT_EQ(1U, server.restarts());
    EXPECT_TRUE(server.all_connect());
}

TEST_F(ListenersAndRecords, Row71a_AServedIntermediateThatIsMissingIsToldAndNoOtherLeafIsTakenForIt) {
    server.settle();
    stored(world, one.thumbprint)->sent_chain = SentChain::incomplete;
    server.live(days{1});
    EXPECT_TRUE(server.finds(Reason::served_chain_incomplete, Severity::warning)) << server.described();
    EXPECT_EQ(0U, server.writes());
    EXPECT_EQ(0U, server.restarts());
}

TEST_F(ListenersAndRecords, Row71b_NorForOneThatIsRevokedAndNoHealIsTakenBackForIt) {
    server.settle();
    add_certificate(world, two);
    stored(world, one.thumbprint)->sent_chain = SentChain::bad;
    stored(world, two.thumbprint)->sent_chain = SentChain::bad;
    server.live(1h);
    EXPECT_TRUE(server.finds(Reason::served_chain_incomplete)) << server.described();
    EXPECT_EQ(0U, server.restarts()) << "the successor waits for its window as ever";
    server.live_through_the_window();
    EXPECT_EQ("2", server.everything_names()) << server.described();
    EXPECT_EQ(1U, server.restarts());
    EXPECT_EQ(0U, server.told(EventType::heal_undone));
}

TEST_F(ListenersAndRecords, Row72b_UseHttpsThatRrasHasNotTakenUpYetStopsAllWriting) {
    server.settle();
    world.set_parameter(SstpValue::use_https, RawValue::dword(0));
    drop_binding(world, kIpv6);
    server.live(days{1});
    EXPECT_TRUE(server.finds(Reason::configuration_pending, Severity::warning)) << server.described();
    EXPECT_EQ(0U, server.writes());
    EXPECT_EQ(0U, server.restarts());
    world.set_parameter(SstpValue::use_https, RawValue::dword(1));   // somebody thinks better of it
    server.live(30min);
    EXPECT_FALSE(server.finds(Reason::configuration_pending)) << server.described();
    EXPECT_TRUE(server.all_connect());
}

}  // namespace
}  // namespace sstp::test
