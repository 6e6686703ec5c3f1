// field/servers.md, rows 49 to 90, those that are stories.

#include "tests/core/servers/watched_server.h"

#include <gtest/gtest.h>

#include <utility>

namespace sstp::test {
namespace {

using namespace std::chrono_literals;
using namespace simulated;
using std::chrono::days;

class Ourselves : public testing::Test {
protected:
    WatchedServer server;
    World& world = server.world;
    const Certificate one = make_certificate(1);
    const Certificate two = newer_certificate(2);

    void expire() {
        add_certificate(world, two);
        stored(world, one.thumbprint)->certificate.not_after = world.wall - 1min;
    }
};

/// The clock jumps between two calls of one look, behind the first call of that kind.
class ClockJumps final : public Adversary {
public:
    ClockJumps(World& world, PortCall behind, Duration by) : world_(world), behind_(behind), by_(by) { world_.adversary = this; }
    ~ClockJumps() override { world_.adversary = nullptr; }
    Verdict on_call(PortCall call, std::uint64_t /*number*/) override {
        seen_ = seen_ || call == behind_;
        return {};
    }
    void between_calls(World& world) override {
        if (seen_) set_clock_off(world, std::exchange(by_, Duration{0}));
    }

private:
    World& world_;
    PortCall behind_;
    Duration by_;
    bool seen_ = false;
};

TEST_F(Ourselves, Row49_TheLastGoodPolicyHoldsWhenTheFileIsGone) {
    server.policy = R"({"mode": "observe"})";
    server.settle();
    world.files.erase("policy.json");
    expire();
    server.live(1h);
    EXPECT_EQ(0U, server.writes());
    EXPECT_EQ(Permission::observe_by_policy, server.last().permission);
    server.policy_file_is_gone = true;
    server.crash();
    server.begin();
    server.live(1h);
    EXPECT_EQ(0U, server.writes()) << "nor after a start without it";
    EXPECT_EQ(Permission::observe_by_policy, server.last().permission);
}

TEST_F(Ourselves, Row39_AYearOfNightlyRebootsAndRenewalsEvery47Days) {
    StoredCertificate& first = *stored(world, one.thumbprint);
    first.certificate.not_before = world.wall - days{5};
    first.certificate.not_after = world.wall + days{42};
    server.policy = R"({"watch": {"interval": "1h"}})";
    server.settle();
    std::uint64_t number = 10;
    int renewals = 0;
    for (int day = 1; day <= 365; ++day) {
        if (day % 37 == 0) {
            Certificate next = make_certificate(++number);
            next.not_before = world.wall - 1h;
            next.not_after = world.wall + days{47};
            add_certificate(world, next);
            ++renewals;
        }
        const auto today = std::chrono::floor<days>(world.wall);
        server.live(std::max<Duration>(today + days{1} + 4h - world.wall, 1s));
        server.boot();
        server.live(1min);
        clients_dial(world);
        server.live(1h);   // somebody works early
        world.sessions.clear();
    }
    EXPECT_EQ(std::to_string(number), server.everything_names());
    EXPECT_EQ(static_cast<std::uint64_t>(renewals), server.restarts());
    EXPECT_EQ(0U, server.told(EventType::budget_exhausted));
    EXPECT_TRUE(server.all_connect());
}

TEST_F(Ourselves, Row52_AFailedProbeOnceIsNotCriticalYet) {
    server.settle();
    world.listener_off[kIpv4] = true;
    server.look();
    EXPECT_TRUE(server.finds(Reason::listener_unreachable_ipv4, Severity::warning));
    world.listener_off[kIpv4] = false;
    server.live(1h);
    EXPECT_EQ(0U, server.restarts());
}

TEST_F(Ourselves, Row53_StoppedRrasIsOneCriticalWithItsEchoesBelow) {
    server.settle();
    stop_service(world, "RemoteAccess");
    server.live(10min);
    const auto& findings = server.last().findings;
    EXPECT_EQ(1, std::count_if(findings.begin(), findings.end(), [](const Finding& each) { return each.severity == Severity::critical; }));
    EXPECT_TRUE(server.finds(Reason::service_stopped, Severity::critical));
}

TEST_F(Ourselves, Row58a_AHashCorrectedByHandBeforeOurFirstLookIsReadAtTheNextWindow) {
    store_hashes(world, make_certificate(9));
    set_flag(world, 0);
    world.parameters_written = world.wall - 10min;
    world.rras.sha256 = make_certificate(9).hash;
    store_hashes(world, one);
    server.begin();
    server.live(1h);
    EXPECT_TRUE(server.finds(Reason::hash_newer_than_service));
    EXPECT_EQ(0U, server.restarts());
    server.live_through_the_window();
    EXPECT_EQ(1U, server.restarts());
    EXPECT_TRUE(server.all_connect());
}

TEST_F(Ourselves, Row72a_APortThatRrasHasNotTakenUpYetStopsAllWriting) {
    server.settle();
    world.set_parameter(SstpValue::listener_port, RawValue::dword(4443));
    server.live(1h);
    EXPECT_TRUE(server.finds(Reason::configuration_pending, Severity::warning));
    EXPECT_EQ(0U, server.writes());
}

TEST_F(Ourselves, Row73_AKillSwitchThatARefreshRewritesIsNotSeenAsOff) {
    server.settle();
    world.kill_switch = RawValue{RawValue::kText, {'o', 0, 'b', 0, 's', 0, 'e', 0, 'r', 0, 'v', 0, 'e', 0, 0, 0}};
    server.live(1min);
    const auto text = world.kill_switch;
    expire();
    world.kill_switch.reset();
    server.look();
    EXPECT_EQ(Permission::observe_by_kill_switch, server.last().permission);
    EXPECT_EQ(0U, server.writes());
    world.kill_switch = text;
    server.live(1h);
    EXPECT_EQ(0U, server.writes());
}

TEST_F(Ourselves, Row79_AnInvalidPolicyThatSaysObservObserves) {
    server.settle();
    server.new_policy(R"({"mode": "observ"})");
    expire();
    server.live(1h);
    EXPECT_EQ(0U, server.writes());
    EXPECT_TRUE(server.finds(Reason::policy_invalid, Severity::warning));
}

TEST_F(Ourselves, Row82a_ARenamedServerKeepsEverything) {
    server.settle();
    const std::string id = server.record.contents().installation_id;
    world.machine.computer_name = "VPN7";
    server.boot();
    EXPECT_EQ(id, server.record.contents().installation_id);
    EXPECT_TRUE(server.record.contents().learned);
    EXPECT_EQ(1U, server.told(EventType::machine_identity_changed));
}

TEST_F(Ourselves, Row82b_ACloneWithAnotherNameAndUuidBeginsAnew) {
    server.settle();
    const std::string id = server.record.contents().installation_id;
    world.machine.computer_name = "VPN8";
    world.machine.smbios_uuid = "00000000-0000-0000-0000-ac1f6b000099";
    server.boot();
    EXPECT_NE(id, server.record.contents().installation_id);
}

TEST_F(Ourselves, Row83_AHealAtNightIsConfirmedInTheMorningWithoutAWarningBefore) {
    server.settle();
    add_certificate(world, two);
    server.live_through_the_window();
    EXPECT_EQ("2", server.everything_names());
    EXPECT_FALSE(server.finds(Reason::no_client_since_heal));
    const auto today = std::chrono::floor<days>(world.wall);
    server.live(today + 7h + 40min - world.wall);
    EXPECT_FALSE(server.finds(Reason::no_client_since_heal));
    clients_dial(world);
    server.live(10min);
    EXPECT_EQ(1U, server.told(EventType::heal_confirmed_by_client));
}

TEST_F(Ourselves, Row88b_TwoValuesThreeSecondsApartAreOneHeal) {
    server.settle();
    add_certificate(world, make_certificate(6));
    bind(world, kIpv4, make_certificate(6));
    server.live(3s);
    store_hashes(world, make_certificate(6));
    server.live(30min);
    EXPECT_EQ("1", server.everything_names());
    EXPECT_LE(server.restarts(), 1U);
}

TEST_F(Ourselves, Row90_AnHttpEvent15021BringsALookAtOnceWithKeysAskedAnew) {
    server.settle();
    add_certificate(world, make_certificate(6));
    server.live(10min);   // its coming had the keys asked; they are remembered for an hour
    const auto opened = world.keys_opened;
    server.live(10min);
    ASSERT_EQ(opened, world.keys_opened);
    stored(world, one.thumbprint)->certificate.key = KeyState::unusable;
    clients_dial(world);   // fails, and HTTP.SYS says so
    server.live(5s);
    EXPECT_GT(world.keys_opened, opened);
    EXPECT_TRUE(server.finds(Reason::private_key_unusable, Severity::critical) || server.everything_names() == "6") << server.described();
    EXPECT_GE(server.told(EventType::http_event_seen), 1U);
    server.live(10min);
    EXPECT_EQ("6", server.everything_names());
    EXPECT_TRUE(server.all_connect());
}

// The time service sets a clock in steps too, and a bad sample is put right seconds later: what rests on dates waits for a minute,
// whichever call of a look the jump falls behind (DESIGN 7.10).
TEST_F(Ourselves, AClockThatJumpsInTheMiddleOfALookDecidesNothing) {
    for (const PortCall behind : {PortCall::kill_switch_read, PortCall::bindings_all, PortCall::sessions_read, PortCall::probe}) {
        WatchedServer other;
        Certificate long_lived = newer_certificate(2);
        long_lived.not_after = other.world.wall + days{365};
        other.settle();
        add_certificate(other.world, long_lived);
        other.live(20min);
        {
            ClockJumps jumps(other.world, behind, other.world.stores["MY"].front().certificate.not_after - other.world.wall + days{2});
            other.look();
        }
        set_clock_off(other.world, other.world.clock_behind);
        other.live(5min);
        EXPECT_EQ(0U, other.writes()) << word(behind) << '\n' << other.described();
    }
}

TEST_F(Ourselves, AnEndThatAJumpInTheMiddleOfALookBringsIsCriticalOnce) {
    server.settle();
    ClockJumps jumps(world, PortCall::kill_switch_read, days{300});
    server.live(30min);
    std::size_t criticals = 0;
    for (const JournalEvent& each : server.record.events()) {
        const auto reason = each.fields.find("reason");
        const bool is_it = each.type == EventType::finding_raised && reason != each.fields.end() && reason->second == "certificate_expired";
        if (is_it && each.fields.at("severity") == "critical") ++criticals;
    }
    EXPECT_EQ(1U, criticals) << server.described();
}

TEST_F(Ourselves, ASessionOfAClockThatWasAheadConfirmsNoHeal) {
    server.settle();
    set_clock_off(world, days{10});
    server.live(5min);
    clients_dial(world);
    server.live(5min);
    set_clock_off(world, -days{10});
    server.live(10min);
    server.count();
    expire();
    server.live(10min);
    ASSERT_EQ(1U, server.told(EventType::heal_succeeded)) << server.described();
    EXPECT_EQ(0U, server.told(EventType::heal_confirmed_by_client)) << server.described();
    clients_dial(world);
    server.live(10min);
    EXPECT_EQ(1U, server.told(EventType::heal_confirmed_by_client)) << server.described();
}

TEST_F(Ourselves, ACrashAtAnyMomentOfAHealIsRecovered) {
    server.settle();
    expire();
    server.live(2s);
    server.crash();
    server.begin();
    server.live(30min);
    EXPECT_EQ("2", server.everything_names());
    EXPECT_TRUE(server.all_connect());
}

TEST_F(Ourselves, ThePlannedRenewalWaitsWithItsPriceAndIsConfirmedByAClient) {
    server.settle();
    add_certificate(world, two);
    server.live(20min);   // beyond the quiet period of what is no outage, eight times limits.quiet_period
    ASSERT_TRUE(server.last().plan) << server.described();
    EXPECT_EQ(Urgency::planned, server.last().plan->urgency);
    EXPECT_EQ("outside_window", server.decision());
    EXPECT_TRUE(server.last().planned_for);
    server.live_through_the_window();
    EXPECT_EQ(1U, server.restarts());
    clients_dial(world);
    server.live(5min);
    EXPECT_EQ(1U, server.told(EventType::heal_confirmed_by_client));
}

}  // namespace
}  // namespace sstp::test
