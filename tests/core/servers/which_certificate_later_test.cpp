// field/servers.md: which certificate follows (rows 7, 9, 13, 19, 60 to 63, 80), as stories.

#include "tests/core/servers/story.h"

namespace sstp::test {
namespace {

using namespace std::chrono_literals;
using namespace simulated;
using std::chrono::days;

class WhichCertificateFollows : public Story {
protected:
    /// Beside a fit successor lies a newer one whose key will not do, as `key` and `why` say.
    void expect_the_older_one(KeyState key, Reason reason, const char* why) {
        server.settle();
        Certificate newest = newer_certificate(3);
        newest.not_before += 1h;
        newest.not_after += days{1};
        newest.key = key;
        newest.key_explanation = why;
        add_certificate(world, two);
        add_certificate(world, newest);
        server.live(1min);
        EXPECT_TRUE(server.finds(reason, Severity::information)) << server.described();
        EXPECT_NE(std::string::npos, server.said_of(reason).find(why)) << server.said_of(reason);
        stored(world, one.thumbprint)->certificate.not_after = world.wall - 1min;
        server.live(15min);
        EXPECT_EQ("2", server.everything_names()) << server.described();
        EXPECT_EQ(1U, server.restarts());
        EXPECT_TRUE(server.all_connect());
    }
    /// The one in force is of a private CA whose root is here, and whose revocation lists clients get.
    void of_the_corporate_ca() {
        stored(world, one.thumbprint)->certificate = of_private_ca(one);
        world.roots_outside["CN=Corp Root"] = {true, true};
    }
    void end(const Certificate& which) { stored(world, which.thumbprint)->certificate.not_after = world.wall - 1min; }
    /// The wildcard is put in force by an administrator, and clients come: it is learned.
    Certificate adopt_a_wildcard() {
        const Certificate wildcard = make_certificate(5, {"*.example.com"});
        add_certificate(world, wildcard);
        move_everything(world, wildcard, 1);
        server.live(1h);
        clients_dial(world);
        server.live(1h);
        EXPECT_EQ("5", server.everything_names());
        EXPECT_EQ(std::vector<std::string>{"*.example.com"}, server.record.contents().learned->names);
        remove_certificate(world, one.thumbprint);
        server.count();
        return wildcard;
    }
    /// Nothing but the window lies between the successor and the server.
    void expect_planned(const std::string& number) {
        server.live(1h);
        EXPECT_EQ(0U, server.restarts()) << server.described();
        EXPECT_EQ("outside_window", server.decision()) << server.described();
        server.live_through_the_window();
        EXPECT_EQ(number, server.everything_names()) << server.described();
        EXPECT_EQ(1U, server.restarts());
        EXPECT_TRUE(server.all_connect());
    }
    void expect_nothing_done(Duration meanwhile) {
        server.live(meanwhile);
        EXPECT_EQ(0U, server.writes()) << server.described();
        EXPECT_EQ(0U, server.restarts());
    }
    /// Everything names the newest of them, none of them was told as worse than information meanwhile.
    void expect_renewals_without_a_word(Duration lifetime, Duration successor_comes_before_the_end, int renewals) {
        WallTime end = world.wall + lifetime;
        StoredCertificate& first = *stored(world, one.thumbprint);
        first.certificate.not_before = world.wall - 1h;
        first.certificate.not_after = end;
        server.settle();
        for (int i = 0; i < renewals; ++i) {
            server.live(end - successor_comes_before_the_end - world.wall);
            Certificate next = make_certificate(static_cast<std::uint64_t>(20 + i));
            next.not_before = world.wall - 1h;
            end = next.not_after = world.wall + lifetime;
            add_certificate(world, next);
            server.live_through_the_window();
            EXPECT_EQ(next.serial, server.everything_names()) << server.described();
            EXPECT_EQ(static_cast<std::uint64_t>(i + 1), server.restarts());
            clients_dial(world);
        }
        EXPECT_EQ(0U, server.told(EventType::certificate_expiring));
        for (const JournalEvent& each : server.record.events()) {
            const bool raised = each.type == EventType::finding_raised && each.fields.at("severity") != "information";
            EXPECT_FALSE(raised) << each.text;
        }
        EXPECT_EQ(0, server.seconds_without_vpn() / 60) << "but for the restarts themselves";
    }
};

TEST_F(WhichCertificateFollows, Row7b_ARenewalLinkThatAPinForbidsIsSaidAndNothingRestarts) {
    world.traits.follows_renewal_link = true;
    server.policy = R"({"certificate": {"thumbprint": ")" + one.thumbprint.to_string() + R"("}})";
    server.settle();
    add_certificate(world, two);
    archive_certificate(world, one.thumbprint, two.thumbprint);
    server.live(days{1});
    EXPECT_TRUE(server.finds(Reason::served_by_renewal_link)) << server.described();
    const std::string said = server.said_of(Reason::served_by_renewal_link);
    EXPECT_NE(std::string::npos, said.find("thumbprint")) << "with the remedy: " << said;
    EXPECT_EQ(0U, server.restarts());
    EXPECT_EQ(0U, server.writes());
}

TEST_F(WhichCertificateFollows, Row9b_ANameThatWasNamedBeforeFollowsAnEndedWildcardAndIsNotLearned) {
    server.settle();
    const Certificate wildcard = adopt_a_wildcard();
    add_certificate(world, two);
    expect_nothing_done(days{1});
    end(wildcard);
    server.live(15min);
    EXPECT_EQ("2", server.everything_names()) << server.described();
    EXPECT_TRUE(server.finds(Reason::names_changed, Severity::warning)) << server.described();
    EXPECT_TRUE(server.all_connect());
    EXPECT_EQ(1U, server.restarts());
    clients_dial(world);
    server.live(2h);
    EXPECT_EQ(std::vector<std::string>{"*.example.com"}, server.record.contents().learned->names);
}

TEST_F(WhichCertificateFollows, Row9c_WithAnotherNameBelowTheWildcardBesideItNothingIsBound) {
    server.settle();
    const Certificate wildcard = adopt_a_wildcard();
    add_certificate(world, two);
    add_certificate(world, newer_certificate(3, {"www.example.com"}));
    end(wildcard);
    expect_nothing_done(days{1});
    EXPECT_TRUE(server.finds(Reason::ambiguous_certificate, Severity::critical)) << server.described();
}

TEST_F(WhichCertificateFollows, Row13a_ANewestOneWithoutAKeyIsNamedWithTheReasonAndTheOlderFitOneIsTaken) {
    expect_the_older_one(KeyState::absent, Reason::private_key_missing, "");
}

TEST_F(WhichCertificateFollows, Row13b_OneWithAnUnusableKeyLikewise) {
    expect_the_older_one(KeyState::unusable, Reason::private_key_unusable, "the key container does not exist");
}

TEST_F(WhichCertificateFollows, Row13c_OneWithItsKeyInAUsersSetLikewise) {
    expect_the_older_one(KeyState::unusable, Reason::private_key_unusable, "the key lies in a user's key set");
}

TEST_F(WhichCertificateFollows, Row19a_SixDayCertificatesAreReplacedInTheWindowWithoutAWarningBetween) {
    expect_renewals_without_a_word(days{6}, days{3}, 3);
}

TEST_F(WhichCertificateFollows, Row19b_And47DayOnes) { expect_renewals_without_a_word(days{47}, days{16}, 3); }

TEST_F(WhichCertificateFollows, Row60_APublicRootThatIsUnknownHereIsAWarningAndTheSuccessorIsPlanned) {
    const auto without_root = [](Certificate certificate) {
        certificate.roots.clear();
        certificate.chain = ChainVerdict{ChainTrust::unknown, Revocation::not_checked, "the root is not here and nothing can be asked"};
        return certificate;
    };
    stored(world, one.thumbprint)->certificate = without_root(one);
    stored(world, one.thumbprint)->outside = Outside::accepted;   // clients know the root
    server.settle();
    EXPECT_TRUE(server.finds(Reason::chain_unknown, Severity::warning)) << server.described();
    add_certificate(world, without_root(two));
    stored(world, two.thumbprint)->outside = Outside::accepted;
    expect_planned("2");
}

TEST_F(WhichCertificateFollows, Row61_ANewSelfSignedOneIsToldAndAdoptedOnceAllAgreesAndASessionBegins) {
    const auto own = [](const Certificate& certificate) { return self_signed(certificate); };
    stored(world, one.thumbprint)->certificate = own(one);
    world.roots_outside["CN=vpn.example.com"] = {true, true};
    set_flag(world, 0);
    restart_rras(world);
    server.settle();
    ASSERT_TRUE(server.record.contents().learned);
    add_certificate(world, own(two));   // the script of each year,
    expect_nothing_done(days{1});
    EXPECT_TRUE(server.finds(Reason::successor_other_ca)) << server.described();
    move_everything(world, own(two), 0);   // which goes on a day later
    expect_nothing_done(1h);
    EXPECT_EQ(0U, server.told(EventType::certificate_adopted));
    clients_dial(world);
    expect_nothing_done(1h);
    EXPECT_EQ(1U, server.told(EventType::certificate_adopted)) << server.described();
    EXPECT_EQ("2", server.everything_names());
    EXPECT_TRUE(server.all_connect());
}

TEST_F(WhichCertificateFollows, Row62a_APrivateRootRenewedWithTheSameKeyIsTheSameCa) {
    of_the_corporate_ca();
    server.settle();
    add_certificate(world, of_private_ca(two));   // subject and public key decide, not the certificate of the root
    expect_planned("2");
}

TEST_F(WhichCertificateFollows, Row62b_WithANewKeyThatTheOldOneCrossSignedItIsToo) {
    of_the_corporate_ca();
    server.settle();
    Certificate next = of_private_ca(two);
    next.roots.push_back({"CN=Corp Root", of_private_ca(two, "Corp Root G2").roots.front().public_key, false});
    std::swap(next.roots.front(), next.roots.back());   // the new root's path comes first
    add_certificate(world, next);
    expect_planned("2");
}

TEST_F(WhichCertificateFollows, Row62c_WithANewKeyOnlyItIsAnother) {
    of_the_corporate_ca();
    server.settle();
    Certificate next = of_private_ca(two);
    next.roots.front().public_key = of_private_ca(two, "Corp Root G2").roots.front().public_key;
    add_certificate(world, next);
    expect_nothing_done(days{2});
    EXPECT_TRUE(server.finds(Reason::successor_other_ca)) << server.described();
    end(one);   // not even then
    expect_nothing_done(days{1});
    EXPECT_TRUE(server.finds(Reason::successor_other_ca, Severity::critical)) << server.described();
}

TEST_F(WhichCertificateFollows, Row63_AnEndedOneWhoseKeyIsUnknownIsLeftForTheFitSuccessor) {
    server.settle();
    StoredCertificate& in_force = *stored(world, one.thumbprint);
    in_force.certificate.key = KeyState::unknown;
    in_force.certificate.key_explanation = "RPC server unavailable (1722)";
    in_force.http_sys_uses_key = true;
    expire();
    server.live(15min);
    EXPECT_EQ("2", server.everything_names()) << server.described();
    EXPECT_EQ(1U, server.restarts());
    EXPECT_TRUE(server.all_connect());
}

TEST_F(WhichCertificateFollows, ASuccessorWhoseWindowThePolicyMovesIsNotOverdueByTheOldDate) {
    server.settle();
    add_certificate(world, two);
    server.live(1h);   // a Sunday: planned for the night that comes
    server.new_policy(R"({"restart": {"window": {"days": ["thu"], "start": "02:00", "duration": "3h"}}})");
    server.live(days{2});
    EXPECT_EQ(0U, server.restarts());
    EXPECT_TRUE(server.finds(Reason::certificate_superseded, Severity::information)) << server.described();
    const auto at = server.record.contents().planned->at;
    EXPECT_EQ(std::chrono::Thursday, std::chrono::weekday{std::chrono::floor<days>(at)}) << to_rfc3339(at);
}

TEST_F(WhichCertificateFollows, Row80_ARenewalLinkIsFollowedOverAnArchivedOneToItsEnd) {
    server.settle();
    Certificate three = newer_certificate(3);
    three.not_before += 1h;
    three.not_after += days{1};
    add_certificate(world, two);
    add_certificate(world, three);
    archive_certificate(world, two.thumbprint, three.thumbprint);
    archive_certificate(world, one.thumbprint, two.thumbprint);
    server.live(2h);
    EXPECT_EQ(0U, server.restarts());
    EXPECT_NE(Severity::critical, worst(server.last().findings)) << server.described();
    server.live_through_the_window();
    EXPECT_EQ("3", server.everything_names()) << server.described();
    EXPECT_EQ(1U, server.restarts());
    EXPECT_TRUE(server.all_connect());
}

}  // namespace
}  // namespace sstp::test
