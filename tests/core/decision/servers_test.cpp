#include "tests/core/decision/servers_table.h"

namespace sstp::test::servers_tests {

namespace {

using namespace std::chrono_literals;

const Certificate kEnded = one().expired();
const Certificate kElsewhere = certificate(9);  // in no store

/// No clients of SSTP ever, nothing of SSTP configured; a fit certificate in the store.
ServerBuilder without_sstp() { return healthy().nothing_learned().without_record(v4).without_record(v6).without_hashes().unreachable(); }
/// Event 25 and its like: RemoteAccess did not start, so that nobody answers.
ServerBuilder not_started(ServerBuilder server, std::uint32_t exit_code) {
    return server.service("RemoteAccess", ServiceState::stopped, exit_code).unreachable();
}
ServerBuilder pending_since(ServiceState state, int minutes) {
    return healthy().service("RemoteAccess", state).unreachable().with([=](auto& s) {
        std::get<ServiceStatus>(s.state.services["RemoteAccess"]).pending_since = minutes_before_look(minutes);
    });
}
/// A hash that names nothing here, chosen by an administrator, and never seen at work.
ServerBuilder unknown_hash() { return healthy().nothing_learned().flag(1U).hash(kElsewhere).held(kElsewhere); }
ServerBuilder up_for(ServerBuilder server, Duration up_time) {
    return server.with([=](auto& s) { s.memory.up_time = up_time; });
}
ServerBuilder with_listed(std::vector<std::string> services) {
    return one_has_ended().with([=](auto& s) { s.policy.restart.services = services; });
}
ServerBuilder confirmed(ServerBuilder server, Reason reason) {
    return server.seen(reason, 3).with(
        [](auto& s) { s.memory.symptoms_since = MonotonicTime{s.state.looked_at.monotonic.since_boot - 10min}; });
}
/// The certificate in force bears www.example.com as well, and IIS has a site of that name with a certificate of its own.
ServerBuilder beside_a_site() {
    const Certificate both = one().names({"vpn.example.com", "www.example.com"});
    const Certificate site = certificate(7).names({"www.example.com"});
    return healthy()
        .holding({both, site})
        .all_naming(both)
        .learned(both)
        .proven(both)
        .held(both)
        .sni("www.example.com", site)
        .serving_at("127.0.0.1", site, "www.example.com");
}

// clang-format off
INSTANTIATE_TEST_SUITE_P(WhoElseIsThere, Servers, testing::Values(
    ServerCase{"21, H11: an exact-address record of another site", healthy().adding(certificate(7).names({"www.example.com"})).shadowed_by_address("203.0.113.6", certificate(7)), "", "nothing", "nothing"},
    ServerCase{"22: an exact-address record with another fit certificate of our name, whose clients get it", healthy().adding(certificate(7)).shadowed_by_address("203.0.113.5", certificate(7)).serving_at("203.0.113.5", certificate(7)), "binding_shadowed!", "refused binding_shadowed", "refused binding_shadowed"},
    ServerCase{"22: the wildcards follow their own CA and window", healthy().adding(certificate(7)).shadowed_by_address("203.0.113.5", certificate(7)).serving_at("203.0.113.5", certificate(7)).adding(two()), "binding_shadowed!", kWaits, kPlannedTwo},
    ServerCase{"23: an IP listen list of one IPv4 address", healthy().listen_list({"203.0.113.5"}).with([](auto& s) { s.state.probes.clear(); }).serving_at("203.0.113.5", one()), "", "nothing", "nothing"},
    ServerCase{"23: heals there", one_has_ended().listen_list({"203.0.113.5"}).with([](auto& s) { s.state.probes.clear(); }).serving_at("203.0.113.5", kEnded), "certificate_expired!", kNowTwo, kNowTwo},
    ServerCase{"24, C2: ::1 answers nobody, event 13 at each start, the certificate has ended", one_has_ended().unreachable(v6).with([](auto& s) { s.memory.proven->levels = {{v4, Level::answers}}; }).complaint(13, 5, true), "certificate_expired! listener_unreachable_ipv6?", kNowTwo, kNowTwo},
    ServerCase{"24: and when it is cured, IPv6 stays a finding", healthy().unreachable(v6).with([](auto& s) { s.memory.proven->levels = {{v4, Level::answers}}; s.memory.levels_before[v6] = Level::nothing; }).complaint(13, 5, true).seen(Reason::listener_unreachable_ipv6, 9), "listener_unreachable_ipv6?", "nothing", "nothing"},
    ServerCase{"52: one failed probe that nothing explains makes nothing urgent, also where something is to be written", healthy().sha1(Absent{}).unreachable(v6), "listener_unreachable_ipv6?", "soon: sha1 1", std::nullopt},
    ServerCase{"24: nor is a missing [::] record a reason to restart there", healthy().without_record(v6).unreachable(v6).with([](auto& s) { s.memory.proven->levels = {{v4, Level::answers}}; s.memory.levels_before[v6] = Level::nothing; }).complaint(13, 5, true), "binding_missing_ipv6!", "soon: bind ipv6 1", std::nullopt},
    ServerCase{"24: event 13 where IPv6 has clients, though 0.0.0.0 serves them: what is put right needs a restart", healthy().without_record(v6).complaint(13), "binding_missing_ipv6?", kWaits, "soon: bind ipv6 1, restart"},
    ServerCase{"24: event 13, not seen before, where HTTP.SYS does not listen on IPv6: what is put right beside it needs no restart", healthy().listen_list({"203.0.113.5"}).with([](auto& s) { s.state.probes.clear(); }).record(v4, certificate(9)).serving_at("203.0.113.5", certificate(9)).complaint(13, 5, false), "binding_mismatch!", "now: bind ipv4 1", std::nullopt},
    ServerCase{"25a: UseHttps 0, whatever looks wrong", healthy().tls_offloaded().without_record(v6).hash(kElsewhere), "", "refused tls_offloaded", "refused tls_offloaded"},
    ServerCase{"25b: a hash of nothing here, SSTP sessions since RRAS started", unknown_hash().sstp_session_began(60), "hash_unknown_to_this_server?", "refused hash_unknown_to_this_server", "refused hash_unknown_to_this_server"},
    ServerCase{"25c: without sessions, dns_names set", unknown_hash().wanting_names({"vpn.example.com"}), "hash_unknown_to_this_server!", "refused outside_window", "soon: sha1 1, sha256 1, restart"},
    ServerCase{"25c: the same, and one listener is dead, in two looks: its clients do not wait for the window", unknown_hash().wanting_names({"vpn.example.com"}).proven(one()).record(v4, certificate(9)).unreachable(v4).with([](auto& s) { s.memory.levels_before[v4] = Level::nothing; }), "hash_unknown_to_this_server! listener_unreachable_ipv4?", "now: bind ipv4 1, sha1 1, sha256 1, restart", "now: bind ipv4 1, sha1 1, sha256 1, restart"},
    ServerCase{"25c: and what is bound has left the store; the renewed one waits for the window", unknown_hash().wanting_names({"vpn.example.com"}).deleting(one()).adding(two()), "hash_unknown_to_this_server! certificate_missing!", "refused outside_window", "soon: bind ipv4 2, bind ipv6 2, sha1 2, sha256 2, restart"},
    ServerCase{"25c: the same, and RRAS has stopped to take calls: nobody is behind a balancer either", confirmed(unknown_hash().wanting_names({"vpn.example.com"}).deleting(one()).adding(two()).uri_status(v4, 503).uri_status(v6, 503), Reason::sstp_uri_unhealthy), "hash_unknown_to_this_server! certificate_missing! sstp_uri_unhealthy! sstp_uri_unhealthy!", "now: bind ipv4 2, bind ipv6 2, sha1 2, sha256 2, restart", "now: bind ipv4 2, bind ipv6 2, sha1 2, sha256 2, restart"},
    ServerCase{"25c, 33: the same, RRAS started a minute ago, and its first answer is 503", unknown_hash().wanting_names({"vpn.example.com"}).deleting(one()).adding(two()).rras_started(1).uri_status(v4, 503).uri_status(v6, 503).seen(Reason::sstp_uri_unhealthy, 1), "hash_unknown_to_this_server! certificate_missing! sstp_uri_unhealthy? sstp_uri_unhealthy?", "refused outside_window", std::nullopt},
    ServerCase{"25d: the same after event 25", unknown_hash().wanting_names({"vpn.example.com"}).complaint(25), "hash_sha256_mismatch!", "now: sha1 1, sha256 1, restart", "now: sha1 1, sha256 1, restart"},
    ServerCase{"25d: or a failed start", not_started(unknown_hash().wanting_names({"vpn.example.com"}), 1168), "service_stopped! hash_sha256_mismatch!", "now: sha1 1, sha256 1, restart", "now: sha1 1, sha256 1, restart"},
    ServerCase{"26a, H13: no SSTP here; a fit certificate in the store", without_sstp(), "", "refused sstp_not_configured", "refused sstp_not_configured"},
    ServerCase{"26b: with dns_names set, other tunnels are open", without_sstp().wanting_names({"vpn.example.com"}).sessions(0, 40), "binding_missing_ipv4! binding_missing_ipv6! hash_sha256_missing!", kWaits, "soon: bind ipv4 1, bind ipv6 1, sha1 1, sha256 1, restart"},
    ServerCase{"26c: IKEv2, RRAS bound a certificate by itself, that certificate ends", one_has_ended().nothing_learned().held(one()).sessions(0, 40), "certificate_expired!", kWaits, kSoonTwo},
    ServerCase{"27: a restored server: hashes of another machine, no record", healthy().nothing_learned().hash(kElsewhere).without_record(v4).without_record(v6).unreachable(), "binding_missing_ipv4! binding_missing_ipv6! hash_sha256_mismatch!", "now: bind ipv4 1, bind ipv6 1, sha1 1, sha256 1, restart", std::nullopt},
    ServerCase{"28a: IIS re-applied a stale hash; RRAS holds the right one", healthy().hash(kElsewhere), "hash_sha256_mismatch!", "soon: sha1 1, sha256 1", std::nullopt, {.attempts = failed(one(), 1, 5min), .does_not_last = true}},
    ServerCase{"28b: Group Policy writes the old hash, RRAS was restarted on it: by the schedule", healthy().hash(kElsewhere).held(kElsewhere), "hash_sha256_mismatch!", "refused waiting_for_schedule", std::nullopt, {.attempts = failed(one(), 2, 2h), .does_not_last = true}},
    ServerCase{"28b: four hours later", healthy().hash(kElsewhere).held(kElsewhere), "hash_sha256_mismatch!", "now: sha1 1, sha256 1, restart", std::nullopt, {.attempts = failed(one(), 2, 4h), .does_not_last = true}},
    ServerCase{"29: an ACME client is at work: it came, rebound both and wrote hashes 5 s ago", healthy().adding(two()).all_naming(two()).held(one()), "hash_newer_than_service!", "refused not_quiet", std::nullopt, {.activity = {.since_last_change = 5s, .since_first_change = 15s, .since_name_certificate_change = 15s}}},
    ServerCase{"29: and when it has restarted RemoteAccess there is nothing to do", healthy().adding(two()).all_naming(two()).written(1).rras_started(0).held(two()), "", "nothing", std::nullopt, {.activity = {.since_last_change = 1s, .since_first_change = 20s, .since_name_certificate_change = 20s, .rras_started_on_it = true}}},
    ServerCase{"30, 53: the client stopped RemoteAccess, failed, and left it stopped", one_has_ended().service("RemoteAccess", ServiceState::stopped).unreachable().written(3), "service_stopped! certificate_expired!", "refused service_stopped", std::nullopt},
    ServerCase{"31: RemoteAccess did not start after event 13", not_started(one_has_ended().complaint(13), 13), "service_stopped! certificate_expired!", kNowTwo, kNowTwo},
    ServerCase{"31: after event 25", not_started(one_has_ended().complaint(25), 1168), "service_stopped! certificate_expired!", kNowTwo, kNowTwo},
    ServerCase{"31: after event 32", not_started(healthy().adding(certificate(3)).record(v6, certificate(3)).complaint(32), 13), "service_stopped! binding_mismatch!", "now: bind ipv6 1, restart", "now: bind ipv6 1, restart"},
    ServerCase{"31: everything stored is right since: it is started", not_started(healthy(), 1312), "service_stopped!", "now: restart", "now: restart"},
    ServerCase{"32a: SHA-1 stale, Sha1Enabled absent", healthy().sha1(kElsewhere.thumbprint), "", "soon: sha1 1", std::nullopt},
    ServerCase{"32a: even where nobody knows what RRAS holds", healthy().held_unknown().sha1(Absent{}), "", "soon: sha1 1", std::nullopt},
    ServerCase{"32b: Sha1Enabled 1, RRAS holds the right one", healthy().sha1_enabled().sha1(kElsewhere.thumbprint), "hash_sha1_mismatch!", "soon: sha1 1", std::nullopt},
    ServerCase{"32b: Sha1Enabled 1, it may hold the stale one", healthy().held_unknown().written(30).sha1_enabled().sha1(kElsewhere.thumbprint), "hash_sha1_mismatch!", kWaits, "soon: sha1 1, restart"}));

INSTANTIATE_TEST_SUITE_P(RestartAndProof, Servers, testing::Values(
    ServerCase{"37: HEAD answers 404, seen twice", healthy().uri_status(404).seen(Reason::sstp_uri_unhealthy, 2), "sstp_uri_unhealthy? sstp_uri_unhealthy?", "refused waiting_for_confirmation", std::nullopt},
    ServerCase{"37, H8: seen three times: one restart, without a second rung", confirmed(healthy().uri_status(404), Reason::sstp_uri_unhealthy), "sstp_uri_unhealthy! sstp_uri_unhealthy!", "now: restart", std::nullopt},
    ServerCase{"5b: without one, and a symptom is confirmed: RRAS would not find it at its start", confirmed(healthy().deleting(one()).uri_status(503), Reason::sstp_uri_unhealthy), "certificate_missing! sstp_uri_unhealthy! sstp_uri_unhealthy!", "refused certificate_missing", "refused certificate_missing"},
    ServerCase{"37: by IPv6 alone two looks in a row were answered otherwise than when all was proven, and whether RRAS holds what is stored is not known: its restart does not wait", healthy().held_unknown().written(30).rras_started(60).uri_status(v6, 503).levels_before(v6, Level::crypto_binding), "hash_newer_than_service? sstp_uri_unhealthy?", "now: restart", std::nullopt},
    ServerCase{"37: the same in one look only: a probe's single word makes no restart urgent", healthy().held_unknown().written(30).rras_started(60).uri_status(v6, 503).seen(Reason::sstp_uri_unhealthy, 1), "hash_newer_than_service? sstp_uri_unhealthy?", kWaits, "soon: restart"},
    ServerCase{"37: the same, confirmed by as many looks as the policy asks for", healthy().held_unknown().written(30).rras_started(60).uri_status(v6, 503).seen(Reason::sstp_uri_unhealthy, 3), "hash_newer_than_service? sstp_uri_unhealthy!", "now: restart", std::nullopt},
    ServerCase{"37: a restart has not cured it", confirmed(healthy().uri_status(404), Reason::sstp_uri_unhealthy).reported_only(Reason::sstp_uri_unhealthy), "sstp_uri_unhealthy! sstp_uri_unhealthy!", "refused reported_only", "refused reported_only"},
    ServerCase{"37: heals still count beside it", confirmed(one_has_ended().uri_status(404), Reason::sstp_uri_unhealthy).reported_only(Reason::sstp_uri_unhealthy), "certificate_expired! sstp_uri_unhealthy! sstp_uri_unhealthy!", kNowTwo, kNowTwo},
    ServerCase{"38: a heal failed a minute ago without asking a service to stop: five minutes", one_has_ended(), "certificate_expired!", "refused waiting_for_schedule", std::nullopt, {.attempts = failed(two(), 1, 1min, false)}},
    ServerCase{"38: five minutes ago", one_has_ended(), "certificate_expired!", kNowTwo, std::nullopt, {.attempts = failed(two(), 1, 5min, false)}},
    ServerCase{"38: three heals failed, the last one 23 hours ago", one_has_ended(), "certificate_expired!", "refused waiting_for_schedule", std::nullopt, {.attempts = failed(two(), 3, 23h)}},
    ServerCase{"38: another certificate starts afresh", one_has_ended(), "certificate_expired!", kNowTwo, std::nullopt, {.attempts = failed(certificate(4), 3, 1h)}},
    ServerCase{"38: another policy starts afresh", one_has_ended(), "certificate_expired!", kNowTwo, std::nullopt, {.attempts = failed(two(), 3, 1h), .policy = "another"}},
    ServerCase{"40, M16: RemoteAccess hangs in stop-pending for three hours", pending_since(ServiceState::stop_pending, 180), "service_hung!", "refused service_hung", std::nullopt},
    ServerCase{"40: it is only just being stopped", pending_since(ServiceState::stop_pending, 1), "service_stopped?", "refused service_busy", std::nullopt},
    ServerCase{"42: restarted by its administrator in the same process: a record is put right and no session ends", healthy().rras_started(30).held(one()).adding(certificate(3)).record(v6, certificate(3)).serving(v6, certificate(3)), "binding_mismatch!", "now: bind ipv6 1", "now: bind ipv6 1"},
    ServerCase{"43, M17: just booted, RemoteAccess not started yet", up_for(healthy().service("RemoteAccess", ServiceState::stopped, 1077).unreachable(), 2min), "", "refused service_starting", std::nullopt},
    ServerCase{"43: after ten minutes it is stopped", up_for(healthy().service("RemoteAccess", ServiceState::stopped, 1077).unreachable(), 10min), "service_stopped!", "refused service_stopped", std::nullopt},
    ServerCase{"44, M14: the clock is 60 days back: one has not begun, a retired one looks fit", healthy().replacing(one().not_yet_valid()).adding(certificate(4).valid(-100, 1)).clock_doubtful(), "certificate_not_yet_valid?", "nothing", std::nullopt},
    ServerCase{"44: nothing is planned by it either", healthy().adding(two()).clock_doubtful(), "", "nothing", "nothing"},
    ServerCase{"44: one that has ended by a clock in doubt stays in force", healthy().replacing(one().expired()).serving(one().expired()).adding(two()).clock_doubtful(), "certificate_expired?", "nothing", std::nullopt},
    ServerCase{"44: and nothing is written for it before its dates are certain", healthy().replacing(one().expired()).serving(one().expired()).sha256(Absent{}).clock_doubtful(), "certificate_expired? hash_sha256_missing!", "refused clock_not_believed", std::nullopt},
    ServerCase{"44: what has no date is put right", healthy().without_record(v6).unreachable(v6).clock_doubtful(), "binding_missing_ipv6!", "now: bind ipv6 1", std::nullopt},
    ServerCase{"45, M15: the policy spells a service in its own way", with_listed({"remoteaccess"}), "certificate_expired!", "now: bind ipv4 2, bind ipv6 2, sha1 2, sha256 2, restart remoteaccess", std::nullopt},
    ServerCase{"45: or names one that this server lacks", with_listed({"RemoteAccess", "IKEEXT"}).with([](auto& s) { s.state.services["IKEEXT"] = Absent{}; }), "service_missing? certificate_expired!", "now: bind ipv4 2, bind ipv6 2, sha1 2, sha256 2, restart RemoteAccess+IKEEXT", std::nullopt},
    ServerCase{"52: a failed probe once", healthy().unreachable(v6).seen(Reason::listener_unreachable_ipv6, 1), "listener_unreachable_ipv6?", "refused waiting_for_confirmation", std::nullopt},
    ServerCase{"53: stopped RRAS is one critical, echoes below it", healthy().service("RemoteAccess", ServiceState::stopped).service("RasMan", ServiceState::stopped).unreachable(), "service_stopped!", "refused service_stopped", std::nullopt},
    ServerCase{"54, L29: a deliberate exact-address record that serves the right certificate warns", healthy().shadowed_by_address("203.0.113.5", one()).serving_at("203.0.113.5", one()), "binding_shadowed?", "nothing", std::nullopt},
    ServerCase{"54, L29: until it is accepted", healthy().accepting(Reason::binding_shadowed).shadowed_by_address("203.0.113.5", one()).serving_at("203.0.113.5", one()), "", "nothing", std::nullopt}));

INSTANTIATE_TEST_SUITE_P(WhereTheFirstEditionWasSilent, Servers, testing::Values(
    ServerCase{"55: ipv6 false, flag 0, own [::] record, renewal: both records move", healthy().with([](auto& s) { s.policy.listener.ipv6 = false; }).not_probed(v6).flag(0U).adding(two()), "", kWaits, kPlannedTwo},
    ServerCase{"58a: the hash was corrected by hand, RRAS not restarted, first look", healthy().nothing_learned().written(30).sessions_unreadable(), "hash_newer_than_service?", kWaits, "soon: restart"},
    ServerCase{"58a: a session has begun since", healthy().held_unknown().written(30).sstp_session_began(10), "", "nothing", "nothing"},
    ServerCase{"58b: what RRAS holds is learned anew: a hash changed and RRAS restarted is no \"needs no restart\"", healthy().hash(kElsewhere).held(kElsewhere), "hash_sha256_mismatch!", "now: sha1 1, sha256 1, restart", std::nullopt},
    ServerCase{"59: Group Policy wrote B, RRAS was restarted on it, kill switch off again", healthy().adding(certificate(3)).hash(certificate(3)).held(certificate(3)), "hash_sha256_mismatch!", "now: sha1 1, sha256 1, restart", std::nullopt},
    ServerCase{"60: a public root unknown here, successor of the same issuing CA", [] {
        const auto own = one().issued_by(public_ca().without_root());
        return healthy().holding({own}).all_naming(own).learned(own).proven(own).held(own).adding(two().issued_by(public_ca().without_root())); }(),
        "chain_unknown?", kWaits, kPlannedTwo},
    ServerCase{"61: self-signed, a script makes a new one", [] {
        const auto own = one().cn("vpn.example.com").self_signed();
        return healthy().holding({own}).all_naming(own).learned(own).proven(own).held(own).adding(two().cn("vpn.example.com").self_signed()); }(),
        "chain_unknown?", "nothing", "nothing"},
    ServerCase{"62a: private root renewed with the same key", [] {
        const auto own = one().issued_by(private_ca());
        return healthy().holding({own}).all_naming(own).learned(own).proven(own).held(own).adding(two().issued_by(private_ca())); }(), "", kWaits, kPlannedTwo},
    ServerCase{"62b: new key cross-signed by the old", [] {
        const auto own = one().issued_by(private_ca());
        return healthy().holding({own}).all_naming(own).learned(own).proven(own).held(own).adding(two().issued_by(private_ca().with_new_root_key().cross_signed_by(private_ca()))); }(), "", kWaits, kPlannedTwo},
    ServerCase{"62c: new key only", [] {
        const auto own = one().issued_by(private_ca());
        return healthy().holding({own}).all_naming(own).learned(own).proven(own).held(own).adding(two().issued_by(private_ca().with_new_root_key())); }(), "", "nothing", "nothing"},
    ServerCase{"63: active ended, its key unknown, fit successor", healthy().replacing(one().expired().key(KeyState::unknown)).serving(one().expired()).adding(two()), "certificate_expired!", kNowTwo, kNowTwo},
    ServerCase{"21: a web site of another name of the certificate, with one of its own, and a record of ours has drifted", beside_a_site().adding(kElsewhere).record(v6, kElsewhere).serving(v6, kElsewhere), "binding_mismatch!", "now: bind ipv6 1", "now: bind ipv6 1"},
    ServerCase{"21: the same, and a renewal waits", beside_a_site().adding(two().names({"vpn.example.com", "www.example.com"})), "", kWaits, kPlannedTwo},
    ServerCase{"21: the same beside an SNI record for the primary name with the right certificate", beside_a_site().sni("vpn.example.com", one()), "binding_shadowed?", "nothing", "nothing"},
    ServerCase{"64: IIS owns 0.0.0.0 with a certificate from WebHosting, flag 1", healthy().flag(1U).owned_by(v4, kIisAppId).in_store(v4, "WebHosting").record(v4, kElsewhere).serving(v4, kElsewhere), "certificate_in_other_store!", "refused certificate_in_other_store", "refused certificate_in_other_store"},
    ServerCase{"64: the same certificate lies in MY as well, flag 0: RRAS finds it there", healthy().owned_by(v4, kIisAppId).in_store(v4, "WebHosting"), "", "nothing", "nothing"},
    ServerCase{"64: the same, flag 1", healthy().flag(1U).owned_by(v4, kIisAppId).in_store(v4, "WebHosting"), "", "nothing", "nothing"},
    ServerCase{"64: IIS has moved to a renewal that lies in both stores, flag 0: the rest follows", healthy().adding(two()).owned_by(v4, kIisAppId).in_store(v4, "WebHosting").record(v4, two()).serving(v4, two()), "binding_mismatch! hash_sha256_mismatch!", "now: bind ipv6 2, sha1 2, sha256 2, restart", std::nullopt},
    ServerCase{"64: the same, flag 1", healthy().flag(1U).adding(two()).owned_by(v4, kIisAppId).in_store(v4, "WebHosting").record(v4, two()).serving(v4, two()), "binding_mismatch! hash_sha256_mismatch!", "now: bind ipv6 2, sha1 2, sha256 2, restart", std::nullopt},
    ServerCase{"64: its copy in MY came without the key, flag 1: the hash is not written", healthy().flag(1U).adding(two().key(KeyState::absent)).owned_by(v4, kIisAppId).in_store(v4, "WebHosting").record(v4, two()).serving(v4, two()), "certificate_in_other_store!", "refused certificate_in_other_store", "refused certificate_in_other_store"},
    ServerCase{"65: own record says WebHosting, ended, successor in MY", [] {
        return healthy().holding({two()}).in_store(v4, "WebHosting").in_store(v6, "WebHosting").all_naming(kEnded).learned(kEnded).proven(kEnded).held(kEnded); }(),
        "certificate_in_other_store! certificate_expired!", kNowTwo, kNowTwo},
    ServerCase{"66: SNI record and foreign [::] both decide, different fit certificates", healthy().adding(two()).adding(certificate(3)).sni("vpn.example.com", two()).owned_by(v6, kIisAppId).record(v6, certificate(3)).serving(v6, certificate(3)).serving(v4, two()), "binding_shadowed!", "refused binding_shadowed", "refused binding_shadowed"},
    ServerCase{"66: IIS's [::] names another certificate and the policy leaves IPv6 out: RRAS would not start on two that differ (event 32)", one_has_ended().owned_by(v6, kIisAppId).with([](auto& s) { s.policy.listener.ipv6 = false; }), "certificate_expired! binding_foreign_owner!", "refused binding_foreign_owner", "refused binding_foreign_owner"},
    ServerCase{"66: the same, with what is to be in force: it starts", one_has_ended().owned_by(v6, kIisAppId).record(v6, two()).with([](auto& s) { s.policy.listener.ipv6 = false; }), "certificate_expired!", "now: bind ipv4 2, sha1 2, sha256 2, restart", std::nullopt},
    ServerCase{"66: the same, to be taken over", one_has_ended().taking_over().owned_by(v6, kIisAppId).with([](auto& s) { s.policy.listener.ipv6 = false; }), "certificate_expired!", kNowTwo, kNowTwo},
    ServerCase{"52: what RRAS holds is not known and the hash names nothing, but a client connected since: nobody is out", healthy().held_unknown().parameters_written(60).hash(certificate(9)).sstp_session_began(30), "hash_sha256_mismatch!", "refused outside_window", "soon: sha1 1, sha256 1, restart"},
    ServerCase{"52: the same, and no client since", healthy().held_unknown().parameters_written(60).hash(certificate(9)).sstp_session_began(90), "hash_sha256_mismatch!", "now: sha1 1, sha256 1, restart", "now: sha1 1, sha256 1, restart"},
    ServerCase{"67: DirectAccess on the same server: only SSTP's own records move", healthy().taking_over().with([](auto& s) { s.state.directaccess_or_nlb = true; }).adding(two()).owned_by(v6, kIisAppId), "", "nothing", "nothing"},
    ServerCase{"68: 443 is owned by another process than HTTP.SYS", healthy().port_taken(v4, "nginx.exe (4242)").unreachable(v4).seen(Reason::listener_unreachable_ipv4, 9), "port_taken!", "refused port_taken", "refused port_taken"},
    ServerCase{"69: broken since an update and a reboot, nothing changed", confirmed(healthy().unreachable(), Reason::listener_unreachable_ipv4), "listener_unreachable_ipv4! listener_unreachable_ipv6?", "now: restart", std::nullopt},
    ServerCase{"52: a confirmed symptom does not wait for the window because something else may", confirmed(healthy().held_unknown().parameters_written(60).flag(Malformed{{RawValue::kText, {'1', 0, 0, 0}}, "REG_SZ instead of REG_DWORD"}).uri_status(503), Reason::sstp_uri_unhealthy), "hash_flag_malformed! sstp_uri_unhealthy! sstp_uri_unhealthy!", "now: flag 1, restart", std::nullopt},
    ServerCase{"5: one is gone from the store, the successor waits, and a record is deleted: its clients are out", healthy().holding({two()}).without_record(v4).unreachable(v4), "certificate_missing? binding_missing_ipv4!", kNowTwo, kNowTwo},
    ServerCase{"70: the cipher list serves no RSA key: the cause is named", healthy().no_cipher(v4).no_cipher(v6).seen(Reason::listener_unreachable_ipv4, 9), "no_fit_certificate! private_key_unusable!", "refused no_fit_certificate", "refused no_fit_certificate"},
    ServerCase{"70: another RSA certificate is no cure", healthy().no_cipher(v4).no_cipher(v6).adding(two()), "no_fit_certificate! private_key_unusable!", "refused no_fit_certificate", "refused no_fit_certificate"},
    ServerCase{"70: a candidate of the other kind is", healthy().no_cipher(v4).no_cipher(v6).adding(two().key(KeyAlgorithm::ecdsa, 256)), "private_key_unusable!", kNowTwo, kNowTwo},
    ServerCase{"71a: a served intermediate is missing", healthy().sent_chain(SentChain::incomplete, "R11 is missing"), "served_chain_incomplete?", "nothing", "nothing"},
    ServerCase{"71b: or revoked", healthy().sent_chain(SentChain::bad, "R3 is revoked"), "served_chain_incomplete?", "nothing", "nothing"},
    ServerCase{"72: ListenerPort changed, RRAS not restarted", healthy().with([](auto& s) { s.state.settings.listener_port = 4443U; s.state.settings.applied_listener_port = 443U; s.state.port = 4443; }).without_record(v4).without_record(v6).unreachable().seen(Reason::listener_unreachable_ipv4, 9), "configuration_pending?", "refused configuration_pending", "refused configuration_pending"},
    ServerCase{"72: UseHttps changed to 0, RRAS not restarted", healthy().with([](auto& s) { s.state.settings.use_https = 0U; s.state.settings.applied_use_https = 1U; }), "configuration_pending?", "refused tls_offloaded", "refused tls_offloaded"},
    ServerCase{"72: ListenerPort 0 applied as 443 is no change", healthy().with([](auto& s) { s.state.settings.listener_port = 0U; s.state.settings.applied_listener_port = 443U; }), "", "nothing", "nothing"},
    ServerCase{"74a: budget 6 of 8 used", one_has_ended(), "certificate_expired!", kNowTwo, kNowTwo, {.charges = {1400, 1300, 1200, 1100, 1000, 900}}},
    ServerCase{"74b: 7 of 8 used", one_has_ended(), "certificate_expired!", "refused budget_exhausted", "refused budget_exhausted", {.charges = {1400, 1300, 1200, 1100, 1000, 900, 800}}},
    ServerCase{"76a: RRAS ends with 1067", not_started(one_has_ended(), 1067), "service_stopped! certificate_expired!", "refused service_stopped", "refused service_stopped"},
    ServerCase{"76a: the same where 13 was said in the start that ran, as with IPv6 off", not_started(one_has_ended(), 1067).complaint(13, 60).with([](auto& s) { s.memory.last_start = StartedBetween{minutes_before_look(60), minutes_before_look(60)}; }), "service_stopped! certificate_expired!", "refused service_stopped", "refused service_stopped"},
    ServerCase{"31a: ended with 2 after 13, which the start before had not", not_started(one_has_ended(), 2).complaint(13, 5).with([](auto& s) { s.memory.last_start = StartedBetween{minutes_before_look(60), minutes_before_look(60)}; }), "service_stopped! certificate_expired!", kNowTwo, kNowTwo},
    ServerCase{"76b: with 1068", not_started(one_has_ended(), 1068), "service_stopped! certificate_expired!", "refused service_stopped", "refused service_stopped"},
    ServerCase{"76c: with 1069", not_started(one_has_ended(), 1069), "service_stopped! certificate_expired!", "refused service_stopped", "refused service_stopped"},
    ServerCase{"76: with 13 and no complaint", not_started(one_has_ended(), 13), "service_stopped! certificate_expired!", "refused service_stopped", "refused service_stopped"},
    ServerCase{"80: renewal link one -> two (archived) -> three", healthy().archiving(one()).linking(one(), two()).adding(two().archived().renewed_by(3)).adding(certificate(3).valid(0, 90)), "renewal_link_pending? certificate_archived?", kWaits, "soon: bind ipv4 3, bind ipv6 3, sha1 3, sha256 3, restart"},
    ServerCase{"81: sessions cannot be asked (1722), RRAS stopped after 25", not_started(one_has_ended().complaint(25).sessions_unreadable(), 1168), "service_stopped! certificate_expired!", kNowTwo, kNowTwo},
    ServerCase{"89a: the state database was damaged, a record is missing", healthy().nothing_learned().without_record(v6).unreachable(v6).records_written(1), "binding_missing_ipv6!", "now: bind ipv6 1", std::nullopt, {.activity = {.since_last_change = 1min, .since_first_change = 1min}, .budget_unreadable = true}},
    ServerCase{"89a: both are", healthy().nothing_learned().without_record(v4).without_record(v6).unreachable().records_written(1), "binding_missing_ipv4! binding_missing_ipv6!", "now: bind ipv4 1, bind ipv6 1", std::nullopt, {.activity = {.since_last_change = 1min, .since_first_change = 1min}, .budget_unreadable = true}},
    ServerCase{"89a: one has been missing since before RRAS started, which runs without it", healthy().nothing_learned().without_record(v6).unreachable(v6), "binding_missing_ipv6!", "soon: bind ipv6 1", std::nullopt, {.budget_unreadable = true}},
    ServerCase{"89a: the same by the times of a clock that was set since, and a look under this very start has seen the record", healthy().nothing_learned().without_record(v6).unreachable(v6).with([](auto& s) { s.memory.record_seen_under[v6] = *s.state.service("RemoteAccess")->started; }), "binding_missing_ipv6!", "now: bind ipv6 1", std::nullopt, {.activity = {.since_last_change = 1min, .since_first_change = 1min}, .budget_unreadable = true}},
    ServerCase{"89b: RRAS down: one restart, then the budget counts", not_started(one_has_ended().nothing_learned().complaint(25), 1168), "service_stopped! certificate_expired!", "refused budget_exhausted", std::nullopt, {.charges = {10}, .budget_unreadable = true, .charges_since_unreadable = 1}},
    ServerCase{"91: no client since the heal, probes green: the second rung", healthy(), "", "now: restart RemoteAccess+RasMan+SstpSvc", std::nullopt, {.awaited = AwaitedClient{"heal", minutes_before_look(60), true, true, false}}},
    ServerCase{"91: not where the heal changed no hash", healthy(), "", "nothing", std::nullopt, {.awaited = AwaitedClient{"heal", minutes_before_look(60), false, true, false}}}));
// clang-format on

}  // namespace

}  // namespace sstp::test::servers_tests
