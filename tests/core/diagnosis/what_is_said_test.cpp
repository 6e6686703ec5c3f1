// What `check` says of the certificate in force where a person has to act on the words: what may follow it, and where a demand comes from.

#include "core/diagnosis/assess.h"

#include "tests/core/diagnosis/findings_in_short.h"
#include "tests/core/saying.h"

#include <gtest/gtest.h>

#include <string>
#include <vector>

namespace sstp::test::what_is_said_tests {

namespace {

class CheckSays : public testing::TestWithParam<Saying> {};
TEST_P(CheckSays, WhatAPersonCountsOn) {
    const ServerBuilder& server = GetParam().server;
    const Findings findings = assess(server.state, server.policy, server.memory).findings;
    expect_said(GetParam(), findings, in_short(findings));
}

const AppId kByHand = *AppId::parse("{214124CD-D05B-4309-9AF9-9CAA44B2B74A}");
CertificateBuilder ending() { return one().valid(-70, 20); }
/// The one in force ends within `warn_before`.
ServerBuilder near_its_end(const Certificate& active = ending()) {
    return healthy().replacing(active).serving(active).learned(active).proven(active);
}
CertificateBuilder with_www(CertificateBuilder certificate) { return certificate.names({"vpn.example.com", "www.example.com"}); }

// clang-format off
INSTANTIATE_TEST_SUITE_P(OfWhatMayFollow, CheckSays, testing::Values(
    Saying{"where no other certificate is for SSTP, that none is here", near_its_end(),
           Reason::certificate_expiring, {"No fit successor is in LocalMachine\\MY: renew it."}, {}},
    Saying{"nor is one of another site", near_its_end().adding(two().names({"www.example.org"})),
           Reason::certificate_expiring, {"No fit successor is in LocalMachine\\MY: renew it."}, {"0200..11"}},
    Saying{"nor one that ends no later", near_its_end().adding(certificate(2).valid(-80, 15)),
           Reason::certificate_expiring, {"No fit successor is in LocalMachine\\MY: renew it."}, {"0200..11"}},
    Saying{"the policy pins the one in force", near_its_end().pinning(one()).adding(two()),
           Reason::certificate_expiring, {"0200..11 (vpn.example.com), until 2027-02-15, is in LocalMachine\\MY, and is not taken: it is not the one that certificate.thumbprint pins."}, {"renew it", "No fit successor"}},
    Saying{"the policy asks for another issuer", near_its_end().wanting_issuer("Example Issuing CA").adding(two().issued_by(public_ca("Other CA"))),
           Reason::certificate_expiring, {"0200..11", "which certificate.issuer asks for"}, {"renew it"}},
    Saying{"the newer one lacks a learned name", near_its_end(with_www(ending())).adding(two()),
           Reason::certificate_expiring, {"it lacks www.example.com", "learned from 0100..11", "certificate.dns_names ends that demand"}, {"renew it"}},
    Saying{"the newer one is of another CA", near_its_end().adding(two().issued_by(private_ca())),
           Reason::certificate_expiring, {"it is of the private CA", "To allow it, set certificate.thumbprint, certificate.issuer"}, {"renew it"}},
    Saying{"the newer one came without its key", near_its_end().adding(two().key(KeyState::absent)),
           Reason::certificate_expiring, {"it has no private key on this machine"}, {"renew it"}},
    Saying{"a foreign wildcard decides, as after a manual cure", near_its_end().owned_by(v4, kByHand).owned_by(v6, kByHand).adding(two()),
           Reason::certificate_expiring, {"0200..11", "0.0.0.0:443 (owner {214124cd-d05b-4309-9af9-9caa44b2b74a}) names another, and decides", "listener.foreign_owner"}, {"renew it"}},
    Saying{"an SNI record decides", near_its_end().sni("vpn.example.com", one()).adding(two()),
           Reason::certificate_expiring, {"vpn.example.com:443 (owner IIS) names another, and decides", "correct it at its owner"}, {"renew it", "foreign_owner"}},
    Saying{"a foreign record decides, and the newer one would be of no use", near_its_end().sni("vpn.example.com", one()).adding(two().purposes({{"1.3.6.1.5.5.7.3.2"}})),
           Reason::certificate_expiring, {"it is not meant for server authentication"}, {"renew it"}},
    Saying{"a foreign record blocks", near_its_end().sni("vpn.example.com", certificate(9)).with([](auto& s) { s.state.probes.clear(); }).adding(two()),
           Reason::certificate_expiring, {"0200..11", "while binding_shadowed stands"}, {"renew it"}},
    Saying{"a site's owner is waited for", near_its_end(with_www(ending())).sni("www.example.com", one()).adding(with_www(two())),
           Reason::certificate_expiring, {"0200..11", "www.example.com:443 (owner IIS) names it too"}, {"renew it"}},
    Saying{"the clock is in doubt", near_its_end().adding(two()).clock_doubtful(),
           Reason::certificate_expiring, {"0200..11", "the clock is believed"}, {"renew it"}},
    Saying{"the policy pins the one that has ended", healthy().replacing(one().expired()).serving(one().expired()).pinning(one()).adding(two()),
           Reason::no_fit_certificate, {"will do: 0200..11 (vpn.example.com) is not the one that certificate.thumbprint pins"}, {"holds no"}}));

INSTANTIATE_TEST_SUITE_P(OfNames, CheckSays, testing::Values(
    Saying{"the policy asks for another name", healthy().wanting_names({"ras.example.com"}),
           Reason::name_mismatch, {"does not cover ras.example.com", "Asked for are ras.example.com: the policy asks for them (certificate.dns_names)."}, {}},
    Saying{"another name was learned", healthy().learned_names({"ras.example.com"}, "ras.example.com"),
           Reason::name_mismatch, {"Asked for are ras.example.com: learned from", "certificate.dns_names ends that demand."}, {}},
    Saying{"nothing is said of names where they are not what speaks against it", healthy().replacing(one().expired()),
           Reason::certificate_expired, {}, {"Asked for"}}));
// clang-format on

}  // namespace

}  // namespace sstp::test::what_is_said_tests
