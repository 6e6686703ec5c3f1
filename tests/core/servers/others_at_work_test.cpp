// field/servers.md: what others do at the server while we watch, prove or may only look (rows 28, 30, 32, 58, 59, 85, 88), as stories.

#include "tests/core/servers/story.h"

namespace sstp::test {
namespace {

using namespace std::chrono_literals;
using namespace simulated;
using std::chrono::days;

constexpr char kObserve[] = "observe";

RawValue text(const std::string& ascii) {
    Bytes data;
    for (const char c : ascii + '\0') data.insert(data.end(), {static_cast<std::uint8_t>(c), 0});
    return RawValue{RawValue::kText, std::move(data)};
}

class OthersAtWork : public Story {
protected:
    /// Somebody acts once, a while after RRAS has started with the new certificate: in the middle of our proof.
    void in_the_proof(std::function<void(World&)> act) {
        server.meanwhile([this, act = std::move(act)](World& at) {
            if (acted_ || at.rras.sha256 != two.hash) return;
            if (!since_) since_ = at.elapsed;
            if (at.elapsed - *since_ < 20s) return;
            acted_ = true;
            act(at);
        });
    }
    void let_rras_read_an_old_hash_while_we_observe() {
        server.policy = R"({"mode": "observe"})";
        server.settle();
        const Certificate old = add_ended(6);
        store_hashes(world, old);
        restart_rras(world);
        server.live(1h);
    }
    std::optional<Duration> since_;
    bool acted_ = false;
};

TEST_F(OthersAtWork, Row10e_WhatWasMovedWithARestartWhileALookReadItIsReadAgain) {
    server.settle();
    const Certificate renamed = make_certificate(5, {"ras.example.com"});
    add_certificate(world, renamed);
    server.windows_answers([&, calls = 0](PortCall call) mutable {
        if (call == PortCall::parameters_read && ++calls == 8)
            move_everything(world, renamed, 0);   // some values were read, others were not
        return Verdict{};
    });
    server.live(1h);
    EXPECT_EQ("5", server.everything_names()) << server.described();
    EXPECT_EQ(0U, server.writes()) << server.described();
    EXPECT_TRUE(server.finds(Reason::choice_not_confirmed)) << server.described();
}

TEST_F(OthersAtWork, Row28b_WhatRrasHasReadIsPutRightByTheScheduleAndToldAsNotLasting) {
    server.settle();
    const Certificate old = add_ended(6);
    // Group Policy writes the old hash, and something restarts RRAS on it.
    for (int i = 0; i < 32; ++i) {
        store_hashes(world, old);
        restart_rras(world);
        server.live(90min);
    }
    // At once, after 1 h, 4 h, a day: the second of two days begins after the third put-back.
    EXPECT_LE(server.restarts(), 5U) << server.described();
    EXPECT_GE(server.restarts(), 3U) << server.described();
    EXPECT_TRUE(server.finds(Reason::heal_does_not_last, Severity::warning)) << server.described();
    EXPECT_NE(std::string::npos, server.said_of(Reason::heal_does_not_last).find("Sha256CertificateHash"))
        << server.said_of(Reason::heal_does_not_last);
    server.live(days{3});   // whoever did that has stopped
    EXPECT_EQ("1", server.everything_names()) << server.described();
    EXPECT_TRUE(server.all_connect());
    EXPECT_FALSE(server.finds(Reason::heal_does_not_last));
}

TEST_F(OthersAtWork, Row30_IsToldWithWhatHappenedJustBeforeRemoteAccessStopped) {
    server.settle();
    add_certificate(world, two);
    server.live(20s);
    bind_both(world, two);
    server.live(5s);
    stop_service(world, "RemoteAccess");
    server.live(5min);
    const std::string said = server.said_of(Reason::service_stopped);
    EXPECT_NE(std::string::npos, said.find("In the minutes before")) << said;
    server.live(days{1});
    EXPECT_EQ(0U, server.restarts());
    EXPECT_EQ(0U, server.writes());
}

TEST_F(OthersAtWork, Row30_AndNothingIsSaidOfItWhereNothingHappenedBefore) {
    server.settle();
    server.live(days{1});
    stop_service(world, "RemoteAccess");
    server.live(5min);
    const std::string said = server.said_of(Reason::service_stopped);
    EXPECT_NE("", said);
    EXPECT_EQ(std::string::npos, said.find("In the minutes before")) << said;
}

TEST_F(OthersAtWork, Row32b_AStaleSha1ThatRrasReadsIsCriticalAndPutBackWithoutARestartWhileRrasHoldsTheRightOne) {
    world.set_parameter(SstpValue::sha1_enabled, RawValue::dword(1));
    restart_rras(world);
    server.settle();
    world.set_parameter(SstpValue::sha1_certificate_hash, RawValue::binary(make_certificate(9).thumbprint.to_vector()));
    server.live(5s);
    EXPECT_TRUE(server.finds(Reason::hash_sha1_mismatch, Severity::critical)) << server.described();
    server.live(15min);
    EXPECT_EQ("1", server.everything_names());
    EXPECT_EQ(0U, server.restarts());
}

TEST_F(OthersAtWork, Row32b_AndWithOneRestartWhereRrasHasReadTheStaleOne) {
    world.set_parameter(SstpValue::sha1_enabled, RawValue::dword(1));
    restart_rras(world);
    server.settle();
    world.set_parameter(SstpValue::sha1_certificate_hash, RawValue::binary(make_certificate(9).thumbprint.to_vector()));
    restart_rras(world);
    server.live(5s);
    EXPECT_TRUE(server.finds(Reason::hash_sha1_mismatch, Severity::critical)) << server.described();
    server.live_through_the_window();
    EXPECT_EQ("1", server.everything_names()) << server.described();
    EXPECT_EQ(1U, server.restarts());
    EXPECT_EQ(one.thumbprint, world.rras.sha1);
}

TEST_F(OthersAtWork, Row58b_AHashThatRrasReadWhileWeOnlyObservedNeedsARestart) {
    let_rras_read_an_old_hash_while_we_observe();
    ASSERT_FALSE(server.connects(kIpv4));
    EXPECT_EQ(0U, server.writes());
    server.new_policy(R"({"mode": "heal"})");
    server.live(15min);
    EXPECT_EQ("1", server.everything_names()) << server.described();
    EXPECT_EQ(1U, server.restarts()) << "RRAS holds the old hash: writing alone cures nobody";
    EXPECT_TRUE(server.all_connect());
}

TEST_F(OthersAtWork, Row58b_AlsoWhereEverythingStoredWasPutRightByHandMeanwhile) {
    let_rras_read_an_old_hash_while_we_observe();
    bind_both(world, one);
    store_hashes(world, one);
    server.live(1h);
    ASSERT_EQ("1", server.everything_names());
    ASSERT_FALSE(server.connects(kIpv4));
    EXPECT_TRUE(server.finds(Reason::hash_newer_than_service, Severity::critical)) << server.described();
    server.new_policy(R"({"mode": "heal"})");
    server.live(15min);
    EXPECT_EQ(1U, server.restarts()) << server.described();
    EXPECT_EQ(0U, server.writes(PortCall::parameters_write));
    EXPECT_TRUE(server.all_connect());
}

TEST_F(OthersAtWork, Row59_WhatRrasReadUnderTheKillSwitchIsNeverPutBackWithoutARestart) {
    server.settle();
    world.kill_switch = text(kObserve);
    server.live(2min);
    const Certificate old = add_ended(6);
    store_hashes(world, old);   // Group Policy writes B,
    server.live(10min);
    restart_rras(world);        // and an administrator restarts RRAS
    server.live(1h);
    ASSERT_EQ(old.hash, world.rras.sha256);
    EXPECT_EQ(0U, server.writes());
    world.kill_switch.reset();
    server.live(30min);
    EXPECT_EQ("1", server.everything_names()) << server.described();
    EXPECT_EQ(1U, server.restarts());
    EXPECT_TRUE(server.all_connect());
}

TEST_F(OthersAtWork, Row85_AToolThatPutsItsOwnNewerOneEverywhereWhileWeProveEndsOurHeal) {
    world.traits.ready_after = 60s;
    server.settle();
    expire();
    Certificate three = newer_certificate(3);
    three.not_before += 1h;
    three.not_after += days{1};
    in_the_proof([&](World& at) {
        add_certificate(at, three);
        move_everything(at, three, 1);
    });
    server.live(1h);
    ASSERT_TRUE(acted_);
    EXPECT_EQ("3", server.everything_names()) << server.described();
    EXPECT_EQ(1U, server.restarts()) << "ours; none for the tool's";
    EXPECT_EQ(0U, server.told(EventType::heal_undone));
    EXPECT_FALSE(server.record.contents().open_heal);
    EXPECT_TRUE(server.all_connect());
    const auto writes = server.writes();
    server.live(days{1});
    EXPECT_EQ(writes, server.writes());
    EXPECT_EQ("3", server.everything_names());
}

TEST_F(OthersAtWork, Row85_AlsoWhereItsRestartFollowsOursWithinASecondInAProcessOfSeveralServices) {
    world.traits.remote_access_shares_process = true;
    world.traits.ready_after = 60s;
    server.settle();
    expire();
    Certificate three = newer_certificate(3);
    three.not_before += 1h;
    three.not_after += days{1};
    server.meanwhile([&](World& at) {
        if (acted_ || at.rras.sha256 != two.hash) return;
        if (!since_) since_ = at.elapsed;
        if (at.elapsed - *since_ < 300ms) return;
        acted_ = true;
        add_certificate(at, three);
        move_everything(at, three, 1);
    });
    server.live(1h);
    ASSERT_TRUE(acted_);
    EXPECT_EQ("3", server.everything_names()) << server.described();
    EXPECT_EQ(1U, server.restarts()) << "ours; none for the tool's";
    EXPECT_FALSE(server.finds(Reason::hash_newer_than_service)) << server.described();
    EXPECT_TRUE(server.all_connect());
}

TEST_F(OthersAtWork, Row88a_AValueThatIsDeletedDuringTheProofIsPutRightInTheSameHeal) {
    world.traits.ready_after = 60s;
    server.settle();
    expire();
    in_the_proof([](World& at) { at.set_parameter(SstpValue::sha1_certificate_hash, std::nullopt); });
    server.live(30min);
    ASSERT_TRUE(acted_);
    EXPECT_EQ("2", server.everything_names()) << server.described();
    EXPECT_EQ(1U, server.restarts());
    EXPECT_EQ(1U, server.told(EventType::heal_started));
    EXPECT_TRUE(server.all_connect());
}

TEST_F(OthersAtWork, Row88a_AlsoARecordThatClientsNeed) {
    world.traits.ready_after = 60s;
    server.settle();
    expire();
    in_the_proof([](World& at) { drop_binding(at, kIpv4); });
    server.live(30min);
    ASSERT_TRUE(acted_);
    EXPECT_EQ("2", server.everything_names()) << server.described();
    EXPECT_EQ(1U, server.restarts());
    EXPECT_TRUE(server.all_connect());
}

}  // namespace
}  // namespace sstp::test
