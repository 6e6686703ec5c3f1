#include "core/selection/fitness.h"

#include "tests/core/server_builder.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

namespace sstp::test {

namespace fitness {

struct NamePair {
    const char* pattern;
    const char* name;
    bool matches;
};
void PrintTo(const NamePair& each, std::ostream* out) { *out << each.pattern << " and " << each.name; }
class NamePairs : public testing::TestWithParam<NamePair> {};
TEST_P(NamePairs, MatchAsRfc9525Says) { EXPECT_EQ(name_matches(GetParam().pattern, GetParam().name), GetParam().matches); }
INSTANTIATE_TEST_SUITE_P(
    Names, NamePairs,
    testing::Values(NamePair{"vpn.example.com", "vpn.example.com", true}, NamePair{"VPN.Example.com", "vpn.eXample.COM", true},
                    NamePair{"vpn.example.com.", "vpn.example.com", true}, NamePair{"*.example.com", "vpn.example.com", true},
                    NamePair{"*.example.com", "*.example.com", true}, NamePair{"*.example.com", "example.com", false},
                    NamePair{"*.example.com", "a.b.example.com", false}, NamePair{"*.example.com", ".example.com", false},
                    NamePair{"*", "example", false}, NamePair{"v*.example.com", "vpn.example.com", false},
                    NamePair{"vpn.*.com", "vpn.example.com", false}, NamePair{"vpn.example.com", "*.example.com", false},
                    NamePair{"vpn.example.com", "vpn.example.org", false}, NamePair{"203.0.113.5", "203.0.113.5", true},
                    NamePair{"", "vpn.example.com", false}, NamePair{"", "", false}));

TEST(Covers, IpAddressesAndTheCnOnlyWhereThereIsNoSan) {
    EXPECT_TRUE(covers(certificate(4).names({}).addresses({"203.0.113.5"}), "203.0.113.5"));
    EXPECT_TRUE(covers(certificate(4).names({}).cn("vpn.example.com"), "vpn.example.com"));
    EXPECT_FALSE(covers(certificate(4).names({"www.example.com"}).cn("vpn.example.com"), "vpn.example.com"));
    EXPECT_FALSE(covers(certificate(4).names({}).addresses({"203.0.113.5"}).cn("vpn.example.com"), "vpn.example.com"));
    EXPECT_FALSE(covers(certificate(4).names({}).cn("VPN Server"), "VPN Server")) << "no host name";
}

/// Who is judged, beside the certificate.
enum class As : std::uint8_t { candidate, active, served_active };

struct FitnessCase {
    std::string name;
    CertificateBuilder certificate;
    ServerBuilder server;   ///< its policy and memory
    As as;
    std::string against;    ///< "word!" makes it unfit, "word" does not
};
void PrintTo(const FitnessCase& each, std::ostream* out) { *out << each.name; }

std::string judged(const Certificate& certificate, const FitnessInput& input) {
    std::string text;
    for (const Unfitness& each : judge(certificate, input)) {
        text += (text.empty() ? "" : " ") + std::string{word(each.reason)} + (each.severity == Severity::critical ? "!" : "");
    }
    return text;
}

class Fitness : public testing::TestWithParam<FitnessCase> {};
TEST_P(Fitness, IsJudged) {
    const ServerBuilder& server = GetParam().server;
    const FitnessInput input{server.policy,
                             server.memory,
                             server.state.looked_at.wall,
                             {"vpn.example.com"},
                             GetParam().as == As::served_active,
                             GetParam().as != As::candidate};
    EXPECT_EQ(judged(GetParam().certificate, input), GetParam().against);
    EXPECT_EQ(is_fit(GetParam().certificate, input), GetParam().against.find('!') == std::string::npos);
}

ServerBuilder chain(ChainPolicy policy) {
    return healthy().with([=](auto& s) { s.policy.certificate.chain = policy; });
}
ServerBuilder revocation(RevocationPolicy policy) {
    return healthy().with([=](auto& s) { s.policy.certificate.revocation = policy; });
}
ServerBuilder missing_eku_allowed() {
    return healthy().with([](auto& s) { s.policy.certificate.allow_missing_eku = true; });
}
CertificateBuilder self_signed(std::uint32_t number) { return certificate(number).cn("vpn.example.com").self_signed(); }
CertificateBuilder unknown_ca(std::uint32_t number) { return certificate(number).issued_by(public_ca("Unknown CA").without_root()); }

// clang-format off
INSTANTIATE_TEST_SUITE_P(Rules, Fitness, testing::Values(
    FitnessCase{"a fit one", two(), healthy(), As::candidate, ""},
    FitnessCase{"ended", certificate(4).expired(), healthy(), As::active, "certificate_expired!"},
    FitnessCase{"not begun", certificate(4).not_yet_valid(), healthy(), As::active, "certificate_not_yet_valid!"},
    FitnessCase{"ended by a clock that is not believed, in force", certificate(4).expired(), healthy().clock_doubtful(), As::active, "certificate_expired"},
    FitnessCase{"ended by a clock that is not believed, a candidate", certificate(4).expired(), healthy().clock_doubtful(), As::candidate, "certificate_expired!"},
    FitnessCase{"any purpose", certificate(4).purposes({{kAnyPurpose}}), healthy(), As::candidate, ""},
    FitnessCase{"another purpose", certificate(4).purposes({{"1.3.6.1.5.5.7.3.2"}}), healthy(), As::active, "eku_unfit!"},
    FitnessCase{"every purpose switched off", certificate(4).purposes({std::vector<std::string>{}}), healthy(), As::candidate, "eku_unfit!"},
    FitnessCase{"no purpose named", certificate(4).purposes(std::nullopt), healthy(), As::candidate, "eku_unfit!"},
    FitnessCase{"no purpose named, which the policy allows", certificate(4).purposes(std::nullopt), missing_eku_allowed(), As::candidate, ""},
    FitnessCase{"no key", certificate(4).key(KeyState::absent), healthy(), As::active, "private_key_missing!"},
    FitnessCase{"no key, and yet served", certificate(4).key(KeyState::absent), healthy(), As::served_active, ""},
    FitnessCase{"an unusable key", certificate(4).key(KeyState::unusable), healthy(), As::active, "private_key_unusable!"},
    FitnessCase{"refused by HTTP.SYS with 1312", certificate(4), healthy().refused_by_http_sys(certificate(4)), As::candidate, "private_key_unusable!"},
    FitnessCase{"an unknown key is no reason to leave", certificate(4).key(KeyState::unknown), healthy(), As::active, "private_key_unknown"},
    FitnessCase{"an unknown key is nothing to move to", certificate(4).key(KeyState::unknown), healthy(), As::candidate, "private_key_unknown!"},
    FitnessCase{"an unknown key, pinned", certificate(4).key(KeyState::unknown), healthy().pinning(certificate(4)), As::candidate, "private_key_unknown"},
    FitnessCase{"an unknown key, served", certificate(4).key(KeyState::unknown), healthy(), As::served_active, ""},
    FitnessCase{"another name", certificate(4).names({"www.example.com"}), healthy(), As::active, "name_mismatch!"},
    FitnessCase{"a bad chain", certificate(4).chain(ChainTrust::bad), healthy(), As::active, "chain_untrusted!"},
    FitnessCase{"a bad chain, of which the policy only warns", certificate(4).chain(ChainTrust::bad), chain(ChainPolicy::warn), As::candidate, "chain_untrusted"},
    FitnessCase{"a bad chain, which the policy ignores", certificate(4).chain(ChainTrust::bad), chain(ChainPolicy::ignore), As::candidate, ""},
    FitnessCase{"a chain that cannot be judged is no reason to leave", unknown_ca(4), healthy(), As::active, "chain_unknown"},
    FitnessCase{"a chain that cannot be judged is nothing to move to", unknown_ca(4), healthy(), As::candidate, "chain_unknown!"},
    FitnessCase{"of the issuing CA of the one proven last it is", unknown_ca(4), healthy().proven(unknown_ca(3)), As::candidate, "chain_unknown"},
    FitnessCase{"of the same name with another key it is not", unknown_ca(4), healthy().proven(unknown_ca(3)).with([](auto& s) { s.memory.proven->ca.issuer_key = PublicKeyHash{}; }), As::candidate, "chain_unknown!"},
    FitnessCase{"self-signed with name and key of the one proven last it is not: each such certificate is a CA of its own", self_signed(4),
                healthy().proven(self_signed(3)).with([](auto& s) { s.memory.proven->ca.issuer_key = self_signed(4).certificate.issuer_key; }),
                As::candidate, "chain_unknown!"},
    FitnessCase{"a chain engine that failed", certificate(4).chain_unreadable(), healthy().nothing_learned(), As::candidate, "chain_unknown!"},
    FitnessCase{"a chain engine that failed on the one in force", certificate(4).chain_unreadable(), healthy().nothing_learned(), As::active, "chain_unknown"},
    FitnessCase{"1024 bits", certificate(4).key(KeyAlgorithm::rsa, 1024), healthy(), As::candidate, "weak_key!"},
    FitnessCase{"1024 bits in force", certificate(4).key(KeyAlgorithm::rsa, 1024), healthy(), As::active, "weak_key"},
    FitnessCase{"224 bits of ECDSA", certificate(4).key(KeyAlgorithm::ecdsa, 224), healthy(), As::candidate, "weak_key!"},
    FitnessCase{"256 bits of ECDSA", certificate(4).key(KeyAlgorithm::ecdsa, 256), healthy(), As::candidate, ""},
    FitnessCase{"a key of another kind", certificate(4).key(KeyAlgorithm::other, 256), healthy(), As::candidate, "weak_key"},
    FitnessCase{"revoked", certificate(4).chain(ChainTrust::good, Revocation::revoked), healthy(), As::active, "certificate_revoked!"},
    FitnessCase{"revoked, and nobody asks", certificate(4).chain(ChainTrust::good, Revocation::revoked), revocation(RevocationPolicy::off), As::candidate, ""},
    FitnessCase{"revocation unknown", certificate(4).chain(ChainTrust::good, Revocation::unknown), healthy(), As::candidate, "revocation_unknown"},
    FitnessCase{"revocation unknown and required", certificate(4).chain(ChainTrust::good, Revocation::unknown), revocation(RevocationPolicy::require), As::candidate, "revocation_unknown!"},
    FitnessCase{"revocation of what signed itself: nobody can revoke it", self_signed(4).chain(ChainTrust::good, Revocation::not_checked), healthy(), As::active, ""},
    FitnessCase{"nor can an answer be required of anybody", self_signed(4).chain(ChainTrust::good, Revocation::not_checked), revocation(RevocationPolicy::require), As::candidate, ""},
    FitnessCase{"revocation unknown and required, in force", certificate(4).chain(ChainTrust::good, Revocation::unknown), revocation(RevocationPolicy::require), As::active, "revocation_unknown"},
    FitnessCase{"all at once, in the order of promise 1",
                certificate(4).expired().purposes({std::vector<std::string>{}}).key(KeyState::absent).names({}).key(KeyAlgorithm::rsa, 512).chain(ChainTrust::bad, Revocation::revoked),
                healthy(), As::candidate,
                "certificate_expired! eku_unfit! private_key_missing! name_mismatch! chain_untrusted! weak_key! certificate_revoked!"}));
// clang-format on

TEST(Fitness, TakesBothEndsOfTheValidityForValid) {
    const ServerBuilder server = healthy();
    const Certificate each = one();
    const auto is_fit_at = [&](WallTime now) { return is_fit(each, {server.policy, server.memory, now, {}, false, false}); };
    EXPECT_TRUE(is_fit_at(each.not_before));
    EXPECT_TRUE(is_fit_at(each.not_after));
    EXPECT_FALSE(is_fit_at(each.not_before - Duration{1}));
    EXPECT_FALSE(is_fit_at(each.not_after + Duration{1}));
}

/// L25 of the review: absolute spans never let a 6-day certificate be well.
TEST(WarnAndReplaceBefore, FollowTheLifetimeUnlessThePolicySaysOtherwise) {
    using std::chrono::hours;
    CertificatePolicy policy;
    EXPECT_EQ(warn_before(certificate(4).valid(0, 6), policy), hours{48});
    EXPECT_EQ(replace_before(certificate(4).valid(0, 6), policy), Duration{hours{24 * 6}} / 10);
    EXPECT_EQ(warn_before(certificate(4).valid(0, 47), policy), Duration{hours{24 * 47}} / 3);
    EXPECT_EQ(warn_before(certificate(4).valid(0, 365), policy), hours{24 * 21});
    EXPECT_EQ(replace_before(certificate(4).valid(0, 365), policy), hours{24 * 7});
    policy.warn_before = hours{5};
    policy.replace_before = hours{3};
    EXPECT_EQ(warn_before(certificate(4), policy), hours{5});
    EXPECT_EQ(replace_before(certificate(4), policy), hours{3});
}

}  // namespace fitness

}  // namespace sstp::test
