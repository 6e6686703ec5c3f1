#include "core/diagnosis/diagnose.h"

#include "tests/core/diagnosis/server_builder.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <set>
#include <sstream>

namespace sstp::test {

namespace {

constexpr auto v4 = AddressFamily::ipv4;
constexpr auto v6 = AddressFamily::ipv6;

/// A finding in short: "certificate_expired!" is critical, "…?" a warning, "…." information.
std::string in_short(const Finding& finding) {
    const char* mark = finding.severity == Severity::critical ? "!" : finding.severity == Severity::warning ? "?" : ".";
    return word(finding.reason) + std::string{mark};
}

std::string in_short(const Findings& findings) {
    std::string text;
    for (const Finding& each : findings) text += (text.empty() ? "" : " ") + in_short(each);
    return text;
}

struct Case {
    std::string name;
    ServerBuilder server;
    std::string findings;   ///< in_short
};

void PrintTo(const Case& each, std::ostream* out) { *out << each.name; }

class Diagnose : public testing::TestWithParam<Case> {};

TEST_P(Diagnose, FindsExactly) {
    const auto& [name, server, expected] = GetParam();
    const Findings found = diagnose(server.diagnosis());
    EXPECT_EQ(in_short(found), expected) << name;
    for (const Finding& each : found) {
        EXPECT_FALSE(each.subject.empty()) << in_short(each);
        EXPECT_TRUE(each.explanation.ends_with('.')) << each.explanation;
    }
}

const Certificate one = certificate(1);
const Certificate two = certificate(2).newer();
const Certificate ended = certificate(3).expired();
const Certificate elsewhere = certificate(9);   // in no store

Malformed malformed() { return {text_value("x"), "REG_SZ instead of REG_BINARY"}; }

// clang-format off
const std::vector<Case> kSettings = {
    Case{"a healthy server has no findings", healthy(), ""},
    Case{"behind a load balancer nothing else is looked at", healthy().tls_offloaded().without_ipv6_binding().hashes(elsewhere), "tls_offloaded."},
    Case{"UseHttps = 1 means that TLS is ours", [] { auto s = healthy(); s.state.settings.use_https = 1U; return s; }(), ""},
    Case{"UseHttps that cannot be read hides everything below", [] { auto s = healthy().without_ipv6_binding(); s.state.settings.use_https = Unreadable{denied("read")}; return s; }(), "state_unreadable?"},
    Case{"UseHttps of the wrong type: whose TLS it is is not known", [] { auto s = healthy().without_ipv6_binding(); s.state.settings.use_https = malformed(); return s; }(), "state_unreadable?"},
    Case{"a malformed ListenerPort hides the port", [] { auto s = healthy(); s.state.settings.listener_port = malformed(); return s; }(), "state_unreadable?"},
    Case{"a malformed ListenerPort is no matter when the policy names the port", [] { auto s = healthy(); s.state.settings.listener_port = malformed(); s.policy.listener.port = 443; return s; }(), ""},
    Case{"an unreadable hash is unknown, not missing", healthy().sha1(Unreadable{denied("read")}), "state_unreadable?"},
    Case{"an unreadable binding is unknown, not missing", [] { auto s = healthy(); s.state.ipv6_binding = Unreadable{denied("read")}; return s; }(), "state_unreadable?"},
    Case{"an unreadable binding of a family that is switched off is no matter", [] { auto s = healthy(); s.policy.listener.ipv6 = false; s.state.ipv6_binding = Unreadable{denied("read")}; return s; }(), ""},
    Case{"an unreadable store makes no certificate missing", [] { auto s = healthy(); s.state.certificates = Unreadable{denied("open")}; return s; }(), "state_unreadable?"},
    Case{"a store that does not exist is not an empty one", [] { auto s = healthy(); s.state.certificates = Absent{}; return s; }(), "state_unreadable?"},
    Case{"what can be read is told beside what cannot", [] { auto s = healthy().without_ipv4_binding().unreachable(v4); s.state.shadowing = Unreadable{denied("list")}; return s; }(), "state_unreadable? binding_missing_ipv4! listener_unreachable_ipv4!"},
    Case{"with records unreadable nobody knows what should be named", [] { auto s = healthy().adding(two).binding(v6, two); s.state.shadowing = Unreadable{denied("list")}; return s; }(), "state_unreadable?"},
    Case{"a service that was not looked at is unknown", [] { auto s = healthy(); s.state.services.erase("RemoteAccess"); return s; }(), "state_unreadable?"},
    Case{"a chain engine that failed does not make the certificate untrusted", healthy().holding({certificate(1).chain_unreadable()}), "state_unreadable?"},
    Case{"a chain that policy ignores need not be known", [] { auto s = healthy().holding({certificate(1).chain_unreadable()}); s.policy.certificate.chain = ChainPolicy::ignore; return s; }(), ""}};

const std::vector<Case> kServices = {
    Case{"RemoteAccess stopped", healthy().service("RemoteAccess", ServiceState::stopped), "service_stopped!"},
    Case{"RemoteAccess ended with an error", healthy().service("RemoteAccess", ServiceState::stopped, 1067), "service_stopped!"},
    Case{"what RemoteAccess rests on is not told beside it", healthy().service("RemoteAccess", ServiceState::stopped).service("RasMan", ServiceState::stopped), "service_stopped!"},
    Case{"SstpSvc gone while RemoteAccess runs", healthy().service("SstpSvc", ServiceState::stopped, 1067), "service_stopped!"},
    Case{"disabled while it runs", healthy().start_type("RemoteAccess", StartType::disabled), "service_disabled?"},
    Case{"disabled and stopped", healthy().start_type("RemoteAccess", StartType::disabled).service("RemoteAccess", ServiceState::stopped), "service_disabled? service_stopped!"},
    Case{"starting", healthy().service("RemoteAccess", ServiceState::start_pending), "service_stopped!"},
    Case{"not installed", healthy().not_installed("RemoteAccess"), "service_stopped!"}};

const std::vector<Case> kCertificates = {
    Case{"expired, nothing else in the store", healthy().holding({ended}).all_naming(ended), "certificate_expired! no_fit_certificate!"},
    Case{"expired, with a fit one in the store, is one trouble and not five", healthy().holding({ended, two}).all_naming(ended), "certificate_expired!"},
    Case{"not yet valid", healthy().holding({certificate(4).not_yet_valid(), one}).all_naming(certificate(4)), "certificate_not_yet_valid!"},
    Case{"ends within warn_before", healthy().holding({certificate(1).valid(-70, 20)}), "certificate_expiring?"},
    Case{"ends after warn_before", healthy().holding({certificate(1).valid(-70, 22)}), ""},
    Case{"a newer one waits", healthy().adding(two), "certificate_superseded?"},
    Case{"a newer one that ends earlier does not supersede", healthy().adding(certificate(2).valid(-1, 50)), ""},
    Case{"a newer one for other names does not supersede", healthy().adding(certificate(2).newer().names({"www.example.com"})), ""},
    Case{"a newer one that is unfit does not supersede", healthy().adding(certificate(2).newer().key(KeyState::absent)), ""},
    Case{"ends soon and a newer one waits", healthy().holding({certificate(1).valid(-70, 5), two}), "certificate_expiring? certificate_superseded?"},
    Case{"no server authentication", healthy().holding({certificate(1).purposes({{"1.3.6.1.5.5.7.3.2"}}), two}), "eku_unfit!"},
    Case{"any purpose is enough", healthy().holding({certificate(1).purposes({{kAnyPurpose}})}), ""},
    Case{"no extended key usage, which policy does not allow", healthy().holding({certificate(1).purposes(std::nullopt), two}), "eku_unfit!"},
    Case{"no extended key usage, which policy allows", [] { auto s = healthy().holding({certificate(1).purposes(std::nullopt)}); s.policy.certificate.allow_missing_eku = true; return s; }(), ""},
    Case{"no private key", healthy().holding({certificate(1).key(KeyState::absent), two}), "private_key_missing!"},
    Case{"an unusable private key", healthy().holding({certificate(1).key(KeyState::unusable), two}), "private_key_unusable!"},
    Case{"names that policy does not ask for", healthy().adding(certificate(2).names({"ras.example.com"})).wanting_names({"ras.example.com"}), "name_mismatch!"},
    Case{"a wildcard covers", healthy().holding({certificate(1).names({"*.example.com"})}).wanting_names({"vpn.example.com"}), ""},
    Case{"RRAS chose by itself, and the names are not those known good", healthy().remembering(one).adding(certificate(2).names({"www.example.com"})).all_naming(certificate(2)), "name_mismatch!"},
    Case{"untrusted", healthy().holding({certificate(1).chain(ChainTrust::untrusted), two}), "chain_untrusted!"},
    Case{"untrusted, where policy only warns", [] { auto s = healthy().holding({certificate(1).chain(ChainTrust::untrusted)}); s.policy.certificate.chain = ChainPolicy::warn; return s; }(), "chain_untrusted?"},
    Case{"untrusted, which policy ignores", [] { auto s = healthy().holding({certificate(1).chain(ChainTrust::untrusted)}); s.policy.certificate.chain = ChainPolicy::ignore; return s; }(), ""},
    Case{"revoked", healthy().holding({certificate(1).chain(ChainTrust::trusted, Revocation::revoked), two}), "certificate_revoked!"},
    Case{"revocation unknown, best effort", healthy().holding({certificate(1).chain(ChainTrust::trusted, Revocation::unknown)}), "revocation_unknown?"},
    Case{"revocation unknown, required: nothing is known to be wrong", [] { auto s = healthy().holding({certificate(1).chain(ChainTrust::trusted, Revocation::unknown)}); s.policy.certificate.revocation = RevocationPolicy::require; return s; }(), "state_unreadable? revocation_unknown?"},
    Case{"revoked, which policy does not look at", [] { auto s = healthy().holding({certificate(1).chain(ChainTrust::trusted, Revocation::revoked)}); s.policy.certificate.revocation = RevocationPolicy::off; return s; }(), ""},
    Case{"a weak RSA key", healthy().holding({certificate(1).key(KeyAlgorithm::rsa, 1024), two}), "weak_key!"},
    Case{"a weak elliptic curve", healthy().holding({certificate(1).key(KeyAlgorithm::ecdsa, 224), two}), "weak_key!"},
    Case{"P-256 is strong enough", healthy().holding({certificate(1).key(KeyAlgorithm::ecdsa, 256)}), ""},
    Case{"an algorithm whose strength nobody can judge", healthy().holding({certificate(1).key(KeyAlgorithm::other, 256)}), "weak_key?"},
    Case{"gone from the store", healthy().holding({two}), "certificate_missing!"},
    Case{"gone from an empty store", healthy().holding({}), "certificate_missing! no_fit_certificate!"},
    Case{"one family bound to a certificate that is gone", healthy().binding(v6, elsewhere), "certificate_missing! binding_mismatch!"},
    Case{"hashes of a certificate that is gone, and no bindings", healthy().holding({}).hashes(elsewhere).without_ipv4_binding().without_ipv6_binding().unreachable(v4).unreachable(v6), "certificate_missing! no_fit_certificate! binding_missing_ipv4! binding_missing_ipv6! listener_unreachable_ipv4! listener_unreachable_ipv6!"},
    Case{"nothing names anything, and two certificates differ in names",
         healthy().holding({one, certificate(2).names({"www.example.com"})}).without_ipv4_binding().without_ipv6_binding().sha1(Absent{}).sha256(Absent{}),
         "ambiguous_certificate! binding_missing_ipv4! binding_missing_ipv6! hash_sha1_missing! hash_sha256_missing!"},
    Case{"a pinned certificate that is not there, while a fit one serves", healthy().pinning(elsewhere), "no_fit_certificate?"},
    Case{"a pinned certificate that is not in force yet", healthy().adding(certificate(2)).pinning(certificate(2)), "certificate_superseded?"}};

const std::vector<Case> kBindings = {
    Case{"no IPv6 record, and IPv6 is served by 0.0.0.0 all the same", healthy().without_ipv6_binding(), "binding_missing_ipv6?"},
    Case{"no record of either family: RRAS has none to start from, though an SNI record serves rightly now", healthy().shadowed_by_name("vpn.example.com", one).without_ipv4_binding().without_ipv6_binding(), "binding_shadowed? binding_missing_ipv4! binding_missing_ipv6!"},
    Case{"no IPv6 record, and nobody answers", healthy().without_ipv6_binding().unreachable(v6), "binding_missing_ipv6! listener_unreachable_ipv6!"},
    Case{"no IPv6 record, and something else is served", healthy().adding(ended).without_ipv6_binding().serving(v6, ended), "binding_missing_ipv6! served_certificate_differs_ipv6!"},
    Case{"no IPv4 record", healthy().without_ipv4_binding().unreachable(v4), "binding_missing_ipv4! listener_unreachable_ipv4!"},
    Case{"a family that policy switches off may be missing", [] { auto s = healthy().without_ipv6_binding().unreachable(v6); s.policy.listener.ipv6 = false; return s; }(), ""},
    Case{"IPv6 names another fit certificate", healthy().adding(certificate(2)).binding(v6, certificate(2)), "binding_mismatch!"},
    Case{"IPv6 names an expired certificate and serves it", healthy().adding(ended).binding(v6, ended).serving(v6, ended), "certificate_expired! binding_mismatch! served_certificate_differs_ipv6!"},
    Case{"both bindings name another fit certificate than the hashes", healthy().adding(certificate(2)).binding(v4, certificate(2)).binding(v6, certificate(2)), "binding_mismatch! binding_mismatch!"},
    Case{"both bindings name the renewed certificate, the hashes the expired one", healthy().holding({ended, two}).all_naming(two).hashes(ended), "certificate_expired! hash_sha1_mismatch! hash_sha256_mismatch!"},
    Case{"a hash field of the wrong length", [] { auto s = healthy(); std::get<ListenerBinding>(s.state.ipv6_binding).certificate = {1, 2, 3}; return s; }(), "certificate_missing! binding_mismatch!"},
    Case{"a foreign owner with the right certificate is no finding", healthy().owned_by(v6, kIisAppId), ""},
    Case{"a foreign owner with another fit certificate decides", healthy().adding(certificate(2)).owned_by(v6, kIisAppId).binding(v6, certificate(2)), "binding_mismatch! hash_sha1_mismatch! hash_sha256_mismatch! served_certificate_differs_ipv4! served_certificate_differs_ipv6!"},
    Case{"a foreign owner with an unfit certificate", healthy().adding(ended).owned_by(v6, kIisAppId).binding(v6, ended).serving(v6, ended), "binding_foreign_owner! certificate_expired! served_certificate_differs_ipv6!"},
    Case{"a foreign owner of another store, whose certificate works", healthy().owned_by(v6, kIisAppId).in_store(v6, "WebHosting").binding(v6, elsewhere), "binding_foreign_owner?"},
    Case{"our own record in another store is not ours to change", healthy().in_store(v6, "WebHosting").binding(v6, elsewhere).unreachable(v6), "binding_foreign_owner! listener_unreachable_ipv6!"},
    Case{"store names differ in case only", healthy().in_store(v6, "My"), ""},
    Case{"a foreign owner that policy takes over", healthy().taking_over().adding(ended).owned_by(v6, kIisAppId).binding(v6, ended).serving(v6, ended), "certificate_expired! binding_mismatch! binding_foreign_owner! served_certificate_differs_ipv6!"},
    Case{"a foreign owner with the right certificate is left alone even where policy takes over", healthy().taking_over().owned_by(v6, kIisAppId), ""},
    Case{"an exact address with the right certificate", healthy().shadowed_by_address(v4, one), "binding_shadowed?"},
    Case{"an exact address with an expired certificate", healthy().adding(ended).shadowed_by_address(v4, ended), "binding_shadowed! certificate_expired!"},
    Case{"an exact address of a family that is switched off", [] { auto s = healthy().adding(ended).shadowed_by_address(v6, ended); s.policy.listener.ipv6 = false; return s; }(), ""},
    Case{"an SNI record for a name of ours, expired", healthy().adding(ended).shadowed_by_name("VPN.example.com", ended), "binding_shadowed! certificate_expired!"},
    Case{"an SNI record for another site is not our affair", healthy().adding(ended).shadowed_by_name("www.example.com", ended), ""},
    Case{"an SNI record for another site under our wildcard is not our affair", healthy().holding({certificate(1).names({"*.example.com"}), ended}).shadowed_by_name("www.example.com", ended), ""},
    Case{"an SNI record under our wildcard with another fit certificate is another site's", healthy().holding({certificate(1).names({"*.example.com"}), certificate(2).names({"*.example.com"})}).shadowed_by_name("www.example.com", certificate(2)), ""},
    Case{"an SNI record under our wildcard with our certificate may be the VPN's own: no successor is put in force", healthy().holding({certificate(1).names({"*.example.com"}), certificate(2).newer().names({"*.example.com"})}).shadowed_by_name("www.example.com", one), ""},
    Case{"a central store that changes nothing", healthy().shadowed_by_central_store(), "binding_shadowed?"},
    Case{"a central store that serves something unknown", healthy().shadowed_by_central_store().serving(v4, elsewhere), "binding_shadowed! served_certificate_differs_ipv4!"}};

const std::vector<Case> kHashes = {
    Case{"SHA-1 missing", healthy().sha1(Absent{}), "hash_sha1_missing!"},
    Case{"SHA-1 malformed", healthy().sha1(malformed()), "hash_sha1_malformed!"},
    Case{"SHA-1 of something else", healthy().sha1(elsewhere.thumbprint), "hash_sha1_mismatch!"},
    Case{"SHA-256 missing", healthy().sha256(Absent{}), "hash_sha256_missing!"},
    Case{"SHA-256 malformed", healthy().sha256(malformed()), "hash_sha256_malformed!"},
    Case{"SHA-256 of something else", healthy().sha256(elsewhere.hash), "hash_sha256_mismatch!"},
    Case{"both hashes of something that is gone", healthy().hashes(elsewhere), "hash_sha1_mismatch! hash_sha256_mismatch!"},
    Case{"the flag is 1", healthy().flag(1U), ""},
    Case{"the flag is 0", healthy().flag(0U), ""},
    Case{"the flag is of the wrong type", healthy().flag(malformed()), "hash_flag_malformed!"}};

const std::vector<Case> kListeners = {
    Case{"IPv4 serves something else", healthy().serving(v4, elsewhere), "served_certificate_differs_ipv4!"},
    Case{"IPv6 serves something else", healthy().serving(v6, elsewhere), "served_certificate_differs_ipv6!"},
    Case{"nobody answers on IPv4", healthy().unreachable(v4), "listener_unreachable_ipv4!"},
    Case{"nobody answers on IPv6", healthy().unreachable(v6), "listener_unreachable_ipv6!"},
    Case{"a probe that our own stop ended says nothing", healthy().unreachable(v6, ErrorKind::stopped), ""},
    Case{"a family that policy switches off may be silent", [] { auto s = healthy().unreachable(v4); s.policy.listener.ipv4 = false; return s; }(), ""},
    Case{"SSTP is not behind TLS", healthy().uri_status(v4, 404), "sstp_uri_unhealthy!"},
    Case{"SSTP does not answer", healthy().uri_status(v6, Unreadable{denied("read the answer")}), "sstp_uri_unhealthy!"},
    Case{"another status that policy accepts", [] { auto s = healthy().uri_status(v4, 200); s.policy.verify.uri_status = {401, 200}; return s; }(), ""}};

// clang-format on

INSTANTIATE_TEST_SUITE_P(Settings, Diagnose, testing::ValuesIn(kSettings));
INSTANTIATE_TEST_SUITE_P(Services, Diagnose, testing::ValuesIn(kServices));
INSTANTIATE_TEST_SUITE_P(Certificates, Diagnose, testing::ValuesIn(kCertificates));
INSTANTIATE_TEST_SUITE_P(Bindings, Diagnose, testing::ValuesIn(kBindings));
INSTANTIATE_TEST_SUITE_P(Hashes, Diagnose, testing::ValuesIn(kHashes));
INSTANTIATE_TEST_SUITE_P(Listeners, Diagnose, testing::ValuesIn(kListeners));

/// Those that the cycle adds are the only ones that no look at a server can show.
TEST(DiagnoseChain, TheTablesRaiseEveryReasonThatAStateCanShow) {
    std::set<Reason> missing(all_reasons().begin(), all_reasons().end());
    for (const Reason added_by_the_cycle : {Reason::budget_exhausted, Reason::policy_invalid, Reason::event_source_degraded})
        missing.erase(added_by_the_cycle);
    for (const auto* cases : {&kSettings, &kServices, &kCertificates, &kBindings, &kHashes, &kListeners}) {
        for (const Case& each : *cases) {
            for (const Finding& found : diagnose(each.server.diagnosis())) missing.erase(found.reason);
        }
    }
    for (const Reason reason : missing) ADD_FAILURE() << "no case raises " << word(reason);
}

}  // namespace

}  // namespace sstp::test
