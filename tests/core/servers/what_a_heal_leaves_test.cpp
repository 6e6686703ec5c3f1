// field/servers.md: what a heal leaves behind that was cut off, refused or closed without an end (rows 11c, 36, 38, 41, 87, 91), as
// stories.

#include "tests/core/servers/story.h"

#include <algorithm>

namespace sstp::test {
namespace {

using namespace std::chrono_literals;
using namespace simulated;
using std::chrono::days;

class WhatAHealLeaves : public Story {
protected:
    /// RRAS has read the new certificate, and the heal waits in its proof: dies there, once.
    void die_in_the_proof() {
        server.windows_answers([this](PortCall call) {
            const bool dies = !died_ && call == PortCall::clock_pause && server.restarts() > 0 && ++pauses_ > 4;
            died_ = died_ || dies;
            return dies ? Verdict{Effect::crashes_after} : Verdict{};
        });
    }
    void clients_dial_each_morning(int how_many_days) {
        for (int day = 0; day < how_many_days; ++day) {
            const auto today = std::chrono::floor<days>(world.wall);
            server.live(std::max<Duration>(today + days{1} + 7h + 30min - world.wall, 1s));
            clients_dial(world);
            server.live(10min);
            world.sessions.clear();
        }
    }
    [[nodiscard]] bool is_reported_only(Reason reason) const {
        const auto contents = server.record.contents();
        return std::find(contents.reported_only.begin(), contents.reported_only.end(), reason) != contents.reported_only.end();
    }
    /// The heal to `two` proves nothing and cannot go back, for the old certificate is gone: it stays, and is closed after a day.
    void close_incomplete(std::function<void(World&, bool)> spoiled) {
        server.settle();
        add_certificate(world, two);
        remove_certificate(world, one.thumbprint);
        server.meanwhile([this, spoiled = std::move(spoiled)](World& at) { spoiled(at, at.rras.sha256 == two.hash); });
        ASSERT_TRUE(server.live_until([&] { return server.told(EventType::recovery_given_up) > 0; }, days{3})) << server.described();
        ASSERT_EQ("2", server.everything_names());
    }

    int pauses_ = 0, calls_ = 0;
    bool stopped_ = false;
    bool died_ = false;
};

TEST_F(WhatAHealLeaves, Row11c_RecordsThatWerePutRightWithoutARestartAreTakenBackWithoutOneToo) {
    bind_host_name(world, "vpn.example.com", one);
    server.settle();
    add_certificate(world, two);
    server.live(10min);
    bind_both(world, two);   // a script, which writes no hash: clients have the first by the SNI record, and RRAS holds it
    const std::size_t written = world.writes.size();
    server.meanwhile([written](World& at) { at.listener_off[kIpv4] = at.writes.size() > written; });   // IPv4 falls silent in our heal
    ASSERT_TRUE(server.live_until([&] { return server.told(EventType::heal_undone) > 0; }, 30min)) << server.described();
    EXPECT_EQ(0U, server.restarts()) << server.described();
    EXPECT_TRUE(server.connects(kIpv6)) << server.described();
}

TEST_F(WhatAHealLeaves, AHealThatFollowsAForeignRecordIsNotTakenBackIntoAHashThatItsClientsDoNotGet) {
    bind_host_name(world, "vpn.example.com", one);
    const Certificate theirs = make_certificate(5, {"localhost"});
    add_certificate(world, theirs);
    bind_address(world, IpAddress::loopback(kIpv4), theirs);
    server.settle();
    add_certificate(world, two);
    bind_both(world, two);   // a script, which restarts nothing: RRAS holds the first, and so do clients by the SNI record
    store_hashes(world, two);
    server.live(10s);
    ASSERT_TRUE(server.all_connect());
    world.listener_off[kIpv4] = true;
    server.live(20min);
    EXPECT_TRUE(server.connects(kIpv6)) << server.described();
    EXPECT_EQ("1", server.everything_names()) << server.described();
    EXPECT_TRUE(server.finds(Reason::heal_incomplete, Severity::critical)) << "IPv4 gets less than before: " << server.described();
    const auto restarts = server.restarts();
    server.live(1h);
    EXPECT_LE(server.restarts(), restarts + 1) << "that of its recovery: " << server.described();
    world.listener_off.clear();
    server.live(1h);
    EXPECT_TRUE(server.all_connect());
    EXPECT_FALSE(server.finds(Reason::heal_incomplete)) << server.described();
}

TEST_F(WhatAHealLeaves, ARecordThatCouldNotBeReplacedIsTriedAgainByTheScheduleUntilItCan) {
    world.traits.update = HttpUpdate::not_supported;
    world.extended_records.insert(Endpoint::wildcard(kIpv6, 443));
    server.settle();
    expire();
    server.live(1min);
    ASSERT_EQ(1U, server.told(EventType::heal_undone)) << server.described();
    const auto writes = server.writes();
    server.live(days{2});
    EXPECT_EQ(writes, server.writes()) << "what was refused comes first: nothing is written and taken back at each try";
    EXPECT_TRUE(server.finds(Reason::binding_not_replaceable, Severity::warning)) << server.described();
    EXPECT_EQ("binding_not_replaceable", server.decision()) << "and when it is tried again is said with it";
    EXPECT_NE(std::string::npos, std::get<Refused>(server.last().decision).explanation.find("tried again 202"));
    // At once, after 5 minutes, 1 hour, 4 hours, a day.
    EXPECT_EQ(5U, server.told(EventType::heal_started)) << server.described();
    EXPECT_EQ(0U, server.restarts());
    world.extended_records.clear();   // somebody made the record anew, without them
    server.live(days{2});
    EXPECT_EQ("2", server.everything_names()) << server.described();
    EXPECT_TRUE(server.all_connect());
    EXPECT_FALSE(server.finds(Reason::binding_not_replaceable)) << server.described();
}

TEST_F(WhatAHealLeaves, ARecordThatSomebodyPutRightHimselfIsNoFindingAnyMoreWhateverElseIsWrong) {
    world.traits.update = HttpUpdate::not_supported;
    world.extended_records.insert(Endpoint::wildcard(kIpv6, 443));
    server.settle();
    const Certificate old = add_ended(6);
    bind(world, kIpv6, old);
    server.live(1h);
    ASSERT_TRUE(server.finds(Reason::binding_not_replaceable, Severity::warning)) << server.described();
    bind(world, kIpv6, one);   // netsh http update sslcert
    bind_address(world, world.interface_addresses.front(), old);
    server.live(10min);
    ASSERT_TRUE(server.finds(Reason::binding_shadowed, Severity::critical)) << server.described();
    EXPECT_FALSE(server.finds(Reason::binding_not_replaceable)) << server.described();
}

TEST_F(WhatAHealLeaves, Row28b_ARefusedPutBackIsNotTriedAtEachLookBecauseOthersDoNotLast) {
    world.traits.update = HttpUpdate::not_supported;
    world.extended_records.insert(Endpoint::wildcard(kIpv6, 443));
    server.settle();
    const Certificate old = add_ended(6);
    bind(world, kIpv4, old);
    server.live(15min);
    ASSERT_EQ("1", server.everything_names());
    for (int i = 0; i < 16; ++i) {   // a script puts both records back every 90 minutes, and one of them cannot be replaced
        bind(world, kIpv4, old);
        bind(world, kIpv6, old);
        server.live(90min);
    }
    EXPECT_TRUE(server.finds(Reason::binding_not_replaceable, Severity::warning)) << server.described();
    EXPECT_LE(server.told(EventType::heal_started), 7U) << server.described();
    EXPECT_EQ(0U, server.restarts());
}

TEST_F(WhatAHealLeaves, Row38_APutBackWithoutARestartBeginsNoScheduleAnew) {
    server.settle();
    add_certificate(world, two);
    server.meanwhile([this](World& at) { at.sstp_broken = at.rras.sha256 == two.hash; });
    server.live(days{3});
    const auto tried = server.restarts();
    ASSERT_GE(tried, 3U) << server.described();
    const Certificate old = add_ended(6);
    for (int day = 0; day < 4; ++day) {
        store_hashes(world, old);   // drift, put back for nothing
        server.live(days{1});
    }
    EXPECT_LE(server.restarts(), 12U) << server.described();
    EXPECT_EQ("1", server.everything_names());
}

TEST_F(WhatAHealLeaves, Row41_OurOwnStopInTheProofMakesNoKnownSymptomOfARrasThatIsStarting) {
    world.traits.ready_after = 60s;
    server.settle();
    world.stuck_until_restart = true;
    server.meanwhile([this](World& at) {
        const bool in_the_proof = server.restarts() > 0 && at.running("RemoteAccess");
        if (in_the_proof && !stopped_ && ++calls_ > 60) stopped_ = at.stop_requested = true;
    });
    ASSERT_TRUE(server.live_until([&] { return stopped_; }, 2h)) << server.described();
    (void)server.stop();
    EXPECT_FALSE(is_reported_only(Reason::sstp_uri_unhealthy)) << "cut off while RRAS was starting";
    world.advance(2min);
    server.begin();
    server.live(30min);
    ASSERT_TRUE(server.all_connect());
    EXPECT_EQ(1U, server.restarts());
    EXPECT_EQ(1U, server.told(EventType::heal_succeeded)) << server.described();
}

TEST_F(WhatAHealLeaves, Row37a_ASymptomThatOutlivesTheRestartIsKnownThoughWeDiedInTheProof) {
    server.settle();
    world.traits.uri_status = 404;
    die_in_the_proof();
    server.live(2h);
    ASSERT_TRUE(server.is_dead());
    server.begin();
    server.live(days{3});
    EXPECT_LE(server.restarts(), 1U) << server.described();
    EXPECT_TRUE(server.finds(Reason::sstp_uri_unhealthy)) << server.described();
}

TEST_F(WhatAHealLeaves, Row91_TheRestartOfAProcessThatDiedInTheProofCountsForClientsThatStayAway) {
    server.begin();
    clients_dial_each_morning(16);
    world.traits.sstpsvc_keeps_hash = true;
    world.traits.ready_after = 30s;
    expire();
    server.count();
    die_in_the_proof();
    server.live(20min);
    ASSERT_TRUE(server.is_dead());
    server.begin();
    server.live(20min);
    ASSERT_EQ("2", server.everything_names()) << server.described();
    ASSERT_EQ(1U, server.restarts());
    EXPECT_FALSE(server.connects(kIpv4)) << "SstpSvc holds the old hash behind green probes";
    server.live(days{1} + 2h);
    EXPECT_TRUE(server.connects(kIpv4)) << server.described();
    EXPECT_EQ(2U, server.restarts());
}

TEST_F(WhatAHealLeaves, Row91_WhereRestartThenBroughtTheClientsTheNextHashChangesWithItAtOnce) {
    server.begin();
    clients_dial_each_morning(16);
    world.traits.sstpsvc_keeps_hash = true;
    expire();
    server.count();
    server.live(20min);
    ASSERT_FALSE(server.connects(kIpv4)) << "SstpSvc holds the old hash behind green probes";
    ASSERT_TRUE(server.live_until([&] { return server.restarts() == 2; }, days{1} + 2h)) << server.described();
    server.live(5min);
    clients_dial(world);
    server.live(10min);
    ASSERT_EQ(1U, server.told(EventType::heal_confirmed_by_client)) << server.described();
    EXPECT_NE(std::string::npos, server.described().find("On this server SstpSvc keeps the old hash")) << server.described();

    Certificate three = newer_certificate(3);
    three.not_before = world.wall - 1h;
    three.not_after = world.wall + days{90};
    add_certificate(world, three);
    stored(world, two.thumbprint)->certificate.not_after = world.wall - 1min;
    server.count();
    server.live(20min);
    EXPECT_EQ("3", server.everything_names()) << server.described();
    EXPECT_TRUE(server.all_connect()) << server.described();
    EXPECT_EQ(1U, server.restarts()) << server.described();
    clients_dial(world);
    server.live(days{1} + 2h);
    EXPECT_EQ(1U, server.restarts()) << server.described();
}

TEST_F(WhatAHealLeaves, Row36a_AnOutageIsTimedOnlyByTheProcessThatSawTheRestartWhole) {
    world.traits.ready_after = 60s;
    server.settle();
    expire();
    die_in_the_proof();
    server.live(20min);
    ASSERT_TRUE(server.is_dead());
    server.begin();
    server.live(20min);
    ASSERT_TRUE(server.all_connect()) << server.described();
    EXPECT_TRUE(server.record.contents().heals.outages.empty()) << "the one that recovered saw no more than its end";
}

TEST_F(WhatAHealLeaves, Row36a_IsOverWhenWhatItLeftIsWholeWhateverElseIsCritical) {
    close_incomplete([](World& at, bool with_two) { at.sstp_broken = with_two; });
    EXPECT_TRUE(server.finds(Reason::heal_incomplete, Severity::critical)) << server.described();
    bind_address(world, world.interface_addresses.front(), add_ended(6));   // state 22
    server.live(10min);
    EXPECT_TRUE(server.finds(Reason::heal_incomplete, Severity::critical)) << "clients still get less than before: " << server.described();
    server.meanwhile([](World& at) { at.sstp_broken = false; });
    server.live(10min);
    ASSERT_TRUE(server.finds(Reason::binding_shadowed, Severity::critical)) << server.described();
    EXPECT_FALSE(server.finds(Reason::heal_incomplete)) << server.described();
}

TEST_F(WhatAHealLeaves, Row36a_WhatAnIncompleteHealPutInForceIsToldAsNobodyElsesChoice) {
    close_incomplete([](World& at, bool with_two) { at.listener_off[kIpv6] = with_two; });   // IPv4 works with it
    EXPECT_EQ(0U, server.told(EventType::certificate_adopted)) << "while it is open: " << server.described();
    server.live(days{1});
    EXPECT_TRUE(server.connects(kIpv4));
    EXPECT_EQ(0U, server.told(EventType::certificate_adopted)) << server.described();
    server.meanwhile([](World& at) { at.listener_off[kIpv6] = false; });
    server.live(1h);
    clients_dial(world);
    server.live(1h);
    EXPECT_EQ(0U, server.told(EventType::certificate_adopted)) << server.described();
    EXPECT_FALSE(server.finds(Reason::heal_incomplete)) << server.described();
    // And what somebody else chooses afterwards is his.
    const Certificate theirs = make_certificate(7, {"ras.example.com"});
    add_certificate(world, theirs);
    move_everything(world, theirs, 1);
    server.live(1h);
    EXPECT_EQ(1U, server.told(EventType::certificate_adopted)) << server.described();
}

TEST_F(WhatAHealLeaves, Row36a_NorByTheProcessThatBeginsBehindIt) {
    close_incomplete([](World& at, bool with_two) { at.listener_off[kIpv6] = with_two; });
    server.crash();
    server.meanwhile([](World& at) { at.listener_off[kIpv6] = false; });
    server.begin();
    server.live(1h);
    EXPECT_EQ(0U, server.told(EventType::certificate_adopted)) << server.described();
    EXPECT_FALSE(server.finds(Reason::heal_incomplete)) << server.described();
    EXPECT_TRUE(server.all_connect());
}

}  // namespace
}  // namespace sstp::test
