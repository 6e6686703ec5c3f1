#include "core/decision/choose_certificate.h"

#include "tests/core/diagnosis/server_builder.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

namespace sstp::test {

namespace {

using Verdict = CertificateChoice::Verdict;

const Certificate one = certificate(1);
const Certificate ended = certificate(3).expired();

struct Name {
    const char* pattern;
    const char* name;
    bool matches;
};
void PrintTo(const Name& each, std::ostream* out) { *out << each.pattern << " and " << each.name; }
class NameMatches : public testing::TestWithParam<Name> {};
TEST_P(NameMatches, AsRfc9525Says) { EXPECT_EQ(name_matches(GetParam().pattern, GetParam().name), GetParam().matches); }
INSTANTIATE_TEST_SUITE_P(Names, NameMatches,
                         testing::Values(Name{"vpn.example.com", "vpn.example.com", true}, Name{"VPN.Example.com", "vpn.eXample.COM", true},
                                         Name{"vpn.example.com.", "vpn.example.com", true}, Name{"*.example.com", "vpn.example.com", true},
                                         Name{"*.example.com", "*.example.com", true}, Name{"*.example.com", "example.com", false},
                                         Name{"*.example.com", "a.b.example.com", false}, Name{"*.example.com", ".example.com", false},
                                         Name{"*", "example", false}, Name{"v*.example.com", "vpn.example.com", false},
                                         Name{"vpn.*.com", "vpn.example.com", false}, Name{"vpn.example.com", "*.example.com", false},
                                         Name{"vpn.example.com", "vpn.example.org", false}, Name{"", "vpn.example.com", false},
                                         Name{"", "", false}));

struct Choosing {
    std::string name;
    ServerBuilder server;
    Verdict verdict;
    std::optional<Certificate> target;
};
void PrintTo(const Choosing& each, std::ostream* out) { *out << each.name; }
class Choose : public testing::TestWithParam<Choosing> {};
TEST_P(Choose, Certificate) {
    const CertificateChoice choice = choose_certificate(GetParam().server.diagnosis());
    EXPECT_EQ(choice.verdict, GetParam().verdict) << choice.explanation;
    EXPECT_EQ(choice.target ? choice.target->serial : "none", GetParam().target ? GetParam().target->serial : "none");
    EXPECT_FALSE(choice.explanation.empty());
}

ServerBuilder broken(std::vector<Certificate> others) {
    auto server = healthy().holding({ended}).all_naming(ended);
    for (const Certificate& each : others) server.adding(each);
    return server;
}
Certificate linked(CertificateBuilder old, const Certificate& successor) { return old.renewed_by(successor); }

// clang-format off
INSTANTIATE_TEST_SUITE_P(Rules, Choose, testing::Values(
    Choosing{"the current one stays while it is fit", healthy(), Verdict::keep, one},
    Choosing{"the latest start wins", broken({certificate(4).valid(-20, 60), certificate(5).valid(-10, 50)}), Verdict::replace, certificate(5)},
    Choosing{"of one start, the latest end wins", broken({certificate(4).valid(-10, 60), certificate(5).valid(-10, 50)}), Verdict::replace, certificate(4)},
    Choosing{"of equal dates, the smallest SHA-256 wins", broken({certificate(5), certificate(4)}), Verdict::replace, certificate(4)},
    Choosing{"the linked renewal wins over what was issued later but ends sooner",
             healthy().holding({linked(certificate(3).expired(), certificate(4)), certificate(4).valid(-20, 60), certificate(5).valid(-10, 50)}).all_naming(ended), Verdict::replace, certificate(4)},
    Choosing{"a linked renewal that is superseded itself gives way at once",
             healthy().holding({linked(certificate(3).expired(), certificate(4)), certificate(4).valid(-20, 50), certificate(5).valid(-10, 60)}).all_naming(ended), Verdict::replace, certificate(5)},
    Choosing{"the names of the last known good are asked for", healthy().holding({certificate(4).names({"www.example.com"}), one}).remembering(one).all_naming(certificate(9)), Verdict::replace, one},
    Choosing{"without any name known, one candidate is no riddle", healthy().holding({one}).all_naming(certificate(9)), Verdict::replace, one},
    Choosing{"without any name known, two names are one", healthy().holding({one, certificate(4).names({"www.example.com"})}).all_naming(certificate(9)), Verdict::ambiguous, std::nullopt},
    Choosing{"without any name known, equal names are no riddle", healthy().holding({one, certificate(4).names({"VPN.example.com"}).newer()}).all_naming(certificate(9)), Verdict::replace, certificate(4)},
    Choosing{"the pinned one wins over a newer one", broken({certificate(4), certificate(5).newer()}).pinning(certificate(4)), Verdict::replace, certificate(4)},
    Choosing{"the pinned one takes the place of a fit one", healthy().adding(certificate(4).valid(-60, 30)).pinning(certificate(4)), Verdict::replace, certificate(4)},
    Choosing{"a pin is no licence to be unfit", healthy().adding(certificate(4).expired()).pinning(certificate(4)), Verdict::none_fit, std::nullopt},
    Choosing{"a pin outranks remembered names", healthy().remembering(one).adding(certificate(4).names({"ras.example.com"})).pinning(certificate(4)), Verdict::replace, certificate(4)},
    Choosing{"a pin does not outrank the policy's names", healthy().wanting_names({"vpn.example.com"}).adding(certificate(4).names({"ras.example.com"})).pinning(certificate(4)), Verdict::none_fit, std::nullopt},
    Choosing{"an issuer by its common name", broken({certificate(4).issued_by("Other CA").newer(), one}).wanting_issuer("EXAMPLE ca"), Verdict::replace, one},
    Choosing{"an issuer by its whole name", broken({certificate(4).issued_by("Other CA").newer(), one}).wanting_issuer("cn=other CA,o=example"), Verdict::replace, certificate(4)},
    Choosing{"every name of the policy is needed", broken({certificate(4).newer(), certificate(5).names({"vpn.example.com", "ras.example.com"})}).wanting_names({"ras.example.com", "vpn.example.com"}), Verdict::replace, certificate(5)},
    Choosing{"the subject is never looked at", [] { auto c = certificate(4).names({}).certificate; c.subject_cn = "vpn.example.com"; return broken({c}); }(), Verdict::none_fit, std::nullopt},
    Choosing{"what the SHA-256 names goes before the bindings", healthy().adding(certificate(4)).binding(AddressFamily::ipv4, certificate(4)).binding(AddressFamily::ipv6, certificate(4)), Verdict::keep, one},
    Choosing{"without a SHA-256 the IPv4 binding's", healthy().adding(certificate(4)).binding(AddressFamily::ipv6, certificate(4)).sha256(Absent{}), Verdict::keep, one},
    Choosing{"without both the IPv6 binding's", healthy().adding(certificate(4)).binding(AddressFamily::ipv6, certificate(4)).sha256(Absent{}).without_ipv4_binding(), Verdict::keep, certificate(4)}));
// clang-format on

TEST(NamesToRemember, StayWhenASuccessorCoversThemAndMore) {
    const auto server = healthy().remembering(one);
    EXPECT_THAT(names_to_remember(server.diagnosis(), certificate(4).names({"*.example.com"})), testing::ElementsAre("vpn.example.com"));
    EXPECT_THAT(names_to_remember(server.diagnosis(), certificate(4).names({"www.example.com"})), testing::ElementsAre("www.example.com"));
}

TEST(Judge, SaysEverythingThatSpeaksAgainstInTheOrderOfThePromise) {
    CertificateBuilder bad = certificate(4);
    bad.expired()
        .purposes({std::vector<std::string>{}})
        .key(KeyState::absent)
        .names({})
        .key(KeyAlgorithm::rsa, 512)
        .chain(ChainTrust::untrusted, Revocation::revoked);
    std::vector<Reason> reasons;
    for (const Unfitness& each : judge(bad, {"vpn.example.com"}, Policy{}, look_time())) reasons.push_back(each.reason);
    EXPECT_THAT(reasons,
                testing::ElementsAre(Reason::certificate_expired, Reason::eku_unfit, Reason::private_key_missing, Reason::name_mismatch,
                                     Reason::chain_untrusted, Reason::weak_key, Reason::certificate_revoked));
}

TEST(Judge, TakesBothEndsOfTheValidityForValid) {
    EXPECT_TRUE(is_fit(one, {}, Policy{}, one.not_before));
    EXPECT_TRUE(is_fit(one, {}, Policy{}, one.not_after));
    EXPECT_FALSE(is_fit(one, {}, Policy{}, one.not_before - Duration{1}));
    EXPECT_FALSE(is_fit(one, {}, Policy{}, one.not_after + Duration{1}));
}

}  // namespace

}  // namespace sstp::test
