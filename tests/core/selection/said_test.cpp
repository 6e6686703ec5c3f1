#include "tests/core/saying.h"
#include "tests/core/selection/selection_case.h"

#include <gmock/gmock.h>

namespace sstp::test {

namespace said {

class Says : public testing::TestWithParam<Saying> {};
TEST_P(Says, WhatAPersonCountsOn) {
    const DesiredState desired = GetParam().server.desired();
    expect_said(GetParam(), desired.findings, at_length(desired));
}

/// Its certificate bears www.example.com as well.
ServerBuilder with_two_names() {
    const Certificate both = one().names({"vpn.example.com", "www.example.com"});
    return healthy().replacing(both).serving(both).learned(both).proven(both);
}
/// An administrator's hash that names nothing of this server.
ServerBuilder with_unknown_hash() { return healthy().nothing_learned().hash(certificate(9)).flag(1U); }

/// So many longer certificates of the internal CA.
ServerBuilder with_others(std::uint32_t count) {
    ServerBuilder server = healthy();
    for (std::uint32_t number = 0; number < count; ++number) server.adding(certificate(10 + number).valid(-1, 365).issued_by(private_ca()));
    return server;
}

// clang-format off
INSTANTIATE_TEST_SUITE_P(OfCertificates, Says, testing::Values(
    Saying{"a renewal whose key cannot be asked for names the way out",
           healthy().adding(two().key(KeyState::unknown, "RPC 1722")), Reason::private_key_unknown, {"RPC 1722", "is not taken by itself", "certificate.thumbprint puts it in force"}, {"Import it"}},
    Saying{"a pinned one that the store does not have is told as missing",
           healthy().replacing(one().expired()).pinning(certificate(9)), Reason::no_fit_certificate, {"that certificate.thumbprint pins is not in LocalMachine\\MY"}, {"will do:"}},
    Saying{"a pinned one that is there is told with what speaks against it",
           healthy().replacing(one().expired()).adding(two().valid(-90, -1)).pinning(two()), Reason::no_fit_certificate, {"No certificate of LocalMachine\\MY will do: 0200..11 (vpn.example.com) ended"}, {"pins is not"}},
    Saying{"one that names no purpose is told with the key that accepts it",
           healthy().replacing(one().purposes(std::nullopt)), Reason::no_fit_certificate, {"has no extended key usage", "certificate.allow_missing_eku"}, {"switched off"}},
    Saying{"one whose purposes are switched off has no such key",
           healthy().replacing(one().purposes({std::vector<std::string>{}})), Reason::no_fit_certificate, {"has every purpose switched off"}, {"allow_missing_eku"}},
    Saying{"an SNI record that will not do is corrected at its owner, whatever the policy says of wildcards",
           healthy().sni("vpn.example.com", certificate(9)).serving(certificate(9)), Reason::binding_shadowed, {"It is never changed here: correct it at its owner.", "list in certificate.dns_names those that they use"}, {"take_over"}},
    Saying{"where the policy lists the names nothing is said of others",
           healthy().wanting_names({"vpn.example.com"}).sni("vpn.example.com", certificate(9)).serving(certificate(9)), Reason::binding_shadowed, {"correct it at its owner."}, {"dns_names"}},
    Saying{"an SNI record for another name of the certificate is told with the key that makes it count",
           with_two_names().sni("www.example.com", two()), Reason::binding_shadowed, {"www.example.com:443 (owner IIS) names 0200..11", "taken to use vpn.example.com", "list them in certificate.dns_names"}, {"correct it"}},
    Saying{"a renewal that waits for a site's owner is told with the day on which it does no longer",
           with_two_names().adding(two().names({"vpn.example.com", "www.example.com"})).sni("www.example.com", one()), Reason::certificate_superseded,
           {"once www.example.com:443 (owner IIS) names it too", "in the maintenance window from 2027-01-10 on", "certificate.dns_names"}, {}},
    Saying{"a foreign wildcard that will not do may be taken over",
           healthy().owned_by(v4, kIisAppId).record(v4, certificate(9)).serving(v4, certificate(9)), Reason::binding_foreign_owner, {"set listener.foreign_owner to take_over"}, {"never changed"}},
    Saying{"where DirectAccess or NLB is configured it may not",
           healthy().owned_by(v4, kIisAppId).record(v4, certificate(9)).serving(v4, certificate(9)).with([](auto& s) { s.state.directaccess_or_nlb = true; }),
           Reason::binding_foreign_owner, {"DirectAccess or network load balancing", "at its owner"}, {"take_over"}},
    Saying{"one of another store is imported into MY",
           healthy().deleting(one()).owned_by(v4, kIisAppId).in_store(v4, "WebHosting"), Reason::certificate_in_other_store, {"of one that is not there", "Import the certificate with its key into MY"}, {"copy"}},
    Saying{"one whose copy in MY has no key is imported anew, with it",
           healthy().adding(two().key(KeyState::absent)).owned_by(v4, kIisAppId).in_store(v4, "WebHosting").record(v4, two()).serving(v4, two()), Reason::certificate_in_other_store,
           {"Its copy in LocalMachine\\MY has no key that can be used", "Import it there anew, with its key"}, {"is not there"}},
    Saying{"a central store names no certificate: what it was seen to serve is told",
           healthy().central_store().serving(certificate(9)), Reason::binding_shadowed, {"serves 0900..11 (vpn.example.com), which is not in LocalMachine\\MY"}, {"names"}},
    Saying{"a record of another owner is told with what it names",
           healthy().owned_by(v4, kIisAppId).record(v4, certificate(9)).serving(v4, certificate(9)), Reason::binding_foreign_owner, {"names 0900..11, which is not in LocalMachine\\MY"}, {"serves"}},
    Saying{"an unknown hash under which clients connect may be a load balancer's",
           with_unknown_hash().sessions(3), Reason::hash_unknown_to_this_server,
           {"Clients have connected since RRAS started", "load balancer", "nothing is written"}, {"No SSTP client", "cannot be counted"}},
    Saying{"an unknown hash under which nobody connects is not taken for one",
           with_unknown_hash(), Reason::hash_unknown_to_this_server,
           {"No SSTP client has connected since RRAS started"}, {"Clients have connected", "load balancer", "cannot be counted"}},
    Saying{"where sessions cannot be counted nothing is said of clients",
           with_unknown_hash().sessions_unreadable(), Reason::hash_unknown_to_this_server,
           {"VPN sessions cannot be counted"}, {"have connected", "has connected", "load balancer"}},
    Saying{"one is named alone", with_others(1), Reason::successor_other_ca, {certificate(10).certificate.thumbprint.brief()}, {"more", " and 0"}},
    Saying{"two are joined by a word", with_others(2), Reason::successor_other_ca, {" and "}, {"more"}},
    Saying{"five are all named", with_others(5), Reason::successor_other_ca, {" and "}, {"more"}},
    Saying{"of six five are named, and the one that is left is counted", with_others(6), Reason::successor_other_ca, {" and 1 more"}, {}},
    Saying{"of nine five are named, and the four that are left are counted", with_others(9), Reason::successor_other_ca, {" and 4 more"}, {}}));
// clang-format on

/// Why the certificate of this number is not taken.
std::string why_not(const ServerBuilder& server, const Certificate& which) {
    for (const Candidate& each : server.desired().candidates) {
        if (each.certificate.hash == which.hash) return each.why_not;
    }
    return "not listed";
}

TEST(AListedCandidate, IsToldWithTheKeyThatEndsADemandForNames) {
    const char kOfThePolicy[] = "the policy asks for them (certificate.dns_names)";
    const char kLearned[] = "with which clients connected; certificate.dns_names ends that demand";
    EXPECT_THAT(why_not(healthy().wanting_names({"vpn.example.com", "ras.example.com"}).adding(two()), two()),
                testing::AllOf(testing::HasSubstr("does not cover ras.example.com"), testing::HasSubstr(kOfThePolicy)));
    EXPECT_THAT(why_not(with_two_names().adding(two()), two()),
                testing::AllOf(testing::HasSubstr("lacks www.example.com"), testing::HasSubstr(kLearned)));
    EXPECT_THAT(why_not(healthy().adding(two().issued_by(private_ca())), two()), testing::Not(testing::HasSubstr("dns_names")));
}

}  // namespace said

}  // namespace sstp::test
