// field/servers.md, rows 1 to 20, as stories: what the watchdog does and what clients get.

#include "tests/core/servers/watched_server.h"

#include <gtest/gtest.h>

namespace sstp::test {
namespace {

using namespace std::chrono_literals;
using namespace simulated;
using std::chrono::days;

class WhichCertificate : public testing::Test {
protected:
    WatchedServer server;
    World& world = server.world;
    const Certificate one = make_certificate(1);
    const Certificate two = newer_certificate(2);
};

TEST_F(WhichCertificate, Row1a_TheInternalCasNewerCertificateOfTheSameNameIsNoSuccessor) {
    server.settle();
    Certificate internal = of_private_ca(newer_certificate(2));
    internal.not_after += days{365};
    add_certificate(world, internal);
    server.live(days{3});
    EXPECT_EQ("1", server.everything_names());
    EXPECT_EQ(0U, server.restarts());
    EXPECT_TRUE(server.finds(Reason::successor_other_ca, Severity::information));
    EXPECT_TRUE(server.all_connect());
}

TEST_F(WhichCertificate, Row1b_WithNothingLearnedTwoCasAreAmbiguous) {
    add_certificate(world, of_private_ca(newer_certificate(2)));
    server.begin();
    EXPECT_TRUE(server.finds(Reason::ambiguous_certificate, Severity::warning));
    server.live(days{1});
    EXPECT_EQ("1", server.everything_names());
    EXPECT_EQ(0U, server.restarts());
}

TEST_F(WhichCertificate, Row2_BetweenDeletionAndRenewalNothingIsBoundAndThenTwoOnce) {
    server.settle();
    add_certificate(world, of_private_ca(newer_certificate(3)));
    server.live(1min);
    remove_certificate(world, one.thumbprint);
    server.live(40s);
    EXPECT_EQ(0U, server.writes());
    EXPECT_TRUE(server.all_connect()) << "listeners go on serving it from memory";
    add_certificate(world, two);
    server.live(days{1});
    EXPECT_EQ("2", server.everything_names());
    EXPECT_LE(server.restarts(), 1U);
    EXPECT_TRUE(server.all_connect());
}

TEST_F(WhichCertificate, Row3a_ASuccessorOfTheSamePrivateRootIsPlannedWork) {
    stored(world, one.thumbprint)->certificate = of_private_ca(one);
    world.roots_outside["CN=Corp Root"] = {true, true};
    server.settle();
    add_certificate(world, of_private_ca(two));
    server.live(1h);
    EXPECT_EQ(0U, server.restarts()) << "it waits for the window";
    EXPECT_EQ("outside_window", server.decision());
    server.live_through_the_window();
    EXPECT_EQ("2", server.everything_names());
    EXPECT_EQ(1U, server.restarts());
}

TEST_F(WhichCertificate, Row3b_ASuccessorOfAnotherPrivateRootIsReported) {
    stored(world, one.thumbprint)->certificate = of_private_ca(one);
    world.roots_outside["CN=Corp Root"] = {true, true};
    server.settle();
    add_certificate(world, of_private_ca(two, "Other Root"));
    server.live(days{2});
    EXPECT_EQ("1", server.everything_names());
    EXPECT_TRUE(server.finds(Reason::successor_other_ca));
    EXPECT_EQ(0U, server.writes());
}

TEST_F(WhichCertificate, Row4_ArchivedByAutoEnrolmentWaitsForTheHoursOfTheWindow) {
    server.settle();
    add_certificate(world, two);
    archive_certificate(world, one.thumbprint, two.thumbprint);
    server.live(2h);
    EXPECT_EQ(0U, server.restarts());
    EXPECT_NE(Severity::critical, worst(server.last().findings));
    server.live_through_the_window();
    EXPECT_EQ("2", server.everything_names());
    EXPECT_EQ(1U, server.restarts());
    EXPECT_TRUE(server.all_connect());
}

TEST_F(WhichCertificate, Row5a_DeletedButServedWithASuccessorIsAWarningAndSoon) {
    server.settle();
    add_certificate(world, two);
    remove_certificate(world, one.thumbprint);
    server.live(2h);
    EXPECT_TRUE(server.finds(Reason::certificate_missing, Severity::warning));
    EXPECT_EQ(0U, server.restarts());
    server.live_through_the_window();
    EXPECT_EQ("2", server.everything_names());
    EXPECT_EQ(1U, server.restarts());
}

TEST_F(WhichCertificate, Row5b_DeletedWithoutASuccessorIsCriticalForTheNextStartFails) {
    server.settle();
    remove_certificate(world, one.thumbprint);
    server.live(1h);
    EXPECT_EQ(Severity::critical, worst(server.last().findings));
    EXPECT_EQ(0U, server.writes());
    EXPECT_TRUE(server.all_connect());
}

TEST_F(WhichCertificate, Row6_ARenewalLinkThatListenersServeIsFollowedAtOnce) {
    world.traits.follows_renewal_link = true;
    server.settle();
    add_certificate(world, two);
    archive_certificate(world, one.thumbprint, two.thumbprint);
    EXPECT_FALSE(server.connects(kIpv4)) << "crypto binding compares with the old hash";
    server.live(5min);
    EXPECT_EQ("2", server.everything_names());
    EXPECT_EQ(1U, server.restarts());
    EXPECT_TRUE(server.all_connect());
}

TEST_F(WhichCertificate, Row7a_ARenewalLinkToAnUnfitCertificateIsSaidAndNothingRestarts) {
    world.traits.follows_renewal_link = true;
    server.settle();
    Certificate unfit = two;
    unfit.purposes = std::vector<std::string>{"1.3.6.1.5.5.7.3.2"};
    add_certificate(world, unfit);
    archive_certificate(world, one.thumbprint, unfit.thumbprint);
    server.live(1h);
    EXPECT_TRUE(server.finds(Reason::served_by_renewal_link));
    EXPECT_EQ(0U, server.restarts());
}

TEST_F(WhichCertificate, Row8a_ASuccessorOfOnlySomeNamesWaitsWhileTheOldOneWorks) {
    stored(world, one.thumbprint)->certificate.dns_names = {"vpn.example.com", "www.example.com", "example.com"};
    server.settle();
    add_certificate(world, two);
    server.live(days{2});
    EXPECT_EQ("1", server.everything_names());
    EXPECT_EQ(0U, server.writes());
}

TEST_F(WhichCertificate, Row8b_WhenTheOldOneHasEndedTheSecondChoiceIsTakenAndNotLearned) {
    StoredCertificate& in_force = *stored(world, one.thumbprint);
    in_force.certificate.dns_names = {"vpn.example.com", "www.example.com", "example.com"};
    server.settle();
    add_certificate(world, two);
    stored(world, one.thumbprint)->certificate.not_after = world.wall - 1min;
    server.live(10min);
    EXPECT_EQ("2", server.everything_names());
    EXPECT_TRUE(server.finds(Reason::names_changed)) << server.described();
    EXPECT_TRUE(server.all_connect());
    clients_dial(world);
    server.live(2h);
    EXPECT_EQ(3U, server.record.contents().learned->names.size());
}

TEST_F(WhichCertificate, Row8c_OneThatLacksThePrimaryNameIsNeverASecondChoice) {
    stored(world, one.thumbprint)->certificate.dns_names = {"vpn.example.com", "www.example.com", "example.com"};
    server.settle();
    add_certificate(world, newer_certificate(2, {"www.example.com"}));
    stored(world, one.thumbprint)->certificate.not_after = world.wall - 1min;
    server.live(1h);
    EXPECT_EQ(0U, server.writes());
    EXPECT_TRUE(server.finds(Reason::ambiguous_certificate));
    add_certificate(world, newer_certificate(3));
    server.live(15min);
    EXPECT_EQ("3", server.everything_names());
}

TEST_F(WhichCertificate, Row9a_AWildcardThatCoversTheNameIsPlannedWork) {
    server.settle();
    add_certificate(world, newer_certificate(2, {"*.example.com"}));
    server.live_through_the_window();
    EXPECT_EQ("2", server.everything_names());
    EXPECT_EQ(1U, server.restarts());
    EXPECT_TRUE(server.all_connect());
}

TEST_F(WhichCertificate, Row10a_SetRemoteAccessWithTheFlagIsAdopted) {
    server.settle();
    const Certificate ras = make_certificate(4, {"ras.example.com"});
    add_certificate(world, ras);
    move_everything(world, ras, 1);
    server.live(days{2});
    EXPECT_EQ("4", server.everything_names());
    EXPECT_EQ(0U, server.writes());
    EXPECT_EQ(1U, server.told(EventType::certificate_adopted));
    EXPECT_TRUE(server.world.client_connects(kIpv4, "ras.example.com"));
}

TEST_F(WhichCertificate, Row10b_WithoutTheFlagTheFirstSessionAdopts) {
    server.settle();
    const Certificate ras = make_certificate(4, {"ras.example.com"});
    add_certificate(world, ras);
    move_everything(world, ras, 0);
    server.live(1h);
    EXPECT_EQ(0U, server.writes());
    clients_dial(world, "ras.example.com");
    server.live(1h);
    EXPECT_EQ("4", server.everything_names());
    EXPECT_EQ(1U, server.told(EventType::certificate_adopted));
}

TEST_F(WhichCertificate, Row10c_WithoutTheFlagAndWithoutASessionItIsLeftAloneAndSaid) {
    server.settle();
    const Certificate ras = make_certificate(4, {"ras.example.com"});
    add_certificate(world, ras);
    move_everything(world, ras, 0);
    server.live(days{1});
    EXPECT_EQ("4", server.everything_names());
    EXPECT_EQ(0U, server.writes());
    EXPECT_TRUE(server.finds(Reason::choice_not_confirmed));
    server.heal_asked(true);
    EXPECT_EQ("1", server.everything_names()) << "an administrator's heal moves back what is not adopted yet";
}

TEST_F(WhichCertificate, Row10d_WhatThePolicyNamesOutranksTheChange) {
    server.policy = R"({"certificate": {"dns_names": ["vpn.example.com"]}})";
    server.settle();
    const Certificate ras = make_certificate(4, {"ras.example.com"});
    add_certificate(world, ras);
    move_everything(world, ras, 1);
    server.live(days{1});
    EXPECT_EQ("1", server.everything_names());
    EXPECT_TRUE(server.all_connect());
}

TEST_F(WhichCertificate, Row11a_AHashThatSomebodyMovedIsPutBackWithoutARestart) {
    server.settle();
    add_certificate(world, make_certificate(4, {"ras.example.com"}));
    store_hashes(world, make_certificate(4, {"ras.example.com"}));
    server.live(15min);
    EXPECT_EQ("1", server.everything_names());
    EXPECT_EQ(0U, server.restarts()) << "RRAS still holds the right one";
    EXPECT_TRUE(server.all_connect());
}

TEST_F(WhichCertificate, Row11b_ARecordThatSomebodyMovedIsPutBack) {
    server.settle();
    add_certificate(world, make_certificate(4, {"ras.example.com"}));
    bind(world, kIpv6, make_certificate(4, {"ras.example.com"}));
    server.live(15min);
    EXPECT_EQ("1", server.everything_names());
    EXPECT_EQ(0U, server.restarts());
    EXPECT_TRUE(server.all_connect());
}

TEST_F(WhichCertificate, Row11c_BothRecordsMovedAheadGoBackAndTheSuccessorWaitsForTheWindow) {
    server.settle();
    add_certificate(world, two);
    bind_both(world, two);
    server.live(15min);
    EXPECT_EQ("1", server.everything_names());
    EXPECT_EQ(0U, server.restarts());
    server.live_through_the_window();
    EXPECT_EQ("2", server.everything_names());
    EXPECT_EQ(1U, server.restarts());
}

TEST_F(WhichCertificate, Row12_AComputerCertificateNeverReplacesAServingSelfSignedOneOnAFirstLook) {
    Certificate own = self_signed(one, false);
    own.dns_names.clear();
    own.subject_cn = "VPN Server";
    stored(world, one.thumbprint)->certificate = own;
    add_certificate(world, of_private_ca(make_certificate(5, {"vpn1.corp.example"})));
    server.begin();
    server.live(days{2});
    EXPECT_EQ(0U, server.writes());
    EXPECT_TRUE(server.finds(Reason::ambiguous_certificate, Severity::warning)) << server.described();
    EXPECT_EQ("1", server.everything_names());
}

TEST_F(WhichCertificate, Row14_AKeyThatWeCannotOpenIsUsableWhileListenersServeIt) {
    server.settle();
    StoredCertificate& in_force = *stored(world, one.thumbprint);
    in_force.certificate.key = KeyState::unknown;
    in_force.certificate.key_explanation = "RPC server unavailable (1722)";
    in_force.http_sys_uses_key = true;
    add_certificate(world, make_certificate(6));
    server.live(days{1});
    EXPECT_EQ("1", server.everything_names());
    EXPECT_EQ(0U, server.writes());
    EXPECT_NE(Severity::critical, worst(server.last().findings));
}

TEST_F(WhichCertificate, Row15a_TheKeyIsGoneAndAnotherFitOneIsThere) {
    server.settle();
    add_certificate(world, make_certificate(6));
    stored(world, one.thumbprint)->certificate.key = KeyState::unusable;
    server.live(15min);
    EXPECT_EQ("6", server.everything_names());
    EXPECT_TRUE(server.all_connect());
}

TEST_F(WhichCertificate, Row15b_TheKeyIsGoneAndNothingElseIsThere) {
    server.settle();
    stored(world, one.thumbprint)->certificate.key = KeyState::unusable;
    server.live(2h);
    EXPECT_EQ(0U, server.restarts());
    EXPECT_EQ(Severity::critical, worst(server.last().findings));
}

TEST_F(WhichCertificate, Row16_TheAlgorithmInForceIsKept) {
    server.settle();
    Certificate elliptic = newer_certificate(3);
    elliptic.key_algorithm = KeyAlgorithm::ecdsa;
    elliptic.key_bits = 256;
    add_certificate(world, elliptic);
    add_certificate(world, two);
    server.live_through_the_window();
    EXPECT_EQ("2", server.everything_names());
}

TEST_F(WhichCertificate, Row20a_OfTwoWithDifferentExtraNamesTheLaterOne) {
    Certificate other = make_certificate(3, {"vpn.example.com", "www.example.com"});
    other.not_before -= 1h;
    add_certificate(world, other);
    server.begin();
    server.live(1h);
    EXPECT_EQ("1", server.everything_names());
    EXPECT_FALSE(server.finds(Reason::ambiguous_certificate));
}

}  // namespace
}  // namespace sstp::test
