#include "tests/core/decision/servers_table.h"

namespace sstp::test::servers_certificate_tests {

namespace {

const Certificate kRas = certificate(5).names({"ras.example.com"});

/// `one` of a server whose CA is private throughout.
ServerBuilder private_server() {
    const auto own = one().issued_by(private_ca());
    return healthy().holding({own}).all_naming(own).learned(own).proven(own).held(own);
}
/// Learned {vpn, www, example.com}, primary vpn; `one` has them all.
ServerBuilder three_names(CertificateBuilder active = one()) {
    const auto own = active.names({"vpn.example.com", "www.example.com", "example.com"});
    return healthy().holding({own}).all_naming(own).learned(own).proven(own).held(own);
}
ServerBuilder wildcard_server() {
    const auto own = one().names({"*.example.com"}).expired();
    return healthy().holding({own}).all_naming(own).learned(own).proven(own).held(own);
}
/// A renewal script bound `two` and wrote its hashes; RRAS has run on `one` since.
ServerBuilder moved_without_a_restart() { return healthy().adding(two()).all_naming(two()).learned(two()).written(30).held(one()); }
/// Nothing is known, the records name one whose key is gone, and somebody has written the hash of `other`.
ServerBuilder hash_alone(const Certificate& other) {
    return healthy()
        .nothing_learned()
        .held_unknown()
        .replacing(one().key(KeyState::absent))
        .unreachable()
        .adding(other)
        .hash(other)
        .written(10);
}
/// Its only certificate lies in WebHosting: LocalMachine\MY is empty.
ServerBuilder web_hosting() { return healthy().in_store(v4, "WebHosting").in_store(v6, "WebHosting").holding({}); }

// clang-format off
INSTANTIATE_TEST_SUITE_P(WhichCertificate, Servers, testing::Values(
    ServerCase{"1a: a newer certificate of the internal CA for IKEv2, everything learned", healthy().adding(two().valid(-1, 700).issued_by(private_ca())), "", "nothing", "nothing"},
    ServerCase{"1a: from warn_before on it warns", healthy().replacing(one().valid(-70, 20)).adding(two().issued_by(private_ca())), "successor_other_ca? certificate_expiring?", "nothing", "nothing"},
    ServerCase{"1b: the same, nothing learned yet", healthy().nothing_learned().adding(two().issued_by(private_ca())), "ambiguous_certificate?", "nothing", "nothing"},
    ServerCase{"1b: the hash was overwritten, what is served bears the policy's name and has left the store: it tells whose CA clients trust", healthy().nothing_learned().held_unknown().wanting_names({"vpn.example.com"}).deleting(one()).adding(certificate(3).names({"www.example.com"})).sha256(static_cast<Certificate>(certificate(3)).hash).adding(two().issued_by(private_ca())), "ambiguous_certificate! name_mismatch!", "refused ambiguous_certificate", "refused ambiguous_certificate"},
    ServerCase{"2: one is deleted, only the internal CA's is fit", healthy().deleting(one()).adding(certificate(3).issued_by(private_ca())), "certificate_missing!", "refused certificate_missing", "refused certificate_missing"},
    ServerCase{"2: two arrives", healthy().deleting(one()).adding(certificate(3).issued_by(private_ca())).adding(two()), "certificate_missing?", kWaits, kSoonTwo},
    ServerCase{"3a: a private CA throughout, a successor of the same root", private_server().adding(two().issued_by(private_ca())), "", kWaits, kPlannedTwo},
    ServerCase{"3b: of another private root", private_server().adding(two().issued_by(private_ca("Other CA"))), "", "nothing", "nothing"},
    ServerCase{"4: archived by auto-enrolment with a renewal link, listeners serve it, weeks left", healthy().linking(one(), two()).archiving(one()).adding(two()), "renewal_link_pending? certificate_archived?", kWaits, kSoonTwo},
    ServerCase{"5a: deleted, listeners still serve it, with a fit successor", healthy().deleting(one()).adding(two()), "certificate_missing?", kWaits, kSoonTwo},
    ServerCase{"5a: everything had moved to it and RRAS was not restarted: what RRAS holds is bound again, and no session ends", moved_without_a_restart().deleting(two()), "certificate_missing! hash_newer_than_service!", "now: bind ipv4 1, bind ipv6 1, sha1 1, sha256 1", "now: bind ipv4 1, bind ipv6 1, sha1 1, sha256 1"},
    ServerCase{"5b: without one", healthy().deleting(one()), "certificate_missing!", "refused certificate_missing", "refused certificate_missing"},
    ServerCase{"6: listeners serve the renewal link, record and hash name one", healthy().adding(two()).linking(one(), two()).serving(two()), "served_by_renewal_link!", kNowTwo, kNowTwo},
    ServerCase{"7: the linked one lacks the purpose", healthy().adding(two().purposes({{"1.3.6.1.5.5.7.3.2"}})).linking(one(), two()).serving(two().purposes({{"1.3.6.1.5.5.7.3.2"}})), "served_by_renewal_link!", "refused served_by_renewal_link", "refused served_by_renewal_link"},
    ServerCase{"7: the one in force is gone and served, and all that is left is linked to one for clients only: Windows might serve that", healthy().deleting(one()).adding(two()).adding(certificate(3).newer().purposes({{"1.3.6.1.5.5.7.3.2"}})).linking(two(), certificate(3)), "certificate_missing!", "refused certificate_missing", "refused certificate_missing"},
    ServerCase{"7: where clients are out anyhow it is better than nothing", one_has_ended().adding(certificate(3).newer().purposes({{"1.3.6.1.5.5.7.3.2"}})).linking(two(), certificate(3)), "certificate_expired!", kNowTwo, kNowTwo},
    ServerCase{"7: and a renewal that is linked so waits", healthy().adding(two()).adding(certificate(3).newer().purposes({{"1.3.6.1.5.5.7.3.2"}})).linking(two(), certificate(3)), "", "nothing", "nothing"},
    ServerCase{"7: the policy pins one", healthy().pinning(one()).adding(two()).linking(one(), two()).serving(two()), "served_by_renewal_link!", "refused served_by_renewal_link", "refused served_by_renewal_link"},
    ServerCase{"8a: one with all names works, two has only the primary", three_names().adding(two()), "", "nothing", "nothing"},
    ServerCase{"8b: one has ended: two is taken as second choice", three_names(one().expired()).adding(two()), "names_changed? certificate_expired!", kNowTwo, kNowTwo},
    ServerCase{"8c: one has ended, only {www} is there", three_names(one().expired()).adding(two().names({"www.example.com"})), "ambiguous_certificate! certificate_expired!", "refused ambiguous_certificate", "refused ambiguous_certificate"},
    ServerCase{"8d: {vpn} arrives as well", three_names(one().expired()).adding(certificate(3).names({"www.example.com"})).adding(two()), "names_changed? certificate_expired!", kNowTwo, kNowTwo},
    ServerCase{"9a: a wildcard succeeds a name", healthy().adding(two().names({"*.example.com"})), "", kWaits, kPlannedTwo},
    ServerCase{"9b: a name succeeds a wildcard, an earlier certificate had it", wildcard_server().named_before("vpn.example.com").adding(two()), "names_changed? certificate_expired!", kNowTwo, kNowTwo},
    ServerCase{"9c: beside it www.example.com", wildcard_server().adding(two()).adding(certificate(3).newer().names({"www.example.com"})), "ambiguous_certificate! certificate_expired!", "refused ambiguous_certificate", "refused ambiguous_certificate"},
    ServerCase{"10a: everything moved by Set-RemoteAccess (flag 1)", healthy().flag(1U).adding(kRas).all_naming(kRas).written(10).rras_started(5).held(kRas), "", "nothing", "nothing"},
    ServerCase{"10b: by hand (flag 0), and a session has begun", healthy().adding(kRas).all_naming(kRas).written(10).rras_started(5).held(kRas).sstp_session_began(2), "", "nothing", "nothing"},
    ServerCase{"10c: by hand, and no session in a day", healthy().adding(kRas).all_naming(kRas).written(60 * 25).rras_started(60 * 24).held(kRas).sstp_session_began(60 * 26), "choice_not_confirmed?", "refused choice_not_confirmed", "refused choice_not_confirmed"},
    ServerCase{"10f: the policy lists another name, a certificate has it, and clients have begun sessions under what is served: they keep it until the window", healthy().wanting_names({"new.example.com"}).adding(two().names({"new.example.com"})).rras_started(300).held(one()).sstp_session_began(10), "name_mismatch!", "refused outside_window", "soon: bind ipv4 2, bind ipv6 2, sha1 2, sha256 2, restart"},
    ServerCase{"10f: nobody has since RRAS started: the policy says that they are out", healthy().wanting_names({"new.example.com"}).adding(two().names({"new.example.com"})).rras_started(5).held(one()).sstp_session_began(60), "name_mismatch!", kNowTwo, kNowTwo},
    ServerCase{"10f: whether anybody has cannot be read", healthy().wanting_names({"new.example.com"}).adding(two().names({"new.example.com"})).rras_started(5).held(one()).sessions_unreadable(), "name_mismatch!", kNowTwo, kNowTwo},
    ServerCase{"10f: one listener does not even answer: those clients are out by whatever name", healthy().wanting_names({"new.example.com"}).adding(two().names({"new.example.com"})).rras_started(300).held(one()).sstp_session_began(10).unreachable(v6), "name_mismatch! listener_unreachable_ipv6?", kNowTwo, kNowTwo},
    ServerCase{"10d: the policy names vpn.example.com", healthy().wanting_names({"vpn.example.com"}).adding(kRas).all_naming(kRas).written(10).rras_started(5).held(kRas), "name_mismatch!", "now: bind ipv4 1, bind ipv6 1, sha1 1, sha256 1, restart", "now: bind ipv4 1, bind ipv6 1, sha1 1, sha256 1, restart"},
    ServerCase{"10d: the same, and whoever moved it is connected under the other name: those who dial vpn.example.com are out all the same", healthy().wanting_names({"vpn.example.com"}).adding(kRas).all_naming(kRas).written(10).rras_started(5).held(kRas).sessions(1).sstp_session_began(2), "name_mismatch!", "now: bind ipv4 1, bind ipv6 1, sha1 1, sha256 1, restart", "now: bind ipv4 1, bind ipv6 1, sha1 1, sha256 1, restart"},
    ServerCase{"10f: nobody is connected now: nobody loses anything", healthy().wanting_names({"new.example.com"}).adding(two().names({"new.example.com"})).rras_started(300).held(one()).sessions(0).sstp_session_began(10), "name_mismatch!", kNowTwo, kNowTwo},
    ServerCase{"11a: somebody moved only the hash", healthy().adding(two()).hash(two()).at(0, 12), "hash_sha256_mismatch!", "soon: sha1 1, sha256 1", std::nullopt},
    ServerCase{"11a: and RRAS has started on it: a restart takes the successor along", healthy().adding(two()).hash(two()).held(two()).with([](auto& s) { s.memory.held->bindings = {{v4, one().certificate.thumbprint}, {v6, one().certificate.thumbprint}}; }), "hash_sha256_mismatch!", "now: bind ipv4 2, bind ipv6 2, restart", "now: bind ipv4 2, bind ipv6 2, restart"},
    ServerCase{"11b: only one record", healthy().adding(certificate(3)).record(v6, certificate(3)).serving(v6, certificate(3)), "binding_mismatch!", "now: bind ipv6 1", "now: bind ipv6 1"},
    ServerCase{"11c: both records to the fit successor, not the hash: records back", healthy().adding(two()).records(two()).serving(two()), "binding_mismatch! binding_mismatch!", "now: bind ipv4 1, bind ipv6 1", std::nullopt},
    ServerCase{"11c: RRAS may hold the successor: forward", healthy().held_unknown().adding(two()).records(two()).serving(two()).written(60).sstp_session_began(90), "hash_sha256_mismatch!", "now: sha1 2, sha256 2, restart", std::nullopt}));

INSTANTIATE_TEST_SUITE_P(WhichCertificateMore, Servers, testing::Values(
    ServerCase{"12: self-signed without SAN and serving, the only other one is the computer certificate", [] {
        const auto own = one().names({}).cn("VPN Server").self_signed();
        return healthy().holding({own, two().names({"vpn1.corp.example"}).issued_by(private_ca())}).all_naming(own).nothing_learned().held(own); }(),
        "ambiguous_certificate? chain_unknown?", "nothing", "nothing"},
    ServerCase{"13a: the newest has no key, an older fit one exists", healthy().replacing(one().expired()).serving(one().expired()).adding(certificate(3).valid(-2, 95).key(KeyState::absent)).adding(two().valid(-5, 85)), "certificate_expired!", kNowTwo, kNowTwo},
    ServerCase{"13b: an unusable key", healthy().replacing(one().expired()).serving(one().expired()).adding(certificate(3).valid(-2, 95).key(KeyState::unusable)).adding(two().valid(-5, 85)), "certificate_expired!", kNowTwo, kNowTwo},
    ServerCase{"13c: a key in the user's set", healthy().replacing(one().expired()).serving(one().expired()).adding(certificate(3).valid(-2, 95).key(KeyState::unusable, "it lies in a user's key set")).adding(two().valid(-5, 85)), "certificate_expired!", kNowTwo, kNowTwo},
    ServerCase{"14: we cannot open the active one's key, listeners serve it", healthy().replacing(one().key(KeyState::unknown, "NTE_PROVIDER_DLL_FAIL")), "", "nothing", "nothing"},
    ServerCase{"14: and not even a listener says", healthy().replacing(one().key(KeyState::unknown, "RPC 1722")).not_probed(v4).not_probed(v6), "private_key_unknown?", "nothing", "nothing"},
    ServerCase{"15a: the key is gone, listeners reset, with a fit other one", healthy().replacing(one().key(KeyState::absent)).unreachable().adding(two()), "private_key_missing!", kNowTwo, kNowTwo},
    ServerCase{"15b: without", healthy().replacing(one().key(KeyState::absent)).unreachable(), "no_fit_certificate! private_key_missing!", "refused no_fit_certificate", "refused no_fit_certificate"},
    ServerCase{"15: a hash alone, written by hand, names a weak one that nobody ever got: it is as little chosen as any other weak one", hash_alone(two().key(KeyAlgorithm::rsa, 1024)), "no_fit_certificate! weak_key? listener_unreachable_ipv4? listener_unreachable_ipv6?", "refused no_fit_certificate", "refused no_fit_certificate"},
    ServerCase{"15: or one whose key nobody can judge", hash_alone(two().key(KeyState::unknown, "RPC 1722")), "no_fit_certificate! private_key_unknown? listener_unreachable_ipv4? listener_unreachable_ipv6?", "refused no_fit_certificate", "refused no_fit_certificate"},
    ServerCase{"15: a fit one that a hash alone names is in force", hash_alone(two()), "binding_mismatch! binding_mismatch!", "now: bind ipv4 2, bind ipv6 2, restart", "now: bind ipv4 2, bind ipv6 2, restart"},
    ServerCase{"15: a hash alone names one for a further name of what the records name: which of the names clients dial nobody knows", healthy().nothing_learned().held_unknown().replacing(one().names({"vpn.example.com", "www.example.com"}).key(KeyState::absent)).unreachable().adding(two().names({"www.example.com"})).sha256(static_cast<Certificate>(two()).hash).written(10), "ambiguous_certificate? listener_unreachable_ipv4? listener_unreachable_ipv6?", "refused ambiguous_certificate", "refused ambiguous_certificate"},
    ServerCase{"16: RSA active, RSA and ECDSA successors of the same age", healthy().adding(certificate(3).newer().key(KeyAlgorithm::ecdsa, 256)).adding(two()), "", kWaits, kPlannedTwo},
    ServerCase{"17a: it lies in WebHosting, the record says so, served rightly, flag 0", web_hosting(), "certificate_in_other_store?", "nothing", "nothing"},
    ServerCase{"17a: the same behind an SNI record", healthy().deleting(one()).sni("vpn.example.com", one(), "WebHosting"), "certificate_in_other_store?", "refused certificate_in_other_store", "refused certificate_in_other_store"},
    ServerCase{"17a: the same, and it lies in MY as well: only that its owner has to renew it is told", healthy().sni("vpn.example.com", one(), "WebHosting"), "binding_shadowed?", "nothing", "nothing"},
    ServerCase{"17b: flag 1", web_hosting().flag(1U), "certificate_in_other_store!", "refused certificate_in_other_store", "refused certificate_in_other_store"},
    ServerCase{"17: its copy in MY came without the key, and somebody deleted the hash: it is not written, for RRAS could not use it", web_hosting().holding({one().key(KeyState::absent)}).without_hashes(), "certificate_in_other_store! hash_sha256_missing!", "refused certificate_in_other_store", "refused certificate_in_other_store"},
    ServerCase{"17: the same, nothing drifted, and SSTP does not answer: no symptom is worth a restart from which RRAS would not come back", web_hosting().holding({one().key(KeyState::absent)}).flag(1U).uri_status(503).seen(Reason::sstp_uri_unhealthy, 3), "certificate_in_other_store! sstp_uri_unhealthy! sstp_uri_unhealthy!", "refused private_key_missing", "refused private_key_missing"},
    ServerCase{"17: nothing is known yet, RRAS ended for want of it, and all that lies in MY is a computer's certificate: the one meant is told, and none is guessed", web_hosting().nothing_learned().held_unknown().unreachable().flag(1U).holding({two().names({"vpn1.corp.example"}).issued_by(private_ca())}).service(kRemoteAccess, ServiceState::stopped, 1168), "service_stopped! certificate_in_other_store!", "refused certificate_in_other_store", "refused certificate_in_other_store"},
    ServerCase{"17: the same, and the policy says what clients dial", web_hosting().nothing_learned().held_unknown().unreachable().flag(1U).wanting_names({"vpn.example.com"}).holding({two()}).service(kRemoteAccess, ServiceState::stopped, 1168), "service_stopped! binding_mismatch! binding_mismatch! hash_sha256_mismatch!", kNowTwo, kNowTwo},
    ServerCase{"18: a record with a null store", healthy().in_store(v4, std::nullopt).in_store(v6, std::nullopt), "", "nothing", "nothing"},
    ServerCase{"19: a 6-day certificate in its second day", healthy().replacing(one().valid(-2, 4)), "", "nothing", "nothing"},
    ServerCase{"19: its successor came after four days", healthy().replacing(one().valid(-4, 2)).adding(two().valid(0, 6)), "", kWaits, kPlannedTwo},
    ServerCase{"19: a 47-day certificate, its successor came after 31", healthy().replacing(one().valid(-31, 16)).adding(two().valid(0, 47)), "", kWaits, kPlannedTwo},
    ServerCase{"L25: 47 days, warned from a third of the lifetime on, without a successor", healthy().replacing(one().valid(-32, 15)), "certificate_expiring?", "nothing", "nothing"},
    ServerCase{"20a: two fit ones of the same CA with different extra names, nothing learned", healthy().nothing_learned().replacing(one().expired()).serving(one().expired()).adding(certificate(3).valid(-3, 80).names({"vpn.example.com", "a.example.com"})).adding(two().names({"vpn.example.com", "b.example.com"})), "certificate_expired!", kNowTwo, kNowTwo},
    ServerCase{"20b: of different primary names", healthy().nothing_learned().holding({certificate(2).names({"a.example.com"}), certificate(3).names({"b.example.com"})}).without_hashes().without_record(v4).without_record(v6).unreachable().wanting_names({}).with([](auto& s) { s.state.sstp_has_a_record = true; }), "ambiguous_certificate! binding_missing_ipv4! binding_missing_ipv6! hash_sha256_missing!", "refused ambiguous_certificate", "refused ambiguous_certificate"}));
// clang-format on

}  // namespace

}  // namespace sstp::test::servers_certificate_tests
