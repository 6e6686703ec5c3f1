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

CertificateList listed(CertificatesWorld& world, RevocationPolicy revocation = RevocationPolicy::off, std::vector<Thumbprint> served = {}) {
    auto list = world.certificates().list({.revocation = revocation, .timeout = kTimeout, .served = std::move(served)});
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

TEST_P(CertificatesContract, addresses_are_told_beside_names) {
    world->add({.ip_addresses = {"203.0.113.5", "2001:db8::5"}});
    EXPECT_EQ(only(*world).ip_addresses, (std::vector<std::string>{"203.0.113.5", "2001:db8::5"}));
}

TEST_P(CertificatesContract, of_which_ca_it_is_stands_on_it_with_root_key_and_names) {
    world->add({});
    world->add({});
    const auto all = listed(*world);
    ASSERT_THAT(all, SizeIs(2));
    for (const Certificate& certificate : all) {
        ASSERT_THAT(certificate.roots, SizeIs(1)) << certificate.subject;
        EXPECT_THAT(certificate.roots.front().subject, testing::StartsWith("CN="));
        EXPECT_NE(certificate.roots.front().public_key, PublicKeyHash{});
        EXPECT_FALSE(certificate.roots.front().in_root_programme) << "its own CA";
        EXPECT_TRUE(certificate.issuer_key);
        EXPECT_THAT(certificate.chain_names, testing::Contains(certificate.issuer));
        EXPECT_THAT(certificate.chain_names, testing::Contains(certificate.issuer_cn));
        EXPECT_THAT(certificate.chain_names, testing::Contains(certificate.roots.front().subject));
    }
    EXPECT_EQ(all[0].roots, all[1].roots) << "one CA, one root";
    EXPECT_EQ(all[0].issuer_key, all[1].issuer_key);
}

TEST_P(CertificatesContract, one_that_signed_itself_is_its_own_ca) {
    world->add({.trusted = false, .self_signed = true});
    const Certificate certificate = only(*world);
    EXPECT_TRUE(certificate.self_signed);
    EXPECT_EQ(certificate.issuer, certificate.subject);
    EXPECT_EQ(chain(certificate).trust, ChainTrust::unknown) << chain(certificate).explanation;
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

TEST_P(CertificatesContract, a_key_whose_provider_does_not_answer_is_unknown_not_unusable) {   // 14
    world->add({.key = KeyPlace::unreachable});
    const Certificate certificate = only(*world);
    EXPECT_EQ(certificate.key, KeyState::unknown);
    EXPECT_NE(certificate.key_explanation, "");
}

TEST_P(CertificatesContract, whoever_is_being_served_has_a_usable_key_whatever_we_can_open) {   // 14
    const Thumbprint unreachable = world->add({.key = KeyPlace::unreachable});
    const Thumbprint gone = world->add({.key = KeyPlace::gone});
    for (const Certificate& certificate : listed(*world, RevocationPolicy::off, {unreachable, gone})) {
        EXPECT_EQ(certificate.key, KeyState::usable) << certificate.key_explanation;
        EXPECT_EQ(certificate.key_explanation, "");
    }
    for (const Certificate& certificate : listed(*world)) EXPECT_NE(certificate.key, KeyState::usable);
}

TEST_P(CertificatesContract, a_copy_whose_key_is_not_linked_has_none_though_a_listener_serves_it_from_another_store) {   // 17
    const Thumbprint copy = world->add({.key = KeyPlace::nowhere});
    const auto all = listed(*world, RevocationPolicy::off, {copy});
    ASSERT_THAT(all, SizeIs(1));
    EXPECT_EQ(all.begin()->key, KeyState::absent) << "RRAS would not start with it";
}

TEST_P(CertificatesContract, an_expired_one_is_listed_and_its_chain_judged_without_its_dates) {
    world->add({.expired = true});
    const Certificate certificate = only(*world);
    EXPECT_LT(certificate.not_after, world->now());
    EXPECT_EQ(chain(certificate).trust, ChainTrust::good) << chain(certificate).explanation;
}

TEST_P(CertificatesContract, a_chain_without_a_trusted_root_cannot_be_judged_and_says_why) {   // 60
    world->add({.trusted = false});
    const Certificate certificate = only(*world);
    EXPECT_EQ(chain(certificate).trust, ChainTrust::unknown);
    EXPECT_NE(chain(certificate).explanation, "");
    EXPECT_THAT(certificate.roots, IsEmpty());
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

TEST_P(CertificatesContract, one_is_held_until_it_is_taken_out) {
    world->add({});
    const Thumbprint removed = world->add({});
    const auto held = [&] { return world->certificates().holds(removed); };
    ASSERT_TRUE(held()) << held().error().message();
    EXPECT_TRUE(*held());
    ASSERT_TRUE(world->certificates().remove(removed));
    ASSERT_TRUE(held()) << held().error().message();
    EXPECT_FALSE(*held());
}

TEST_P(CertificateArchiveContract, an_archived_one_is_held_no_longer) {
    const Thumbprint old = world->add({});
    ASSERT_TRUE(world->certificates().archive(old));
    const auto held = world->certificates().holds(old);
    ASSERT_TRUE(held) << held.error().message();
    EXPECT_FALSE(*held);
}

TEST_P(CertificateArchiveContract, archived_ones_are_listed_and_marked) {   // 4
    const Thumbprint successor = world->add({});
    const Thumbprint old = world->add({.archived = true, .renewed_by = successor});
    const auto all = listed(*world);
    ASSERT_THAT(all, SizeIs(2));
    for (const Certificate& certificate : all) EXPECT_EQ(certificate.archived, certificate.thumbprint == old);
    EXPECT_EQ(one(all, old).renewed_by, successor) << "the link is on the old one, so it is lost to whoever passes archived ones over";
}

TEST_P(CertificateArchiveContract, archiving_marks_exactly_that_one) {
    world->add({});
    const Thumbprint old = world->add({});
    const auto archived = world->certificates().archive(old);
    ASSERT_TRUE(archived) << archived.error().message();
    for (const Certificate& certificate : listed(*world)) EXPECT_EQ(certificate.archived, certificate.thumbprint == old);
}

}  // namespace
}  // namespace sstp::contracts
