#include "service/windows/portable/chain_paths.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <ostream>

namespace sstp {
namespace {

using testing::ElementsAre;
using testing::IsEmpty;

constexpr std::uint32_t kNotSigned = 0x00000008;    // CERT_TRUST_IS_NOT_SIGNATURE_VALID
constexpr std::uint32_t kDistrusted = 0x04000000;   // CERT_TRUST_IS_EXPLICIT_DISTRUST

PublicKeyHash key(std::uint8_t number) {
    std::array<std::uint8_t, PublicKeyHash::kSize> bytes{};
    bytes[0] = number;
    return PublicKeyHash{bytes};
}

PathElement leaf(std::uint32_t errors = 0) {
    PathElement element;
    element.errors = errors;
    element.subject = "CN=vpn.example.com";
    element.common_name = "vpn.example.com";
    element.issuer = "CN=R11,O=Example";
    element.issuer_common_name = "R11";
    element.public_key = key(1);
    return element;
}
PathElement intermediate(std::uint32_t errors = 0) {
    PathElement element;
    element.errors = errors;
    element.subject = "CN=R11,O=Example";
    element.common_name = "R11";
    element.issuer = "CN=Root X";
    element.issuer_common_name = "Root X";
    element.public_key = key(2);
    return element;
}
PathElement root(const std::string& name, std::uint8_t number, bool in_programme, std::uint32_t errors = 0) {
    PathElement element;
    element.errors = errors;
    element.subject = "CN=" + name;
    element.common_name = name;
    element.issuer = element.subject;
    element.issuer_common_name = name;
    element.public_key = key(number);
    element.self_signed = true;
    element.in_root_programme = in_programme;
    return element;
}

ChainPath whole(std::uint32_t leaf_errors = 0, std::uint32_t intermediate_errors = 0, std::uint32_t errors = 0) {
    return {{leaf(leaf_errors), intermediate(intermediate_errors), root("Root X", 3, true)}, errors};
}
ChainPath partial() { return {{leaf()}, trust_bit::kPartialChain}; }

struct PathsCase {
    const char* sentence;
    std::vector<ChainPath> paths;
    ChainTrust trust;
};
void PrintTo(const PathsCase& paths, std::ostream* out) { *out << paths.sentence; }

class Paths : public testing::TestWithParam<PathsCase> {};

TEST_P(Paths, ComeToTheBestOfThem) { EXPECT_EQ(judge_paths(GetParam().paths).trust, GetParam().trust); }

INSTANTIATE_TEST_SUITE_P(
    Table, Paths,
    testing::Values(
        PathsCase{"a path without a fault is good", {whole()}, ChainTrust::good},
        PathsCase{"the leaf's dates are not the chain's affair", {whole(trust_bit::kNotTimeValid)}, ChainTrust::good},
        PathsCase{"validity that is not nested is no fault", {whole(0, trust_bit::kNotTimeNested)}, ChainTrust::good},
        PathsCase{
            "a leaf that is revoked has a good chain all the same: that is told apart", {whole(trust_bit::kRevoked)}, ChainTrust::good},
        PathsCase{"60: an issuer that is not on this machine cannot be judged", {partial()}, ChainTrust::unknown},
        PathsCase{"60: a root that is not among the trusted ones here cannot be judged",
                  {whole(0, 0, trust_bit::kUntrustedRoot)},
                  ChainTrust::unknown},
        PathsCase{"CRLs that nobody could fetch are no fault of the chain",
                  {whole(0, trust_bit::kRevocationUnknown | trust_bit::kOfflineRevocation)},
                  ChainTrust::good},
        PathsCase{"an ended intermediate is bad", {whole(0, trust_bit::kNotTimeValid)}, ChainTrust::bad},
        PathsCase{"a revoked intermediate is bad", {whole(0, trust_bit::kRevoked)}, ChainTrust::bad},
        PathsCase{"a wrong signature is bad", {whole(kNotSigned)}, ChainTrust::bad},
        PathsCase{"explicit distrust is bad", {whole(0, 0, kDistrusted)}, ChainTrust::bad},
        PathsCase{"a fault beside an unknown root is a fault", {whole(0, kNotSigned, trust_bit::kUntrustedRoot)}, ChainTrust::bad},
        PathsCase{"bad on one path and good on another is good: clients take the good one",
                  {whole(0, trust_bit::kNotTimeValid), whole()},
                  ChainTrust::good},
        PathsCase{"bad on one path and open on another is open", {whole(0, trust_bit::kRevoked), partial()}, ChainTrust::unknown},
        PathsCase{"bad on every path is bad", {whole(0, trust_bit::kRevoked), whole(kNotSigned)}, ChainTrust::bad},
        PathsCase{"no path at all says nothing", {}, ChainTrust::unknown}));

TEST(PathsOfACertificate, TheErrorsToldAreThoseOfTheFavourite) {
    EXPECT_EQ(judge_paths({whole(0, trust_bit::kNotTimeValid), whole(kNotSigned)}).errors, trust_bit::kNotTimeValid);
}

TEST(PathsOfACertificate, RootsOfAllPathsAreToldOnceAndSorted) {
    Certificate certificate;
    const ChainPath cross{{leaf(), intermediate(), root("Older Root", 4, false)}, 0};
    describe_paths({whole(), cross, whole()}, certificate);
    EXPECT_THAT(certificate.roots, ElementsAre(ChainRoot{"CN=Older Root", key(4), false}, ChainRoot{"CN=Root X", key(3), true}));
    EXPECT_EQ(certificate.issuer_key, key(2));
    EXPECT_THAT(certificate.chain_names, ElementsAre("R11", "CN=R11,O=Example", "Root X", "CN=Root X", "Older Root", "CN=Older Root"));
}

WallTime day(int number) { return WallTime{std::chrono::days{20'000 + number}}; }

/// The CAs of the path end on these days: the issuing one, and the root.
ChainPath ending(int issuing, int root, std::uint32_t intermediate_errors = 0) {
    ChainPath path = whole(0, intermediate_errors);
    path.elements[0].not_after = day(1);
    path.elements[1].not_after = day(issuing);
    path.elements[2].not_after = day(root);
    return path;
}

std::optional<WallTime> end_of_chain(const std::vector<ChainPath>& paths) {
    Certificate certificate;
    certificate.chain_ends = day(99);
    describe_paths(paths, certificate);
    return certificate.chain_ends;
}

TEST(PathsOfACertificate, TheChainEndsWithTheFirstCaOfTheGoodPathThatLastsLongest) {
    EXPECT_EQ(day(30), end_of_chain({ending(30, 40)}));
    EXPECT_EQ(day(40), end_of_chain({ending(50, 40)})) << "a root ends a chain too";
    EXPECT_EQ(day(35), end_of_chain({ending(30, 40), ending(35, 60)})) << "Windows' clients take the path that is good";
    EXPECT_EQ(day(30), end_of_chain({ending(30, 40), ending(70, 80, kNotSigned)})) << "a path that is bad carries nobody";
    EXPECT_EQ(std::nullopt, end_of_chain({partial()}));
    EXPECT_EQ(std::nullopt, end_of_chain({ChainPath{{root("vpn.example.com", 7, false)}, 0}})) << "its own end is its own affair";
}

TEST(PathsOfACertificate, AnIssuerThatIsNotHereIsNamedAllTheSame) {
    Certificate certificate;
    describe_paths({partial()}, certificate);
    EXPECT_THAT(certificate.roots, IsEmpty());
    EXPECT_EQ(certificate.issuer_key, std::nullopt);
    EXPECT_THAT(certificate.chain_names, ElementsAre("R11", "CN=R11,O=Example"));
}

TEST(PathsOfACertificate, OneThatSignedItselfIsItsOwnRootAndIssuer) {
    Certificate certificate;
    describe_paths({ChainPath{{root("vpn.example.com", 7, false)}, trust_bit::kUntrustedRoot}}, certificate);
    EXPECT_THAT(certificate.roots, ElementsAre(ChainRoot{"CN=vpn.example.com", key(7), false}));
    EXPECT_EQ(certificate.issuer_key, key(7));
    EXPECT_THAT(certificate.chain_names, IsEmpty());
}

struct NetworkCase {
    const char* sentence;
    ChainVerdict from_caches;
    void (*change)(Certificate&);
    RevocationPolicy revocation;
    bool worth;
};
void PrintTo(const NetworkCase& question, std::ostream* out) { *out << question.sentence; }

class TheNetwork : public testing::TestWithParam<NetworkCase> {};

TEST_P(TheNetwork, IsAskedOnlyWhereItCanChangeAnything) {
    const WallTime now = *from_rfc3339("2026-11-21T02:14:00Z");
    Certificate certificate;
    certificate.key = KeyState::usable;
    certificate.not_after = now + std::chrono::hours{24 * 60};
    GetParam().change(certificate);
    EXPECT_EQ(is_worth_the_network(certificate, GetParam().from_caches, GetParam().revocation, now), GetParam().worth);
}

constexpr auto kAsItIs = [](Certificate&) {};
constexpr auto kSelfSigned = [](Certificate& certificate) { certificate.self_signed = true; };
constexpr auto kArchived = [](Certificate& certificate) { certificate.archived = true; };
constexpr auto kKeyless = [](Certificate& certificate) { certificate.key = KeyState::absent; };
constexpr auto kEnded = [](Certificate& certificate) { certificate.not_after = *from_rfc3339("2026-11-20T00:00:00Z"); };

ChainVerdict verdict(ChainTrust trust, Revocation revocation) { return {trust, revocation, ""}; }

INSTANTIATE_TEST_SUITE_P(
    Table, TheNetwork,
    testing::Values(
        NetworkCase{"the caches know all", verdict(ChainTrust::good, Revocation::good), kAsItIs, RevocationPolicy::best_effort, false},
        NetworkCase{"an issuer is missing", verdict(ChainTrust::unknown, Revocation::unknown), kAsItIs, RevocationPolicy::best_effort,
                    true},
        NetworkCase{"an issuer is missing, and revocation is off", verdict(ChainTrust::unknown, Revocation::not_checked), kAsItIs,
                    RevocationPolicy::off, true},
        NetworkCase{"a CRL is missing", verdict(ChainTrust::good, Revocation::unknown), kAsItIs, RevocationPolicy::best_effort, true},
        NetworkCase{"what is revoked stays so", verdict(ChainTrust::good, Revocation::revoked), kAsItIs, RevocationPolicy::require, false},
        NetworkCase{"a wrong signature stays so", verdict(ChainTrust::bad, Revocation::unknown), kAsItIs, RevocationPolicy::require, false},
        NetworkCase{"a self-signed one has nobody to be asked, and every server has some",
                    verdict(ChainTrust::unknown, Revocation::unknown), kSelfSigned, RevocationPolicy::require, false},
        NetworkCase{"an archived one is never chosen", verdict(ChainTrust::unknown, Revocation::unknown), kArchived,
                    RevocationPolicy::best_effort, false},
        NetworkCase{"one without a key is never bound", verdict(ChainTrust::unknown, Revocation::unknown), kKeyless,
                    RevocationPolicy::best_effort, false},
        NetworkCase{"one that has ended is never bound", verdict(ChainTrust::unknown, Revocation::unknown), kEnded,
                    RevocationPolicy::best_effort, false}));

}  // namespace
}  // namespace sstp
