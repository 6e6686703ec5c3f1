#include "core/watchdog/learning.h"
#include "tests/core/server_builder.h"

#include <gtest/gtest.h>

namespace sstp::test {
namespace {

using namespace std::chrono_literals;
using std::chrono::days;

const Certificate kOne = one();
const Certificate kTwo = two();

/// What one look came to, where selection has kept `active`.
Assessment keeping(const Certificate& active) {
    Assessment assessment;
    assessment.desired.active = active;
    assessment.desired.certificate = active;
    assessment.desired.active_is_in_store = true;
    assessment.levels = {{v4, Level::answers}, {v6, Level::answers}};
    return assessment;
}

RecordContents after_sessions(int minutes_ago) {
    RecordContents contents;
    Sessions open;
    open.sstp = {3, minutes_before_look(minutes_ago)};
    contents.sessions.newest_sstp_began = open.sstp.newest_began;
    return contents;
}

TEST(Learning, NamesAndCaAreLearnedWhenASessionBeginsUnderWhatIsProven) {
    RecordContents contents = after_sessions(600);
    const ServerBuilder server = healthy();
    EXPECT_TRUE(learn(contents, server.state, keeping(kOne), server.policy, true).proven_anew);
    EXPECT_FALSE(contents.learned) << "the session began before anything was proven";

    contents.sessions.newest_sstp_began = server.state.looked_at.wall + 1min;
    EXPECT_TRUE(learn(contents, server.state, keeping(kOne), server.policy, true).learned);
    ASSERT_TRUE(contents.learned);
    EXPECT_EQ(std::vector<std::string>{"vpn.example.com"}, contents.learned->names);
    EXPECT_EQ("vpn.example.com", contents.learned->primary);
    EXPECT_EQ(CaKind::public_root, contents.learned->ca.kind);

    const RecordContents before = contents;
    EXPECT_FALSE(learn(contents, server.state, keeping(kOne), server.policy, true).learned);
    EXPECT_EQ(before, contents) << "a second look over the same server changes nothing";
}

TEST(Learning, WhereSessionsCannotBeReadADayWithoutAComplaintTeaches) {
    RecordContents contents;
    ServerBuilder server = healthy();
    learn(contents, server.state, keeping(kOne), server.policy, false);
    server.at(0, 23);
    learn(contents, server.state, keeping(kOne), server.policy, false);
    EXPECT_FALSE(contents.learned);
    server.at(1, 13);
    learn(contents, server.state, keeping(kOne), server.policy, false);
    EXPECT_TRUE(contents.learned);
}

TEST(Learning, WhereSessionsCannotBeReadADayWithoutRrasTeachesNothing) {
    const auto learns = [](ServerBuilder server, const Assessment& seen, std::vector<Reason> reported = {}) {
        RecordContents contents;
        contents.reported_only = std::move(reported);
        learn(contents, healthy().state, keeping(kOne), server.policy, false);
        learn(contents, server.state, seen, server.policy, false);
        return contents.learned.has_value();
    };
    Assessment by_http_sys = keeping(kOne);
    by_http_sys.levels = {{v4, Level::crypto_binding}, {v6, Level::crypto_binding}};
    EXPECT_TRUE(learns(healthy().at(2, 12), keeping(kOne)));
    EXPECT_FALSE(learns(healthy().at(2, 12).service("RemoteAccess", ServiceState::stopped), by_http_sys)) << "HTTP.SYS serves it alone";
    EXPECT_FALSE(learns(healthy().at(2, 12).rras_started(60), keeping(kOne))) << "it has just come up";
    EXPECT_TRUE(learns(healthy().at(2, 12).rras_started(20 * 60), keeping(kOne))) << "rebooted in the night";
    EXPECT_FALSE(learns(healthy().at(2, 12), by_http_sys)) << "SSTP does not answer";
    EXPECT_TRUE(learns(healthy().at(2, 12), by_http_sys, {Reason::sstp_uri_unhealthy})) << "what the URI answers tells nothing here";
}

TEST(Learning, ASuccessorWithFurtherNamesDoesNotWidenWhatIsRequired) {
    RecordContents contents = after_sessions(-1);
    const ServerBuilder server = healthy();
    learn(contents, server.state, keeping(kOne), server.policy, true);
    const Certificate wider = two().names({"vpn.example.com", "www.example.com"});
    const ServerBuilder moved = healthy().adding(wider).all_naming(wider);
    contents.sessions.newest_sstp_began = moved.state.looked_at.wall + 1min;
    learn(contents, moved.state, keeping(wider), moved.policy, true);
    EXPECT_EQ(wider.hash, contents.learned->certificate);
    EXPECT_EQ(std::vector<std::string>{"vpn.example.com"}, contents.learned->names);
}

/// The policy has renamed the server, and clients come by the new name.
RecordContents learned_under_a_policy_for(const Certificate& renamed, RecordContents contents, const std::string& name) {
    const ServerBuilder moved = healthy().adding(renamed).all_naming(renamed).wanting_names({name});
    learn(contents, moved.state, keeping(renamed), moved.policy, true);
    contents.sessions.newest_sstp_began = moved.state.looked_at.wall + 1min;
    learn(contents, moved.state, keeping(renamed), moved.policy, true);
    return contents;
}

TEST(Learning, WhatThePolicyHasRenamedIsLearnedByItsOwnNames) {
    RecordContents contents = after_sessions(-1);
    const ServerBuilder server = healthy();
    learn(contents, server.state, keeping(kOne), server.policy, true);
    const Certificate renamed = two().names({"ras.example.com"});
    const RecordContents after = learned_under_a_policy_for(renamed, contents, "ras.example.com");
    EXPECT_EQ(renamed.hash, after.learned->certificate);
    EXPECT_EQ(std::vector<std::string>{"ras.example.com"}, after.learned->names) << "else the old name is required when the key goes";
    EXPECT_EQ("ras.example.com", after.learned->primary);

    const Certificate with_both = two().names({"ras.example.com", "vpn.example.com"});
    EXPECT_EQ(std::vector<std::string>{"vpn.example.com"},
              learned_under_a_policy_for(with_both, contents, "ras.example.com").learned->names);
}

TEST(Learning, NamesThatTheLearnedCertificateDoesNotBearAreLearnedAnew) {
    RecordContents contents = after_sessions(-1);
    const Certificate renamed = two().names({"ras.example.com"});
    contents.learned = Learned{{"vpn.example.com"}, "vpn.example.com", authority_of(kOne), renamed.hash, {}};   // by an earlier version
    const RecordContents after = learned_under_a_policy_for(renamed, contents, "ras.example.com");
    EXPECT_EQ(std::vector<std::string>{"ras.example.com"}, after.learned->names);
    EXPECT_EQ(after, learned_under_a_policy_for(renamed, after, "ras.example.com")) << "once";
}

TEST(Learning, Row8_ASecondChoiceIsNeverLearned) {
    RecordContents contents = after_sessions(-1);
    contents.learned = Learned{{"vpn.example.com", "www.example.com", "example.com"}, "vpn.example.com", authority_of(kOne), kOne.hash, {}};
    const ServerBuilder server = healthy().adding(kTwo).all_naming(kTwo);
    Assessment assessment = keeping(kTwo);
    assessment.desired.second_choice = true;
    learn(contents, server.state, assessment, server.policy, true);
    EXPECT_EQ(3U, contents.learned->names.size());
    EXPECT_EQ(kTwo.hash, contents.proven->certificate.hash) << "it is proven all the same";
}

TEST(Learning, Row10_AnAdoptedChoiceReplacesNamesAndCa) {
    RecordContents contents = after_sessions(-1);
    contents.learned = Learned{{"vpn.example.com"}, "vpn.example.com", authority_of(kOne), kOne.hash, {}};
    contents.cures = {Cure{"Sha256CertificateHash", "aa", {}, "bb"}};
    contents.put_backs = {PutBack{"0.0.0.0:443", "bb", 1, {}, {}}};
    const Certificate ras = certificate(3).names({"ras.example.com"}).issued_by(private_ca());
    const ServerBuilder server = healthy().adding(ras).all_naming(ras).flag(std::uint32_t{1});
    Assessment assessment = keeping(ras);
    assessment.desired.adopt = ras;
    const Lesson lesson = learn(contents, server.state, assessment, server.policy, true);
    ASSERT_TRUE(lesson.adopted);
    EXPECT_EQ(kOne.hash, lesson.before->certificate);
    EXPECT_EQ(std::vector<std::string>{"ras.example.com"}, contents.learned->names);
    EXPECT_EQ(CaKind::private_root, contents.learned->ca.kind);
    EXPECT_TRUE(contents.cures.empty() && contents.put_backs.empty()) << "nobody undoes a cure of ours any more";
}

/// The root of the certificate in force, as this machine knows it.
Certificate with_roots(std::vector<ChainRoot> roots) {
    Certificate certificate = one();
    certificate.roots = std::move(roots);
    return certificate;
}

TEST(Learning, TheCaOfALearnedCertificateIsKnownBetterWhenItsRootIs) {
    const ChainRoot root = one().certificate.roots.front();
    ChainRoot unlisted = root;
    unlisted.in_root_programme = false;
    for (const auto& known_first : {std::vector<ChainRoot>{}, std::vector<ChainRoot>{unlisted}}) {
        RecordContents contents = after_sessions(-1);
        const ServerBuilder early = healthy().holding({with_roots(known_first)});
        learn(contents, early.state, keeping(with_roots(known_first)), early.policy, true);
        ASSERT_TRUE(contents.learned);
        EXPECT_NE(CaKind::public_root, contents.learned->ca.kind);

        const ServerBuilder later = healthy().holding({with_roots({root})});
        const Lesson lesson = learn(contents, later.state, keeping(with_roots({root})), later.policy, true);
        EXPECT_EQ(CaKind::public_root, contents.learned->ca.kind);
        EXPECT_EQ(CaKind::public_root, contents.proven->ca.kind);
        EXPECT_TRUE(lesson.learned) << "it is told";
        EXPECT_NE(CaKind::public_root, lesson.before->ca.kind);
        EXPECT_FALSE(learn(contents, later.state, keeping(with_roots({root})), later.policy, true).learned) << "once";

        learn(contents, early.state, keeping(with_roots({})), early.policy, true);
        const ServerBuilder blind = healthy().holding({with_roots({})});
        learn(contents, blind.state, keeping(with_roots({})), blind.policy, true);
        EXPECT_NE(CaKind::unknown, contents.learned->ca.kind) << "what was known is not forgotten with the root";
    }
}

TEST(Learning, AnEndedCertificateOfTheStoreStillTellsItsCa) {
    RecordContents contents = after_sessions(-1);
    const ServerBuilder early = healthy().holding({with_roots({})});
    learn(contents, early.state, keeping(with_roots({})), early.policy, true);
    ServerBuilder later = healthy();
    later.unreachable();
    learn(contents, later.state, keeping(kOne), later.policy, true);
    EXPECT_EQ(CaKind::public_root, contents.learned->ca.kind) << "else its renewal would be another CA's while clients are out";
}

TEST(Learning, NothingIsLearnedFromWhatDisagrees) {
    RecordContents contents = after_sessions(-1);
    const ServerBuilder server = healthy().adding(kTwo).hash(kTwo);
    learn(contents, server.state, keeping(kOne), server.policy, true);
    EXPECT_FALSE(contents.proven);
    Assessment blind = keeping(kOne);
    blind.findings.push_back({Reason::state_unreadable, Severity::warning, {}, {}});
    learn(contents, healthy().state, blind, server.policy, true);
    EXPECT_FALSE(contents.proven);
}

/// What was in force is remembered until something else tells more of clients.
class Remembered : public testing::Test {
protected:
    RecordContents contents;
    const Certificate internal = certificate(3).issued_by(private_ca());
    [[nodiscard]] std::optional<CertificateHash> after(const ServerBuilder& server, const Assessment& assessment) {
        remember_active(contents, server.state, assessment, server.policy);
        return contents.unproven_active ? std::optional{contents.unproven_active->hash} : std::nullopt;
    }
    static Assessment blocked(const Certificate& active, Reason why) {
        Assessment assessment = keeping(active);
        assessment.desired.certificate.reset();
        assessment.desired.obstacle = Obstacle{why, "said elsewhere"};
        return assessment;
    }
};

TEST_F(Remembered, WhatIsActiveTakesTheOthersPlace) {
    EXPECT_EQ(kOne.hash, after(healthy(), keeping(kOne)));
    EXPECT_EQ(kTwo.hash, after(healthy().adding(kTwo), keeping(kTwo)));
    EXPECT_EQ(kTwo.hash, after(healthy().adding(kTwo), blocked(kTwo, Reason::no_fit_certificate)));
}

TEST_F(Remembered, OneThatBearsANameOfThePolicyOutlastsOneThatBearsNone) {
    const Certificate shop = certificate(5).names({"shop.example.net"});
    const auto server = healthy().adding(shop).wanting_names({"vpn.example.com"});
    EXPECT_EQ(kOne.hash, after(server, keeping(kOne)));
    EXPECT_EQ(kOne.hash, after(server, keeping(shop))) << "RRAS took it by itself: it tells nothing of what clients use";
    EXPECT_EQ(kTwo.hash, after(server, keeping(kTwo)));
}

TEST_F(Remembered, OneForOtherNamesTakesThePlaceOnceItIsInForceWhole) {
    const Certificate shop = certificate(5).names({"shop.example.net"});
    const auto server = healthy().adding(shop);
    EXPECT_EQ(kOne.hash, after(server, keeping(kOne)));
    EXPECT_EQ(kOne.hash, after(server, blocked(shop, Reason::ambiguous_certificate))) << "a value has drifted, or somebody is at it";
    EXPECT_EQ(shop.hash, after(server, keeping(shop)));
}

TEST_F(Remembered, OneThatHasLeftTheStoreGivesWay) {
    const Certificate shop = certificate(5).names({"shop.example.net"});
    EXPECT_EQ(kOne.hash, after(healthy().adding(shop), keeping(kOne)));
    EXPECT_EQ(shop.hash, after(healthy().adding(shop).deleting(kOne), blocked(shop, Reason::no_fit_certificate)));
}

TEST(RecordsSeen, ARecordIsKnownByTheLastStartUnderWhichALookHasSeenIt) {
    std::map<AddressFamily, StartedBetween> seen;
    const auto server = healthy().rras_started(60);
    remember_records(seen, server.state);
    ASSERT_TRUE(seen.contains(AddressFamily::ipv4) && seen.contains(AddressFamily::ipv6));
    const auto first = seen[AddressFamily::ipv4];
    remember_records(seen, healthy().rras_started(10).without_record(AddressFamily::ipv4).state);
    EXPECT_EQ(first, seen[AddressFamily::ipv4]);
    EXPECT_NE(first, seen[AddressFamily::ipv6]);
    remember_records(seen, healthy().service("RemoteAccess", ServiceState::stopped).without_record(AddressFamily::ipv6).state);
    EXPECT_EQ(first, seen[AddressFamily::ipv4]);
}

TEST_F(Remembered, AChoiceThatNobodyHasConfirmedIsNobodysButTheirs) {
    Assessment chosen = blocked(kTwo, Reason::choice_not_confirmed);
    chosen.findings.push_back({Reason::choice_not_confirmed, Severity::warning, "2", "said elsewhere"});
    (void)after(healthy().adding(kTwo).all_naming(kTwo), chosen);
    EXPECT_EQ(kTwo.hash, contents.unconfirmed_choice);
    EXPECT_EQ(std::nullopt, put_in_force_by_us(kTwo.hash, contents));
    EXPECT_EQ(kOne.hash, put_in_force_by_us(kOne.hash, contents)) << "an administrator has it moved back";
    (void)after(healthy(), keeping(kOne));
    EXPECT_EQ(std::nullopt, contents.unconfirmed_choice);
}

}  // namespace
}  // namespace sstp::test
