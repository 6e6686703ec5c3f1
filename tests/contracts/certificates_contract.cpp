#include "tests/contracts/certificates_contract.h"

#include <gmock/gmock.h>

#include <algorithm>

namespace sstp::contracts {
namespace {

using testing::IsEmpty;
using testing::SizeIs;

GTEST_ALLOW_UNINSTANTIATED_PARAMETERIZED_TEST(CertificatesContract);
GTEST_ALLOW_UNINSTANTIATED_PARAMETERIZED_TEST(CertificateArchiveContract);

constexpr Duration kTimeout = std::chrono::seconds{15};

std::vector<Certificate> listed(CertificatesWorld& world, RevocationPolicy revocation = RevocationPolicy::off,
                                std::vector<Thumbprint> served = {}) {
    auto list = world.certificates().list({revocation, kTimeout, std::move(served), true});
    if (list) return *std::move(list);
    ADD_FAILURE() << list.error().message();
    return {};
}

/// The only certificate in the store.
Certificate only(CertificatesWorld& world, RevocationPolicy revocation = RevocationPolicy::off) {
    auto list = listed(world, revocation);
    EXPECT_THAT(list, SizeIs(1));
    return list.empty() ? Certificate{} : list.front();
}

ChainVerdict chain(const Certificate& certificate) {
    if (const Error* why = why_unreadable(certificate.chain)) ADD_FAILURE() << why->message();
    const ChainVerdict* verdict = value_of(certificate.chain);
    EXPECT_NE(verdict, nullptr);
    return verdict != nullptr ? *verdict : ChainVerdict{};
}

const Certificate& one(const std::vector<Certificate>& all, const Thumbprint& thumbprint) {
    const auto found = std::ranges::find(all, thumbprint, &Certificate::thumbprint);
    EXPECT_NE(found, all.end());
    static const Certificate kNone;
    return found == all.end() ? kNone : *found;
}

TEST_P(CertificatesContract, an_empty_store_is_an_empty_list) { EXPECT_THAT(listed(*world), IsEmpty()); }

TEST_P(CertificatesContract, a_fit_one_shows_all_that_a_choice_rests_on) {
    const Thumbprint thumbprint = world->add({.dns_names = {"vpn.example.com", "*.example.org", "xn--prfung-n2a.example"}});
    const Certificate certificate = only(*world);
    EXPECT_EQ(certificate.thumbprint, thumbprint);
    EXPECT_NE(certificate.hash, CertificateHash{});
    EXPECT_EQ(certificate.dns_names, (std::vector<std::string>{"vpn.example.com", "*.example.org", "xn--prfung-n2a.example"}));
    EXPECT_EQ(certificate.subject, "CN=vpn.example.com");
    EXPECT_EQ(certificate.subject_cn, "vpn.example.com");
    EXPECT_EQ(certificate.issuer, "CN=" + certificate.issuer_cn);
    EXPECT_FALSE(certificate.issuer_cn.empty());
    EXPECT_FALSE(certificate.serial.empty());
    EXPECT_LT(certificate.not_before, world->now());
    EXPECT_GT(certificate.not_after, world->now());
    EXPECT_EQ(certificate.purposes, std::vector<std::string>{kServerAuthentication});
    EXPECT_EQ(certificate.key, KeyState::usable) << certificate.key_explanation;
    EXPECT_EQ(certificate.key_explanation, "");
    EXPECT_EQ(certificate.key_algorithm, KeyAlgorithm::rsa);
    EXPECT_GE(certificate.key_bits, 1024U);
    EXPECT_EQ(certificate.renewed_by, std::nullopt);
    EXPECT_FALSE(certificate.archived);
    EXPECT_FALSE(certificate.self_signed);
    EXPECT_EQ(chain(certificate), (ChainVerdict{ChainTrust::good, Revocation::not_checked, ""}));
}

TEST_P(CertificatesContract, a_subject_may_be_empty) {
    world->add({.dns_names = {}});
    const Certificate certificate = only(*world);
    EXPECT_EQ(certificate.subject, "");
    EXPECT_EQ(certificate.subject_cn, "");
    EXPECT_THAT(certificate.dns_names, IsEmpty());
}

TEST_P(CertificatesContract, purposes_that_are_absent_and_ones_that_are_others_stay_apart) {
    const Thumbprint none = world->add({.purposes = std::nullopt});
    const Thumbprint any = world->add({.purposes = std::vector<std::string>{kAnyPurpose}});
    const Thumbprint client = world->add({.purposes = std::vector<std::string>{"1.3.6.1.5.5.7.3.2"}});
    const auto all = listed(*world);
    const auto purposes_of = [&all](const Thumbprint& thumbprint) { return one(all, thumbprint).purposes; };
    EXPECT_EQ(purposes_of(none), std::nullopt);
    EXPECT_EQ(purposes_of(any), std::vector<std::string>{kAnyPurpose});
    EXPECT_EQ(purposes_of(client), std::vector<std::string>{"1.3.6.1.5.5.7.3.2"});
}

TEST_P(CertificatesContract, what_the_leaf_is_for_is_not_the_chains_affair) {
    for (const char* purpose : {kAnyPurpose, "1.3.6.1.5.5.7.3.2"}) world->add({.purposes = std::vector<std::string>{purpose}});
    for (const Certificate& certificate : listed(*world)) {
        EXPECT_EQ(chain(certificate).trust, ChainTrust::good) << certificate.purposes->front() << ": " << chain(certificate).explanation;
    }
}

TEST_P(CertificatesContract, a_key_that_is_not_linked_is_absent) {
    world->add({.key = KeyPlace::nowhere});
    EXPECT_EQ(only(*world).key, KeyState::absent);
}

TEST_P(CertificatesContract, a_key_that_http_sys_cannot_use_is_unusable_and_says_why) {
    world->add({.dns_names = {"gone"}, .key = KeyPlace::gone});
    world->add({.dns_names = {"user"}, .key = KeyPlace::user});
    world->add({.dns_names = {"of another"}, .key = KeyPlace::of_another});
    const auto all = listed(*world);
    ASSERT_THAT(all, SizeIs(3));
    for (const Certificate& certificate : all) {
        EXPECT_EQ(certificate.key, KeyState::unusable) << certificate.subject << certificate.key_explanation;
        EXPECT_NE(certificate.key_explanation, "") << certificate.subject;
    }
}

TEST_P(CertificatesContract, an_expired_one_is_listed_and_its_chain_judged_without_its_dates) {
    world->add({.expired = true});
    const Certificate certificate = only(*world);
    EXPECT_LT(certificate.not_after, world->now());
    EXPECT_EQ(chain(certificate).trust, ChainTrust::good) << chain(certificate).explanation;
}

TEST_P(CertificatesContract, the_root_is_named_with_its_key_and_stands_in_no_root_programme) {
    world->add({});
    const Certificate certificate = only(*world);
    ASSERT_THAT(certificate.roots, SizeIs(1));
    EXPECT_THAT(certificate.roots.front().subject, testing::StartsWith("CN="));
    EXPECT_NE(certificate.roots.front().public_key, PublicKeyHash{});
    EXPECT_FALSE(certificate.roots.front().in_root_programme);
    EXPECT_NE(certificate.issuer_key, std::nullopt);
    EXPECT_THAT(certificate.chain_names, testing::Contains(certificate.roots.front().subject));
}

TEST_P(CertificatesContract, a_chain_whose_root_is_not_on_this_machine_cannot_be_judged_and_says_why) {
    world->add({.trusted = false});
    const Certificate certificate = only(*world);
    EXPECT_EQ(chain(certificate).trust, ChainTrust::unknown);
    EXPECT_NE(chain(certificate).explanation, "");
    EXPECT_THAT(certificate.roots, IsEmpty());
}

TEST_P(CertificatesContract, of_a_key_whose_provider_is_not_here_nobody_can_tell) {
    world->add({.key = KeyPlace::unknown_provider});
    const Certificate certificate = only(*world);
    EXPECT_EQ(certificate.key, KeyState::unknown);
    EXPECT_NE(certificate.key_explanation, "");
}

TEST_P(CertificatesContract, the_key_of_one_that_a_listener_serves_is_usable_without_being_opened) {
    const Thumbprint served = world->add({.key = KeyPlace::unknown_provider});
    const Thumbprint other = world->add({.dns_names = {"other"}, .key = KeyPlace::unknown_provider});
    const auto all = listed(*world, RevocationPolicy::off, {served});
    EXPECT_EQ(one(all, served).key, KeyState::usable);
    EXPECT_EQ(one(all, other).key, KeyState::unknown);
}

TEST_P(CertificatesContract, revocation_is_looked_at_unless_it_is_off) {
    world->add({});
    EXPECT_EQ(chain(only(*world, RevocationPolicy::off)).revocation, Revocation::not_checked);
    for (const RevocationPolicy policy : {RevocationPolicy::best_effort, RevocationPolicy::require}) {
        // Looked at, or there was nobody to ask, and the verdict says so.
        const ChainVerdict verdict = chain(only(*world, policy));
        EXPECT_TRUE(verdict.revocation != Revocation::not_checked || verdict.explanation.find("names a CRL") != std::string::npos);
    }
    EXPECT_EQ(chain(only(*world, RevocationPolicy::best_effort)).trust, ChainTrust::good);
}

TEST_P(CertificatesContract, the_successor_that_auto_enrolment_made_is_named) {
    const Thumbprint successor = world->add({});
    const Thumbprint old = world->add({.renewed_by = successor});
    const auto all = listed(*world);
    ASSERT_THAT(all, SizeIs(2));
    EXPECT_EQ(one(all, old).renewed_by, successor);
}

TEST_P(CertificatesContract, what_is_removed_is_gone) {
    const Thumbprint kept = world->add({});
    const Thumbprint removed = world->add({});
    const auto done = world->certificates().remove(removed);
    ASSERT_TRUE(done) << done.error().message();
    EXPECT_EQ(only(*world).thumbprint, kept);
}

TEST_P(CertificatesContract, what_is_not_there_is_neither_archived_nor_removed) {
    const Thumbprint missing;
    EXPECT_EQ(world->certificates().archive(missing).error().kind, ErrorKind::not_found);
    EXPECT_EQ(world->certificates().remove(missing).error().kind, ErrorKind::not_found);
}

TEST_P(CertificateArchiveContract, archived_ones_are_listed_and_marked) {
    const Thumbprint archived = world->add({.archived = true});
    const Thumbprint other = world->add({});
    const auto all = listed(*world);
    ASSERT_THAT(all, SizeIs(2));
    EXPECT_TRUE(one(all, archived).archived);
    EXPECT_FALSE(one(all, other).archived);
}

TEST_P(CertificateArchiveContract, archiving_marks_exactly_that_one) {
    const Thumbprint kept = world->add({});
    const Thumbprint old = world->add({});
    const auto archived = world->certificates().archive(old);
    ASSERT_TRUE(archived) << archived.error().message();
    const auto all = listed(*world);
    ASSERT_THAT(all, SizeIs(2));
    EXPECT_TRUE(one(all, old).archived);
    EXPECT_FALSE(one(all, kept).archived);
}

}  // namespace
}  // namespace sstp::contracts
