#include "tests/core/selection/selection_case.h"

#include <gmock/gmock.h>

#include <algorithm>

namespace sstp::test {

/// Faults that the first edition had (reviews/core.md), each as the server on which it showed.
namespace selection_review {

class ReviewedFaults : public Selects {};
TEST_P(ReviewedFaults, DoNotComeBack) { expect_as_said(GetParam()); }

Certificate internal() { return certificate(2).valid(-5, 365).issued_by(private_ca()); }
Certificate ras() { return certificate(2).newer().names({"ras.example.com"}); }
Certificate www() { return certificate(7).names({"www.example.com"}); }
Certificate computer() { return certificate(2).names({"vpn1.corp.local"}); }
Certificate without_names() { return one().names({}); }
ServerBuilder in_force(const Certificate& active) {
    return healthy().holding({active}).all_naming(active).learned(active).proven(active).held(active);
}
Certificate ended(Certificate which) {
    which.not_after = days_from_look(-1);
    return which;
}

// clang-format off
INSTANTIATE_TEST_SUITE_P(Core, ReviewedFaults, testing::Values(
    SelectionCase{"C1a: the internal CA's newer and longer certificate of the same name supersedes nothing",
                  healthy().adding(internal()).at(3, 2), "1", "(successor_other_ca)"},
    SelectionCase{"C1b: nor is it bound when an ACME client has deleted the public one",
                  healthy().holding({internal()}).unreachable(), "blocked by successor_other_ca", "successor_other_ca!"},
    SelectionCase{"C1: one that is marked for IKEv2 comes after one of the same age that is not",
                  in_force(one().issued_by(private_ca())).adding(certificate(2).newer().issued_by(private_ca()).ike_intermediate()).adding(certificate(3).newer().issued_by(private_ca())),
                  "1, planned 3", "(certificate_superseded)"},
    SelectionCase{"C1: nor does one that is marked for IKEv2 supersede one of its own age",
                  in_force(one().issued_by(private_ca())).adding(certificate(2).issued_by(private_ca()).ike_intermediate().valid(-30, 200)), "1", ""},
    SelectionCase{"H9: without a known name one fit candidate is a guess, not a cure, though the active one's chain is bad",
                  in_force(without_names()).nothing_learned().replacing(one().names({}).chain(ChainTrust::bad)).adding(computer()),
                  "blocked by ambiguous_certificate", "ambiguous_certificate!"},
    SelectionCase{"H9: the same of another CA, self-signed by the wizard",
                  in_force(ended(one().names({}).cn("VPN Server").self_signed())).nothing_learned().adding(internal()), "blocked by ambiguous_certificate", "ambiguous_certificate!"},
    SelectionCase{"H9: a CN that is a host name is one that clients may use",
                  in_force(ended(one().names({}).cn("vpn.example.com"))).nothing_learned().adding(two()).adding(computer()), "2", "(names_presumed)"},
    SelectionCase{"H9: an active one of 1024 bits that works is not left for a stranger",
                  in_force(one().names({}).key(KeyAlgorithm::rsa, 1024)).nothing_learned().adding(computer()), "1", "ambiguous_certificate"},
    SelectionCase{"H10a: Set-RemoteAccess to another name is not reverted",
                  healthy().adding(ras()).all_naming(ras()).flag(1U).written(10), "2, adopted", ""},
    SelectionCase{"H10b: a renewal with fewer names is no dead end",
                  in_force(ended(one().names({"vpn.example.com", "www.example.com", "example.com"}))).adding(two()), "2 as second choice", "names_changed"},
    SelectionCase{"H10c: nor is a renewal by name of a wildcard, where the name was used before",
                  in_force(ended(one().names({"*.example.com"}))).adding(two()).named_before("vpn.example.com"), "2 as second choice", "names_changed"},
    SelectionCase{"H11: an exact-address record of another site blocks nothing",
                  healthy().interfaces({"203.0.113.5", "203.0.113.6"}).adding(www()).shadowed_by_address("203.0.113.6", www()).without_record(v6), "1", ""},
    SelectionCase{"H11: nor does one of 127.0.0.1, in another store",
                  healthy().adding(www()).shadowed_by_address("127.0.0.1", www(), "WebHosting"), "1", ""},
    SelectionCase{"H12: deleted by win-acme while listeners serve it: soon, not now",
                  healthy().holding({two()}), "1, soon 2", ""},
    SelectionCase{"H12: archived by auto-enrolment while listeners serve it: soon, not now",
                  healthy().archiving(one()).adding(two()), "1, soon 2", ""},
    SelectionCase{"H12: deleted, and one family is served something else: now",
                  healthy().holding({two()}).serving(v6, certificate(9)), "2", ""},
    SelectionCase{"H12: archived, and one family is served something else: now",
                  healthy().archiving(one()).adding(two()).serving(v6, certificate(9)), "2", ""},
    SelectionCase{"H12: deleted, and a record would have to be made: nothing is bound to it",
                  healthy().holding({two()}).without_record(v6), "-, soon 2", ""},
    SelectionCase{"H13: RRAS without SSTP is left alone",
                  healthy().nothing_learned().without_record(v4).without_record(v6).without_hashes().unreachable(), "blocked by sstp_not_configured", "(sstp_not_configured)"},
    SelectionCase{"M18: served rightly from another store by an SNI record is a warning",
                  healthy().deleting(one()).sni("vpn.example.com", one(), "WebHosting"), "blocked by certificate_in_other_store", "certificate_in_other_store"},
    SelectionCase{"M18: as it is behind another's wildcards",
                  healthy().deleting(one()).owned_by(v4, kIisAppId).in_store(v4, "WebHosting").owned_by(v6, kIisAppId).in_store(v6, "WebHosting"),
                  "blocked by certificate_in_other_store", "certificate_in_other_store certificate_in_other_store"},
    SelectionCase{"M22: the hash of a balancer that encrypts anew is not corrected",
                  healthy().nothing_learned().hash(certificate(9)).flag(1U).sessions(5), "blocked by hash_unknown_to_this_server", "(names_presumed) hash_unknown_to_this_server"}));
// clang-format on

const Finding& only(const DesiredState& desired, Reason reason) {
    const auto found =
        std::find_if(desired.findings.begin(), desired.findings.end(), [=](const Finding& each) { return each.reason == reason; });
    if (found != desired.findings.end()) return *found;
    static const Finding kNone{};
    ADD_FAILURE() << "no " << word(reason) << "\n" << at_length(desired);
    return kNone;
}

using testing::AllOf;
using testing::HasSubstr;

/// A demand names its origin and the key that ends it; a refusal names the key that decides otherwise.
TEST(SelectionSays, WhereADemandComesFromAndWhichKeyEndsIt) {
    const auto lacking = healthy().holding({ended(one()), www()}).all_naming(ended(one())).proven(ended(one())).desired();
    EXPECT_THAT(
        only(lacking, Reason::no_fit_certificate).explanation,
        AllOf(HasSubstr("0100..11 (vpn.example.com) ended 2026-11-17 12:00 UTC"),
              HasSubstr("0700..11 (www.example.com) does not cover vpn.example.com"),
              HasSubstr("learned from 0100..11 (vpn.example.com), with which clients connected; certificate.dns_names ends that demand")));

    EXPECT_THAT(
        only(healthy().adding(internal()).desired(), Reason::successor_other_ca).explanation,
        AllOf(HasSubstr("0200..11 (vpn.example.com), of the private CA CN=Corp Issuing CA Root"),
              HasSubstr("may not succeed 0100..11 (vpn.example.com)"), HasSubstr("a public CA, with whose certificates clients connected"),
              HasSubstr("certificate.issuer"), HasSubstr(R"("ca": "any")")));

    EXPECT_THAT(only(healthy().nothing_learned().desired(), Reason::names_presumed).explanation,
                AllOf(HasSubstr("vpn.example.com is taken from 0100..11"), HasSubstr("certificate.dns_names settles it")));

    EXPECT_THAT(only(healthy().adding(ras()).all_naming(ras()).written(60).sstp_session_began(120).desired(), Reason::choice_not_confirmed)
                    .explanation,
                AllOf(HasSubstr("from 0100..11 (vpn.example.com) to 0200..11 (ras.example.com)"), HasSubstr("sstp-watchdog heal"),
                      HasSubstr("certificate.thumbprint")));
}

TEST(SelectionSays, ThatTheClockMayBeWrongWhereEveryCertificateLooksEnded) {
    EXPECT_THAT(only(healthy().adding(two()).at(27000, 12).desired(), Reason::no_fit_certificate).explanation,
                HasSubstr("Every certificate of the store looks ended at once: check this server's clock, which says 2100-"));
}

TEST(SelectionSays, WhatSpeaksAgainstEachCandidateBestFirst) {
    const auto desired = healthy().adding(two()).adding(www()).adding(certificate(5).expired()).desired();
    std::vector<std::string> said;
    for (const Candidate& each : desired.candidates) said.push_back(each.certificate.serial + ": " + each.why_not);
    EXPECT_THAT(said, testing::ElementsAre("1: ", "2: ", "5: ended 2026-11-17 12:00 UTC",
                                           "7: does not cover vpn.example.com (its names: www.example.com) (learned from 0100..11 "
                                           "(vpn.example.com), with which clients connected; certificate.dns_names ends that demand)"));
}

TEST(SelectionSays, WhyASuccessorIsTaken) {
    EXPECT_EQ(healthy().adding(two()).desired().successor->why, "newer");
    const auto wished = healthy().adding(two().issued_by(public_ca("Wished CA"))).wanting_issuer("Wished CA").desired();
    ASSERT_TRUE(wished.successor);
    EXPECT_EQ(wished.successor->why, "of the issuer that certificate.issuer asks for");
}

TEST(SelectionSays, OfWhichCaASuccessorMustBe) {
    ASSERT_TRUE(healthy().desired().ca);
    EXPECT_TRUE(is_same_ca(*healthy().desired().ca, authority_of(one())));
}

TEST(SelectionSays, NothingOfTheActiveOneAmongTheStoreWhereItWasArchived) {
    const auto desired = healthy().archiving(one()).adding(two()).desired();
    for (const Candidate& each : desired.candidates) EXPECT_NE("1", each.certificate.serial) << each.why_not;
}

TEST(SelectionMovesBack, ByAnAdministratorsHealToTheOneProvenBefore) {
    const auto moved = healthy().adding(ras()).all_naming(ras()).written(60).sstp_session_began(120);
    ASSERT_TRUE(moved.desired().move_back_to);
    EXPECT_EQ(moved.desired().move_back_to->serial, "1");
    auto without_it = moved;
    EXPECT_FALSE(without_it.deleting(one()).desired().move_back_to) << "it is gone";
}

TEST(PrimaryName, IsTheCnWhereItIsADnsNameElseTheFirstSan) {
    EXPECT_EQ(healthy().desired().names.primary, "vpn.example.com");
    const Certificate with_cn = one().names({"a.example.com", "vpn.example.com"}).cn("vpn.example.com");
    EXPECT_EQ(in_force(with_cn).nothing_learned().desired().names.primary, "vpn.example.com");
    const Certificate with_title = one().names({"a.example.com", "vpn.example.com"}).cn("Corp VPN");
    EXPECT_EQ(in_force(with_title).nothing_learned().desired().names.primary, "a.example.com");
    EXPECT_EQ(healthy().wanting_names({"b.example.com", "vpn.example.com"}).desired().names.primary, "b.example.com");
}

TEST(CaOfASuccessor, IsSaidWithWhoAsksForIt) {
    const auto origin = [](const ServerBuilder& server) { return std::string{word(server.desired().ca_origin)}; };
    EXPECT_EQ(origin(healthy()), "learned");
    EXPECT_EQ(origin(healthy().nothing_learned()), "presumed");
    EXPECT_EQ(origin(healthy().nothing_learned().wanting_issuer("Example Issuing CA")), "policy");
    EXPECT_EQ(origin(healthy().nothing_learned().deleting(one()).unreachable()), "none") << "nothing is known of what is in force";
}

}  // namespace selection_review

}  // namespace sstp::test
