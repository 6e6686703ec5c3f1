#include "core/diagnosis/assess.h"

#include "tests/core/diagnosis/findings_in_short.h"
#include "tests/core/server_builder.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <set>

namespace sstp::test::assess_tests {

namespace {

using namespace std::chrono_literals;

struct AssessCase {
    std::string name;
    ServerBuilder server;
    std::string findings;   ///< all of them, in their order
};
void PrintTo(const AssessCase& each, std::ostream* out) { *out << each.name; }
class Assess : public testing::TestWithParam<AssessCase> {};

Assessment assessed(const ServerBuilder& server) { return assess(server.state, server.policy, server.memory); }

TEST_P(Assess, FindsExactly) {
    const auto found = assessed(GetParam().server).findings;
    EXPECT_EQ(in_short(found), GetParam().findings);
    for (const Finding& each : found) {
        EXPECT_FALSE(each.subject.empty()) << in_short(each);
        EXPECT_TRUE(each.explanation.ends_with('.')) << each.explanation;
    }
}

const Certificate kEnded = one().expired();
const Certificate kElsewhere = certificate(9);  // in no store

Malformed malformed() { return {text_value("x"), "REG_SZ instead of REG_BINARY"}; }
/// What the cycle remembers of the day planned for the successor.
ServerBuilder planned_days_ago(ServerBuilder server, int days) {
    return server.with([=](auto& s) { s.memory.planned = PlannedSuccession{two().certificate.hash, days_from_look(-days)}; });
}
ServerBuilder stopped_with(std::uint32_t code) { return healthy().service("RemoteAccess", ServiceState::stopped, code).unreachable(); }
ServerBuilder chain_of_one(ChainTrust trust, Revocation revocation = Revocation::good) {
    return healthy().replacing(one().chain(trust, revocation));
}
ServerBuilder standing(Reason reason, Severity severity) {
    return healthy().with([=](auto& s) { s.memory.standing.push_back({reason, severity, "heal", "Said by the cycle."}); });
}

// clang-format off
const std::vector<AssessCase> kServer = {
    {"a healthy server has no findings", healthy(), ""},
    {"TLS is not ours: nothing else is looked at", healthy().tls_offloaded().without_record(v6).hash(kElsewhere), "tls_offloaded."},
    {"UseHttps that cannot be read hides everything below", healthy().without_record(v6).with([](auto& s) { s.state.settings.use_https = Unreadable{denied("read")}; }), "state_unreadable?"},
    {"UseHttps of the wrong type: whose TLS it is is not known", healthy().with([](auto& s) { s.state.settings.use_https = malformed(); }), "state_unreadable?"},
    {"a malformed ListenerPort hides the port", healthy().with([](auto& s) { s.state.settings.listener_port = malformed(); }), "state_unreadable?"},
    {"but not where the policy names it", healthy().with([](auto& s) { s.state.settings.listener_port = malformed(); s.policy.listener.port = 443; }), ""},
    {"an unreadable ListenerPort: where SSTP listens is not known", healthy().with([](auto& s) { s.state.settings.listener_port = Unreadable{denied("read")}; }), "state_unreadable?"},
    {"an unreadable hash is unknown, not missing", healthy().sha1(Unreadable{denied("read")}), "state_unreadable?"},
    {"an unreadable SHA-256 is as unknown", healthy().sha256(Unreadable{denied("read")}), "state_unreadable?"},
    {"an unreadable flag: whether RRAS keeps the hashes is not known", healthy().flag(Unreadable{denied("read")}), "state_unreadable?"},
    {"an unreadable store makes no certificate missing", healthy().store_unreadable(), "state_unreadable?"},
    {"a store that does not exist is not an empty one", healthy().with([](auto& s) { s.state.certificates = Absent{}; }), "state_unreadable?"},
    {"an unreadable ServerURI is not needed", healthy().with([](auto& s) { s.state.settings.server_uri = Unreadable{denied("read")}; }), ""},
    {"an unreadable listen list is not needed", healthy().with([](auto& s) { s.state.listen_list = Unreadable{denied("list")}; }), ""},
    {"a chain engine that failed is no verdict", healthy().replacing(one().chain_unreadable()), "chain_unknown?"},
    {"a service that was not looked at is unknown", healthy().with([](auto& s) { s.state.services.erase("RemoteAccess"); }), "state_unreadable?"},
    {"SSTP is not in use", healthy().nothing_learned().without_record(v4).without_record(v6).without_hashes().unreachable(), "sstp_not_configured."},
    {"72: a port that RRAS has not applied yet: what is probed there is not there yet", healthy().with([](auto& s) { s.state.settings.listener_port = 4443U; s.state.settings.applied_listener_port = 443U; s.state.port = 4443; }).without_record(v4).without_record(v6).unreachable(), "configuration_pending? binding_missing_ipv4. binding_missing_ipv6. listener_unreachable_ipv4. listener_unreachable_ipv6."},
    {"72: 65535 is a port like any other", healthy().with([](auto& s) { s.state.settings.listener_port = 65535U; s.state.settings.applied_listener_port = 443U; }), "configuration_pending?"},
    {"72: 65536 is none, and RRAS takes its default, with which it runs", healthy().with([](auto& s) { s.state.settings.listener_port = 65536U; s.state.settings.applied_listener_port = 443U; }), ""},
    {"72: a stopped RRAS applies it at its start", stopped_with(0).with([](auto& s) { s.state.settings.listener_port = 4443U; s.state.settings.applied_listener_port = 443U; }), "service_stopped! listener_unreachable_ipv4. listener_unreachable_ipv6."},
    {"23: HTTP.SYS does not listen on IPv6", healthy().listen_list({"203.0.113.5"}).with([](auto& s) { s.state.probes.clear(); }).serving_at("203.0.113.5", one()), "listener_excluded_ipv6."},
    {"nor on IPv4", healthy().listen_list({"2001:db8::5"}).with([](auto& s) { s.state.probes.clear(); }).serving_at("2001:db8::5", one()), "listener_excluded_ipv4."},
    {"23: nor is an address of the list this machine's: a cause, which no restart changes", healthy().listen_list({"198.51.100.9"}).with([](auto& s) { s.state.probes = {{*IpAddress::parse("198.51.100.9"), "vpn.example.com", Unreachable{"connect", denied("connect to"), false}}}; }), "listener_excluded_ipv6. listener_unreachable_ipv4!"},
    {"a family that the policy leaves out is not excluded", healthy().listen_list({"203.0.113.5"}).with([](auto& s) { s.state.probes.clear(); s.policy.listener.ipv6 = false; }).serving_at("203.0.113.5", one()), ""},
    {"68: another program has the port: one critical, echoes below it", healthy().port_taken(v4, "nginx.exe (4242)").port_taken(v6, "nginx.exe (4242)").unreachable(), "port_taken! port_taken! listener_unreachable_ipv4. listener_unreachable_ipv6."},
    {"a port of a family that the policy leaves out", healthy().port_taken(v6, "nginx.exe (4242)").with([](auto& s) { s.policy.listener.ipv6 = false; }), ""}};

const std::vector<AssessCase> kServices = {
    {"53: RemoteAccess stopped: one critical", stopped_with(0), "service_stopped! listener_unreachable_ipv4. listener_unreachable_ipv6."},
    {"what RemoteAccess rests on is not told beside it", stopped_with(0).service("RasMan", ServiceState::stopped), "service_stopped! listener_unreachable_ipv4. listener_unreachable_ipv6."},
    {"43: 1077 shortly after boot", stopped_with(1077).with([](auto& s) { s.memory.up_time = 9min; }), "service_starting. listener_unreachable_ipv4. listener_unreachable_ipv6."},
    {"43: 1077 later", stopped_with(1077), "service_stopped! listener_unreachable_ipv4. listener_unreachable_ipv6."},
    {"a stopped RemoteAccess holds nothing: it reads the hash when it starts", healthy().held(certificate(9)).service("RemoteAccess", ServiceState::stopped), "service_stopped!"},
    {"a heal stopped RemoteAccess and starts it again: what it owes is the alarm", stopped_with(1168).with([](auto& s) { s.memory.owed_starts = {"RemoteAccess"}; s.memory.standing.push_back({Reason::heal_incomplete, Severity::critical, "heal", "Said by the cycle."}); }), "service_stopped. listener_unreachable_ipv4. listener_unreachable_ipv6. heal_incomplete!"},
    {"starting", healthy().service("RemoteAccess", ServiceState::start_pending).unreachable(), "service_starting. listener_unreachable_ipv4. listener_unreachable_ipv6."},
    {"40: starting for six minutes", healthy().service("RemoteAccess", ServiceState::start_pending).unreachable().with([](auto& s) { std::get<ServiceStatus>(s.state.services["RemoteAccess"]).pending_since = minutes_before_look(6); }), "service_hung! listener_unreachable_ipv4. listener_unreachable_ipv6."},
    {"paused", healthy().service("RemoteAccess", ServiceState::paused).unreachable(), "service_stopped! listener_unreachable_ipv4. listener_unreachable_ipv6."},
    {"disabled while it runs", healthy().start_type("RemoteAccess", StartType::disabled), "service_disabled?"},
    {"disabled and stopped", stopped_with(0).start_type("RemoteAccess", StartType::disabled), "service_disabled? service_stopped! listener_unreachable_ipv4. listener_unreachable_ipv6."},
    {"SstpSvc crashed under a running RemoteAccess", healthy().service("SstpSvc", ServiceState::stopped, 1067), "service_stopped!"},
    {"45: a listed service is not installed", healthy().not_installed("RasMan").with([](auto& s) { s.policy.restart.services = {"RemoteAccess", "rasman"}; }), "service_missing?"},
    {"45: names ignore case", healthy().with([](auto& s) { s.policy.restart.services = {"REMOTEACCESS"}; }), ""},
    {"a listed service that somebody stopped is not RRAS's trouble", healthy().service("RasMan", ServiceState::stopped).with([](auto& s) { s.policy.restart.services = {"RemoteAccess", "RasMan"}; }), ""}};

const std::vector<AssessCase> kCertificates = {
    {"expired, nothing else in the store", healthy().replacing(kEnded).serving(kEnded), "no_fit_certificate! certificate_expired!"},
    {"expired, nothing else in the store, and no SHA-256 stored: that does not follow from it", healthy().replacing(kEnded).serving(kEnded).sha256(Absent{}), "no_fit_certificate! certificate_expired! hash_sha256_missing!"},
    {"expired, with a fit one, is one trouble and not five", healthy().replacing(kEnded).serving(kEnded).adding(two()), "certificate_expired! binding_mismatch. binding_mismatch. hash_sha1_mismatch. hash_sha256_mismatch."},
    {"not yet valid", healthy().replacing(one().not_yet_valid()).serving(one().not_yet_valid()).adding(certificate(3)), "certificate_not_yet_valid! binding_mismatch. binding_mismatch. hash_sha1_mismatch. hash_sha256_mismatch."},
    {"ends within warn_before", healthy().replacing(one().valid(-70, 20)), "certificate_expiring?"},
    {"ends after warn_before", healthy().replacing(one().valid(-70, 22)), ""},
    {"a newer one waits for its date: information, and no warning that one ends", healthy().replacing(one().valid(-80, 6)).adding(two()), "certificate_superseded."},
    {"its day is today", planned_days_ago(healthy().adding(two()), 0), "certificate_superseded."},
    {"its day has passed", planned_days_ago(healthy().adding(two()), 1), "certificate_superseded?"},
    {"its day has passed, and the old one ends soon", planned_days_ago(healthy().replacing(one().valid(-70, 15)).adding(two()), 1), "certificate_superseded? certificate_expiring?"},
    {"the day of another successor says nothing", planned_days_ago(healthy().adding(certificate(4).newer()), 9), "certificate_superseded."},
    {"no server authentication", healthy().replacing(one().purposes({{"1.3.6.1.5.5.7.3.2"}})).adding(two()), "eku_unfit! binding_mismatch. binding_mismatch. hash_sha1_mismatch. hash_sha256_mismatch."},
    {"15: no private key, and listeners reset", healthy().replacing(one().key(KeyState::absent)).unreachable().adding(two()), "private_key_missing! binding_mismatch. binding_mismatch. hash_sha1_mismatch. hash_sha256_mismatch. listener_unreachable_ipv4. listener_unreachable_ipv6."},
    {"a key that nobody can open, while a listener serves with it", healthy().replacing(one().key(KeyState::unusable)), ""},
    {"14: a key that nobody can open, while one listener serves with it and the other is silent", healthy().replacing(one().key(KeyState::unusable)).unreachable(v6), "listener_unreachable_ipv6?"},
    {"a key that nobody can open", healthy().replacing(one().key(KeyState::unusable)).unreachable(), "no_fit_certificate! private_key_unusable! listener_unreachable_ipv4. listener_unreachable_ipv6."},
    {"HTTP.SYS refused it with 1312", healthy().refused_by_http_sys(one()).unreachable(), "no_fit_certificate! private_key_unusable! listener_unreachable_ipv4. listener_unreachable_ipv6."},
    {"a key of which nothing is known", healthy().replacing(one().key(KeyState::unknown)).not_probed(v4).not_probed(v6), "private_key_unknown?"},
    {"70: the cipher list serves no key of this kind", healthy().no_cipher(v4).no_cipher(v6).adding(two().key(KeyAlgorithm::ecdsa, 256)), "private_key_unusable! binding_mismatch. binding_mismatch. hash_sha1_mismatch. hash_sha256_mismatch. listener_unreachable_ipv4. listener_unreachable_ipv6."},
    {"an SNI record answers all clients, and the wildcard nobody: a word of it, and no more", healthy().sni("vpn.example.com", one()).with([](auto& s) { s.state.probes.push_back({IpAddress::loopback(v4), "", Unreachable{"handshake", denied("shake hands with"), false}}); }), "binding_shadowed? listener_unreachable_ipv4?"},
    {"70: one listener says so, and the other does not answer at all", healthy().no_cipher(v4).unreachable(v6).adding(two().key(KeyAlgorithm::ecdsa, 256)), "private_key_unusable! binding_mismatch. binding_mismatch. hash_sha1_mismatch. hash_sha256_mismatch. listener_unreachable_ipv4. listener_unreachable_ipv6."},
    {"names that the policy does not ask for", healthy().wanting_names({"ras.example.com"}).adding(two().names({"ras.example.com"})), "name_mismatch! binding_mismatch. binding_mismatch. hash_sha1_mismatch. hash_sha256_mismatch."},
    {"untrusted", chain_of_one(ChainTrust::bad).adding(two()), "chain_untrusted! binding_mismatch. binding_mismatch. hash_sha1_mismatch. hash_sha256_mismatch."},
    {"untrusted, where the policy only warns", chain_of_one(ChainTrust::bad).with([](auto& s) { s.policy.certificate.chain = ChainPolicy::warn; }), "chain_untrusted?"},
    {"revoked", chain_of_one(ChainTrust::good, Revocation::revoked).adding(two()), "certificate_revoked! binding_mismatch. binding_mismatch. hash_sha1_mismatch. hash_sha256_mismatch."},
    {"revocation unknown", chain_of_one(ChainTrust::good, Revocation::unknown), "revocation_unknown?"},
    {"revocation unknown, and required: of the active one it warns", chain_of_one(ChainTrust::good, Revocation::unknown).with([](auto& s) { s.policy.certificate.revocation = RevocationPolicy::require; }), "revocation_unknown?"},
    {"a weak key of the active one", healthy().replacing(one().key(KeyAlgorithm::rsa, 1024)), "weak_key?"},
    {"names are a guess until they are learned", healthy().nothing_learned(), "names_presumed."},
    {"5a: gone while it is served, a fit successor waits", healthy().deleting(one()).adding(two()), "certificate_missing?"},
    {"5b: gone, and none waits", healthy().deleting(one()), "certificate_missing!"},
    {"5a: gone while it is served, and SSTP does not answer behind TLS: its clients still get it", healthy().deleting(one()).adding(two()).uri_status(404), "certificate_missing? sstp_uri_unhealthy? sstp_uri_unhealthy?"},
    {"4: archived while it is served, a fit successor waits", healthy().archiving(one()).adding(two()), "certificate_archived?"},
    {"archived, and none waits", healthy().archiving(one()), "certificate_archived!"},
    {"a renewal link without its successor in force", healthy().linking(one(), two()).adding(two()), "certificate_superseded. renewal_link_pending?"},
    {"17a: it lies in another store, and is served", healthy().in_store(v4, "WebHosting").in_store(v6, "WebHosting").holding({}), "certificate_in_other_store?"}};

const std::vector<AssessCase> kUnit = {
    {"no [::] record, served by 0.0.0.0", healthy().without_record(v6), "binding_missing_ipv6?"},
    {"no [::] record, and nobody answers: one critical", healthy().without_record(v6).unreachable(v6), "binding_missing_ipv6! listener_unreachable_ipv6."},
    {"no IPv4 record", healthy().without_record(v4).unreachable(v4), "binding_missing_ipv4! listener_unreachable_ipv4."},
    {"one record names another, and it is served: one critical", healthy().adding(certificate(3)).record(v6, certificate(3)).serving(v6, certificate(3)), "binding_mismatch!"},
    {"a foreign record with an unfit certificate is one critical", healthy().adding(certificate(3).expired()).owned_by(v6, kIisAppId).record(v6, certificate(3)).serving(v6, certificate(3).expired()), "binding_foreign_owner!"},
    {"somebody else's record is taken over: one critical", healthy().taking_over().adding(certificate(3)).owned_by(v6, kIisAppId).record(v6, certificate(3)).serving(v6, certificate(3)), "binding_foreign_owner!"},
    {"22: an SNI record with another certificate decides: that records and hashes do not follow it is no second cause", healthy().adding(two()).sni("vpn.example.com", two()).serving(two()), "binding_shadowed! binding_mismatch. binding_mismatch. hash_sha1_mismatch. hash_sha256_mismatch."},
    {"54: an exact-address record that serves the right one", healthy().shadowed_by_address("203.0.113.5", one()).serving_at("203.0.113.5", one()), "binding_shadowed?"},
    {"54: accepted", healthy().accepting(Reason::binding_shadowed).shadowed_by_address("203.0.113.5", one()).serving_at("203.0.113.5", one()), "binding_shadowed."},
    {"54: what locks users out is not accepted", healthy().accepting(Reason::binding_mismatch).adding(certificate(3)).record(v6, certificate(3)).serving(v6, certificate(3)), "binding_mismatch!"},
    {"both hashes of something else are one pair", healthy().sha1_enabled().hash(kElsewhere), "hash_sha1_mismatch. hash_sha256_mismatch!"},
    {"SHA-1 missing, not read", healthy().sha1(Absent{}), "hash_sha1_missing."},
    {"SHA-1 missing, read", healthy().sha1_enabled().sha1(Absent{}), "hash_sha1_missing!"},
    {"SHA-1 malformed, read", healthy().sha1_enabled().sha1(malformed()), "hash_sha1_malformed!"},
    {"SHA-1 stale, read", healthy().sha1_enabled().sha1(kElsewhere.thumbprint), "hash_sha1_mismatch!"},
    {"SHA-256 missing", healthy().sha256(Absent{}), "hash_sha256_missing!"},
    {"SHA-256 malformed", healthy().sha256(malformed()), "hash_sha256_malformed!"},
    {"a flag of the wrong type", healthy().flag(malformed()), "hash_flag_malformed!"},
    {"RRAS is known to hold another hash than is served", healthy().held(kElsewhere), "hash_newer_than_service!"},
    {"and one listener serves from memory what it holds: clients of the other are out all the same", healthy().adding(two()).all_naming(two()).held(one()).serving(v4, one()).deleting(one()), "certificate_missing! hash_newer_than_service! served_certificate_differs_ipv4?"},
    {"58a: nobody knows, written since, no client since", healthy().held_unknown().written(30), "hash_newer_than_service?"},
    {"58a: a client since", healthy().held_unknown().written(30).sstp_session_began(20), ""},
    {"58a: written before RRAS started", healthy().held_unknown(), ""},
    {"58a: only records were written since: it does not keep them", healthy().held_unknown().records_written(30), ""},
    {"58a: SSTP was never seen in use", healthy().held_unknown().written(30).no_sstp_session_ever().sessions(0, 5), ""},
    {"58a: sessions cannot be read: nobody knows", healthy().held_unknown().written(30).no_sstp_session_ever().sessions_unreadable(), "hash_newer_than_service?"},
    {"58a: when RRAS started is not known", healthy().held_unknown().written(30).with([](auto& s) { std::get<ServiceStatus>(s.state.services["RemoteAccess"]).started = std::nullopt; }), ""},
    {"58a: a write five minutes after its start is not part of it", healthy().held_unknown().rras_started(30).parameters_written(25).sstp_session_began(60), "hash_newer_than_service?"},
    {"RRAS's own write within a minute of its start is, in automatic mode", healthy().held_unknown().rras_started(30).parameters_written(29).sstp_session_began(60), ""},
    {"but not an administrator's", healthy().flag(1U).held_unknown().rras_started(30).parameters_written(29).sstp_session_began(60), "hash_newer_than_service?"},
    {"a foreign record with the right certificate is no finding", healthy().owned_by(v6, kIisAppId), ""},
    {"25b: a hash that names nothing here, with clients", healthy().nothing_learned().flag(1U).hash(kElsewhere).held(kElsewhere).sstp_session_began(60), "hash_unknown_to_this_server? names_presumed."},
    {"10c: moved as a whole, nobody has connected", [] { const auto ras = certificate(5).names({"ras.example.com"});
        return healthy().adding(ras).all_naming(ras).written(60 * 25).rras_started(60 * 24).held(ras).sstp_session_began(60 * 26); }(), "choice_not_confirmed?"}};

const std::vector<AssessCase> kListeners = {
    {"52: nobody answers, once", healthy().unreachable(v6).seen(Reason::listener_unreachable_ipv6, 1), "listener_unreachable_ipv6?"},
    {"three times", healthy().unreachable(v6).seen(Reason::listener_unreachable_ipv6, 3), "listener_unreachable_ipv6!"},
    {"known from before", healthy().unreachable(v6).reported_only(Reason::listener_unreachable_ipv6), "listener_unreachable_ipv6!"},
    {"24: a family that was never proven, beside one that answers", healthy().unreachable(v6).seen(Reason::listener_unreachable_ipv6, 9).with([](auto& s) { s.memory.proven->levels = {{v4, Level::answers}}; }), "listener_unreachable_ipv6?"},
    {"nothing was ever proven, and nobody answers at all", healthy().nothing_learned().unreachable().seen(Reason::listener_unreachable_ipv4, 3).seen(Reason::listener_unreachable_ipv6, 3), "names_presumed. listener_unreachable_ipv4! listener_unreachable_ipv6!"},
    {"a probe that our own stop ended says nothing", healthy().unreachable(v6, ErrorKind::stopped), ""},
    {"a family that the policy leaves out may be silent", healthy().unreachable(v4).with([](auto& s) { s.policy.listener.ipv4 = false; }), ""},
    {"a listener serves something else than its record names", healthy().serving(v4, kElsewhere).seen(Reason::served_certificate_differs_ipv4, 3), "served_certificate_differs_ipv4!"},
    {"on IPv6", healthy().serving(v6, kElsewhere), "served_certificate_differs_ipv6?"},
    {"6: a renewal link explains it", healthy().adding(two()).linking(one(), two()).serving(two()), "served_by_renewal_link! binding_mismatch. binding_mismatch. hash_sha1_mismatch. hash_sha256_mismatch."},
    {"SSTP is not behind TLS", healthy().uri_status(v4, 404).seen(Reason::sstp_uri_unhealthy, 3), "sstp_uri_unhealthy!"},
    {"SSTP does not answer", healthy().uri_status(v6, Unreadable{denied("read the answer")}), "sstp_uri_unhealthy?"},
    {"our own stop ended the question", healthy().uri_status(v6, Unreadable{{ErrorKind::stopped, "ask", "SSTP", 0, "stopped"}}), ""},
    {"71: the chain is not sent whole", healthy().sent_chain(SentChain::incomplete), "served_chain_incomplete?"},
    {"71: an intermediate is revoked", healthy().sent_chain(SentChain::bad), "served_chain_incomplete?"}};

const std::vector<AssessCase> kOthers = {
    {"1a: a successor of another CA", healthy().adding(two().issued_by(private_ca())), "successor_other_ca."},
    {"1b: certificates of two CAs, nothing learned", healthy().nothing_learned().adding(two().issued_by(private_ca())), "ambiguous_certificate? names_presumed."},
    {"8b: a second choice whose key is weak: both are said", [] { const auto own = one().expired().names({"vpn.example.com", "www.example.com"});
                                 const auto weak = two().key(KeyAlgorithm::rsa, 1024);
                                 return healthy().holding({own, weak}).all_naming(weak).learned(own).proven(weak).held(weak); }(), "names_changed? weak_key?"},
    {"8b: a second choice", [] { const auto own = one().expired().names({"vpn.example.com", "www.example.com"});
        return healthy().holding({own, two()}).all_naming(own).learned(own).proven(own).held(own); }(), "names_changed? certificate_expired! binding_mismatch. binding_mismatch. hash_sha1_mismatch. hash_sha256_mismatch."},
    {"what the cycle says of the heal itself is told with the rest", standing(Reason::heal_does_not_last, Severity::warning), "heal_does_not_last?"},
    {"a record that cannot be replaced", standing(Reason::binding_not_replaceable, Severity::warning), "binding_not_replaceable?"},
    {"a heal that is open", standing(Reason::heal_incomplete, Severity::critical), "heal_incomplete!"},
    {"nobody since the heal", standing(Reason::no_client_since_heal, Severity::warning), "no_client_since_heal?"}};
// clang-format on

INSTANTIATE_TEST_SUITE_P(Server, Assess, testing::ValuesIn(kServer));
INSTANTIATE_TEST_SUITE_P(Services, Assess, testing::ValuesIn(kServices));
INSTANTIATE_TEST_SUITE_P(Certificates, Assess, testing::ValuesIn(kCertificates));
INSTANTIATE_TEST_SUITE_P(Unit, Assess, testing::ValuesIn(kUnit));
INSTANTIATE_TEST_SUITE_P(Listeners, Assess, testing::ValuesIn(kListeners));
INSTANTIATE_TEST_SUITE_P(Others, Assess, testing::ValuesIn(kOthers));

/// What the cycle adds is not on the server: budget, policy, kill switch, clock, our own database, event log, SIEM certificate.
TEST(AssessChain, TheTablesRaiseEveryReasonThatAStateCanShow) {
    std::set<Reason> missing(all_reasons().begin(), all_reasons().end());
    for (const Reason of_the_cycle :
         {Reason::budget_exhausted, Reason::policy_invalid, Reason::kill_switch_invalid, Reason::clock_not_believed,
          Reason::record_unwritable, Reason::event_source_degraded, Reason::client_certificate_unfit}) {
        missing.erase(of_the_cycle);
    }
    for (const auto* cases : {&kServer, &kServices, &kCertificates, &kUnit, &kListeners, &kOthers}) {
        for (const AssessCase& each : *cases) {
            for (const Finding& found : assessed(each.server).findings) missing.erase(found.reason);
        }
    }
    for (const Reason reason : missing) ADD_FAILURE() << "no case raises " << word(reason);
}

TEST(AssessedHealth, IsThatOfTheWorstFinding) {
    EXPECT_TRUE(assessed(healthy()).healthy);
    EXPECT_TRUE(assessed(healthy().adding(two())).healthy) << "a successor that waits for its date";
    EXPECT_FALSE(assessed(healthy().replacing(one().valid(-70, 20))).healthy);
}

TEST(AssessedSymptoms, AreThoseThatNothingElseExplainsAndARestartMayCure) {
    const auto symptoms = [](const ServerBuilder& server) { return words(assessed(server).symptoms); };
    EXPECT_EQ(symptoms(healthy().unreachable(v6)), "listener_unreachable_ipv6");
    EXPECT_EQ(symptoms(healthy().uri_status(404)), "sstp_uri_unhealthy") << "once, of two listeners";
    EXPECT_EQ(symptoms(healthy().serving(v4, kElsewhere)), "served_certificate_differs_ipv4");
    EXPECT_EQ(symptoms(healthy().unreachable(v6).with([](auto& s) { s.memory.proven->levels = {{v4, Level::answers}}; })), "")
        << "24: never proven";
    EXPECT_EQ(symptoms(healthy().port_taken(v4, "nginx.exe (4242)").unreachable(v4)), "") << "68";
    EXPECT_EQ(symptoms(healthy().no_cipher(v4).no_cipher(v6)), "") << "70";
    EXPECT_EQ(symptoms(stopped_with(0)), "") << "53";
    EXPECT_EQ(symptoms(healthy().without_record(v6).unreachable(v6)), "") << "its record explains it";
    EXPECT_EQ(symptoms(healthy().without_record(v6).unreachable()), "listener_unreachable_ipv4");
}

TEST(AStoppedRras, IsToldWithWhatHappenedJustBefore) {
    const auto said = [](const ServerBuilder& server) { return assessed(server).findings.at(0).explanation; };
    const auto written_before = [](auto& s) {
        s.memory.before_stop = ChangesBeforeStop{{}, s.state.looked_at.wall - std::chrono::minutes{3}, {}};
    };
    EXPECT_THAT(said(stopped_with(0).with(written_before)), testing::HasSubstr("SSTP's parameters were written (2026-11-18 11:57 UTC)"));
    EXPECT_THAT(said(stopped_with(0)), testing::Not(testing::HasSubstr("written")));
    EXPECT_THAT(said(stopped_with(1067)), testing::HasSubstr("error 1067 (The process terminated unexpectedly)"));
    EXPECT_THAT(said(stopped_with(1168)), testing::HasSubstr("it is started when that is put right"));
    EXPECT_THAT(said(stopped_with(1168).start_type("RemoteAccess", StartType::manual)),
                testing::AllOf(testing::HasSubstr("Its start type is manual, not automatic, so that nothing is changed"),
                               testing::Not(testing::HasSubstr("it is started when"))))
        << "which the gate says too";
}

/// The first finding of that word, as it is explained.
std::string explained(const ServerBuilder& server, Reason reason) {
    for (const Finding& each : assessed(server).findings) {
        if (each.reason == reason) return each.explanation;
    }
    return "not found";
}

TEST(AnExcludedFamily, IsToldWithWhatExcludesIt) {
    const auto said = [](const ServerBuilder& server) { return explained(server, Reason::listener_excluded_ipv6); };
    EXPECT_THAT(said(healthy().listen_list({"203.0.113.5"})), testing::HasSubstr("HTTP.SYS's IP listen list has no ipv6 address"));
    EXPECT_THAT(said(healthy().unreachable(v6).with([](auto& s) { s.state.ipv6_is_off = true; })),
                testing::AllOf(testing::HasSubstr("IPv6 is switched off on this machine"), testing::Not(testing::HasSubstr("iplisten"))))
        << "an entry in an empty list would cut IPv4 off";
}

TEST(AMissingService, IsThatOfTheRoleOrOneThatThePolicyListsInVain) {
    const auto said = [](const char* name) { return explained(healthy().not_installed(name), Reason::service_missing); };
    EXPECT_THAT(said("RemoteAccess"),
                testing::AllOf(testing::HasSubstr("the role Remote Access is missing"), testing::Not(testing::HasSubstr("restart.then"))));
    EXPECT_THAT(said("RasMan"), testing::AllOf(testing::HasSubstr("Take it out of restart.services and restart.then"),
                                               testing::Not(testing::HasSubstr("the role"))));
}

TEST(AFinding, SaysWhenItCountsOnlyWhereMoreLooksDecide) {
    const auto says_when = [](const ServerBuilder& server, Reason reason) {
        return explained(server, reason).find("It counts when 3 looks in a row have shown it.") != std::string::npos;
    };
    const ServerBuilder wrong_answer = healthy().uri_status(404);
    EXPECT_TRUE(says_when(wrong_answer, Reason::sstp_uri_unhealthy));
    EXPECT_FALSE(says_when(ServerBuilder{wrong_answer}.seen(Reason::sstp_uri_unhealthy, 3), Reason::sstp_uri_unhealthy))
        << "it does by now";
    EXPECT_FALSE(says_when(healthy().sni("vpn.example.com", one()), Reason::binding_shadowed)) << "a warning that no look confirms";
}

TEST(ACipherListWithoutASuiteForTheKey, IsToldWithTheKindOfKeyThatItLacks) {
    const auto said = [](const Certificate& active) {
        return explained(healthy().replacing(active).no_cipher(v4).no_cipher(v6), Reason::private_key_unusable);
    };
    EXPECT_THAT(said(one()), testing::HasSubstr("has no suite for RSA keys"));
    EXPECT_THAT(said(one().key(KeyAlgorithm::ecdsa, 256)), testing::HasSubstr("has no suite for ECDSA keys"));
}

}  // namespace

}  // namespace sstp::test::assess_tests
