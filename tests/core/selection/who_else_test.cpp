#include "tests/core/selection/selection_case.h"

namespace sstp::test {

namespace who_else {

class WhoElseIsThere : public Selects {};
TEST_P(WhoElseIsThere, IsAnsweredFor) { expect_as_said(GetParam()); }

const char kLocal[] = "203.0.113.6";
Certificate www() { return certificate(7).names({"www.example.com"}); }
Certificate old_of_our_name() { return certificate(8).valid(-60, 20); }
Certificate balancer() { return certificate(9); }   // in no store of this server
ServerBuilder behind_a_balancer() { return healthy().nothing_learned().hash(balancer()).flag(1U); }
/// RRAS has started with the balancer's hash; a script wrote that of the record's certificate since.
ServerBuilder balancers_hash_written_over() {
    return behind_a_balancer().held(balancer()).with([](auto& s) { s.memory.held->names_nothing_here = true; }).hash(one()).written(1);
}
/// RRAS without SSTP: no record, no hash, no flag, nothing learned.
ServerBuilder without_sstp() { return healthy().nothing_learned().without_record(v4).without_record(v6).without_hashes().unreachable(); }
Certificate ended_one() { return one().expired(); }
/// In force is `active`, for vpn.example.com and www.example.com; IIS has a record for www.example.com, and it names `of_the_site`.
CertificateBuilder for_both(CertificateBuilder certificate) { return certificate.names({"vpn.example.com", "www.example.com"}); }
ServerBuilder beside_a_site(const Certificate& of_the_site, const Certificate& active = for_both(one())) {
    return healthy()
        .holding({active, www()})
        .all_naming(active)
        .learned(active)
        .proven(active)
        .held(active)
        .sni("www.example.com", of_the_site)
        .serving_at("127.0.0.1", of_the_site, "www.example.com")
        .serving_at("::1", of_the_site, "www.example.com");
}

// clang-format off
INSTANTIATE_TEST_SUITE_P(Servers, WhoElseIsThere, testing::Values(
    SelectionCase{"21: an exact-address record of another site is no finding",
                  healthy().interfaces({"203.0.113.5", kLocal}).adding(www()).shadowed_by_address(kLocal, www()), "1", ""},
    SelectionCase{"22: an exact-address record with an old, still fit certificate of our name on a local address",
                  healthy().interfaces({"203.0.113.5", kLocal}).adding(old_of_our_name()).shadowed_by_address(kLocal, old_of_our_name()).serving_at(kLocal, old_of_our_name()),
                  "1", "binding_shadowed!"},
    SelectionCase{"22: clients there get what the hash names",
                  healthy().interfaces({"203.0.113.5", kLocal}).shadowed_by_address(kLocal, one()).serving_at(kLocal, one()), "1", "binding_shadowed"},
    SelectionCase{"22: the record names a certificate that MY does not have, and clients there get one of our name that the hash does not name",
                  healthy().interfaces({"203.0.113.5", kLocal}).shadowed_by_address(kLocal, certificate(9), "WebHosting").serving_at(kLocal, certificate(9)),
                  "1", "binding_shadowed!"},
    SelectionCase{"22: the wildcards follow their own CA and window",
                  healthy().interfaces({"203.0.113.5", kLocal}).adding(old_of_our_name()).adding(two()).shadowed_by_address(kLocal, old_of_our_name()).serving_at(kLocal, old_of_our_name()),
                  "1, planned 2", "(certificate_superseded) binding_shadowed!"},
    SelectionCase{"22: an address that this machine does not have has no clients",
                  healthy().adding(old_of_our_name()).shadowed_by_address("198.51.100.9", old_of_our_name()), "1", ""},
    SelectionCase{"22: nobody comes by loopback",
                  healthy().adding(old_of_our_name()).shadowed_by_address("127.0.0.1", old_of_our_name()), "1", ""},
    SelectionCase{"23: a listen list without IPv6: the listed address decides",
                  healthy().listen_list({"203.0.113.5"}).serving_at("203.0.113.5", one()).unreachable().adding(two()), "1, planned 2", "(certificate_superseded)"},
    SelectionCase{"23: the only address that is listened on has a record of its own, which decides",
                  healthy().listen_list({"203.0.113.5"}).adding(old_of_our_name()).shadowed_by_address("203.0.113.5", old_of_our_name()).serving_at("203.0.113.5", old_of_our_name()),
                  "8", "binding_shadowed!"},
    SelectionCase{"23: one of two listed addresses has a record of its own, which does not",
                  healthy().interfaces({"203.0.113.5", kLocal}).listen_list({"203.0.113.5", kLocal}).adding(old_of_our_name()).shadowed_by_address(kLocal, old_of_our_name()).serving_at(kLocal, old_of_our_name()).serving_at("203.0.113.5", one()),
                  "1", "binding_shadowed!"},
    SelectionCase{"23: a listed address that this machine does not have has no clients, whatever its record names",
                  healthy().listen_list({"203.0.113.5", kLocal}).adding(old_of_our_name()).shadowed_by_address(kLocal, old_of_our_name()).serving_at("203.0.113.5", one()),
                  "1", ""},
    SelectionCase{"23: a listen list with the wildcard leaves no local address out",
                  healthy().interfaces({"203.0.113.5", kLocal}).listen_list({"0.0.0.0"}).adding(old_of_our_name()).shadowed_by_address(kLocal, old_of_our_name()).serving_at(kLocal, old_of_our_name()),
                  "1", "binding_shadowed!"},
    SelectionCase{"23, 29: a tool moved hash and record where clients come; [::], on which HTTP.SYS does not listen, kept the old one",
                  healthy().adding(two()).listen_list({"203.0.113.5"}).with([](auto& s) { s.state.probes.clear(); }).record(v4, two()).hash(two()).flag(1U).serving_at("203.0.113.5", two()),
                  "2, adopted", ""},
    SelectionCase{"24: ::1 answers nobody, and the certificate has ended: IPv4 decides",
                  healthy().holding({ended_one(), two()}).all_naming(ended_one()).proven(ended_one()).unreachable(v6).complaint(13, 5, true), "2", ""},
    SelectionCase{"25a: UseHttps 0: hands off",
                  healthy().tls_offloaded().adding(two()), "blocked by tls_offloaded", ""},
    SelectionCase{"25b: flag 1 and a hash that names nothing here, SSTP sessions since RRAS started: somebody's intent",
                  behind_a_balancer().sessions(3), "blocked by hash_unknown_to_this_server", "(names_presumed) hash_unknown_to_this_server"},
    SelectionCase{"25b: dns_names do not end it",
                  behind_a_balancer().sessions(3).wanting_names({"vpn.example.com"}), "blocked by hash_unknown_to_this_server", "hash_unknown_to_this_server"},
    SelectionCase{"25b: certificate.thumbprint ends it",
                  behind_a_balancer().sessions(3).pinning(one()), "-, soon 1", "hash_unknown_to_this_server"},
    SelectionCase{"25b: and a script writes over the hash that RRAS holds: nothing is restarted",
                  balancers_hash_written_over().sessions(3), "blocked by hash_unknown_to_this_server", "(names_presumed) hash_unknown_to_this_server"},
    SelectionCase{"25b: RRAS holds it, and somebody has taken the flag away since: the next start would end it, and we do not",
                  behind_a_balancer().held(balancer()).with([](auto& s) { s.memory.held->names_nothing_here = true; }).flag(0U).sessions(3),
                  "blocked by hash_unknown_to_this_server", "(names_presumed) hash_unknown_to_this_server"},
    SelectionCase{"25b: RRAS holds it, and the stored one was deleted since: the same",
                  balancers_hash_written_over().without_hashes().sessions(3), "blocked by hash_unknown_to_this_server", "(names_presumed) hash_unknown_to_this_server"},
    SelectionCase{"25b: written over, and nobody came through: what RRAS holds is nobody's",
                  balancers_hash_written_over(), "1", "(names_presumed)"},
    SelectionCase{"25b: what RRAS holds was the records' own, deleted since: no balancer's",
                  balancers_hash_written_over().sessions(3).with([](auto& s) { s.memory.held->names_nothing_here = false; }),
                  "1", "(names_presumed)"},
    SelectionCase{"25b: written over, and certificate.thumbprint ends it",
                  balancers_hash_written_over().sessions(3).pinning(one()), "-, soon 1", "hash_unknown_to_this_server"},
    SelectionCase{"25c: the same without sessions, dns_names set: soon",
                  behind_a_balancer().wanting_names({"vpn.example.com"}), "-, soon 1", "hash_unknown_to_this_server!"},
    SelectionCase{"25c: and an SNI record decides which certificate is right: soon all the same",
                  behind_a_balancer().wanting_names({"vpn.example.com"}).sni("vpn.example.com", one()).serving(one()), "-, soon 1", "binding_shadowed! hash_unknown_to_this_server!"},
    SelectionCase{"25c: with a successor there, that one",
                  behind_a_balancer().wanting_names({"vpn.example.com"}).adding(two()), "-, soon 2", "hash_unknown_to_this_server!"},
    SelectionCase{"25c: and listeners do not serve: now",
                  behind_a_balancer().wanting_names({"vpn.example.com"}).unreachable(), "1", "hash_unknown_to_this_server!"},
    SelectionCase{"25c: and RemoteAccess was stopped: nobody can be connected by a balancer",
                  behind_a_balancer().wanting_names({"vpn.example.com"}).service("RemoteAccess", ServiceState::stopped).unreachable(), "1", "hash_unknown_to_this_server!"},
    SelectionCase{"25b: the flag is the text 1: meant as an administrator's choice all the same",
                  behind_a_balancer().sessions(3).flag(Malformed{{RawValue::kText, {'1', 0, 0, 0}}, "REG_SZ instead of REG_DWORD"}), "blocked by hash_unknown_to_this_server", "(names_presumed) hash_unknown_to_this_server"},
    SelectionCase{"25c: without sessions and without a name of the policy: reported",
                  behind_a_balancer(), "blocked by hash_unknown_to_this_server", "(names_presumed) hash_unknown_to_this_server!"},
    SelectionCase{"25c: sessions cannot be counted, so that names do not end it",
                  behind_a_balancer().sessions_unreadable().wanting_names({"vpn.example.com"}), "blocked by hash_unknown_to_this_server", "hash_unknown_to_this_server!"},
    SelectionCase{"25d: after event 25: healed now",
                  behind_a_balancer().complaint(25), "1", "(names_presumed)"},
    SelectionCase{"25d: after a failed start: healed now",
                  behind_a_balancer().service("RemoteAccess", ServiceState::stopped, 1168).unreachable(), "1", "(names_presumed)"},
    SelectionCase{"25: 12 or 13 alone decide nothing here",
                  behind_a_balancer().complaint(13).sessions(3), "blocked by hash_unknown_to_this_server", "(names_presumed) hash_unknown_to_this_server"},
    SelectionCase{"25: with flag 0 RRAS adopts the record: the hash is put right",
                  behind_a_balancer().flag(0U).sessions(3), "1", "(names_presumed)"},
    SelectionCase{"25: a hash that was learned here is no stranger's",
                  healthy().holding({two()}).flag(1U).unreachable(), "2", ""},
    SelectionCase{"25: nor is that of the one proven last, where names were learned from one before it",
                  healthy().learned(certificate(8)).holding({two()}).flag(1U).unreachable(), "2", ""},
    SelectionCase{"26a: RRAS for other tunnels only, no SSTP, a fit certificate in the store",
                  without_sstp(), "blocked by sstp_not_configured", "(sstp_not_configured)"},
    SelectionCase{"26b: the same with dns_names set: healed",
                  without_sstp().wanting_names({"vpn.example.com"}), "1", ""},
    SelectionCase{"26c: RRAS bound a certificate by itself, and that ends: replaced",
                  healthy().nothing_learned().sessions(0, 40).holding({ended_one(), two()}).all_naming(ended_one()), "2", "(names_presumed)"},
    SelectionCase{"26: a complaint of RasSstp is a use",
                  without_sstp().complaint(18), "1", ""},
    SelectionCase{"27: a cloned server, hashes of another machine, no record: the one certificate that will do",
                  without_sstp().hash(balancer()), "1", ""},
    SelectionCase{"27: the same with certificates of two CAs: nothing is bound",
                  without_sstp().hash(balancer()).adding(two().issued_by(private_ca())), "blocked by ambiguous_certificate", "ambiguous_certificate!"},
    SelectionCase{"23: HTTP.SYS listens on one address, which has a record of its own: that answers everybody, and rightly",
                  healthy().listen_list({"203.0.113.5"}).with([](auto& s) { s.state.probes.clear(); }).shadowed_by_address("203.0.113.5", one()).serving_at("203.0.113.5", one()),
                  "1", "binding_shadowed"},
    SelectionCase{"64: IIS owns both wildcards, and their certificate was archived: it is no target, though clients get it",
                  healthy().archiving(one()).owned_by(v4, kIisAppId).owned_by(v6, kIisAppId), "blocked by binding_foreign_owner",
                  "binding_foreign_owner binding_foreign_owner"},
    SelectionCase{"64: IIS owns 0.0.0.0 with a certificate of WebHosting, flag 1: the hash is not written",
                  healthy().owned_by(v4, kIisAppId).in_store(v4, "WebHosting").record(v4, certificate(9)).serving(v4, certificate(9)).flag(1U),
                  "blocked by certificate_in_other_store", "certificate_in_other_store!"},
    SelectionCase{"64: the same certificate lies in MY as well: RRAS finds it there, whatever store the record says",
                  healthy().owned_by(v4, kIisAppId).in_store(v4, "WebHosting").flag(1U), "1", ""},
    SelectionCase{"64: IIS has moved to a renewal that lies in both stores: the target",
                  healthy().adding(two()).owned_by(v4, kIisAppId).in_store(v4, "WebHosting").record(v4, two()).serving(v4, two()).flag(1U), "2", ""},
    SelectionCase{"64: its copy in MY came without the key: nothing is written",
                  healthy().adding(two().key(KeyState::absent)).owned_by(v4, kIisAppId).in_store(v4, "WebHosting").record(v4, two()).serving(v4, two()).flag(1U),
                  "blocked by certificate_in_other_store", "certificate_in_other_store!"},
    SelectionCase{"66: an SNI record and a foreign [::] both decide, with different fit certificates",
                  healthy().adding(two()).adding(certificate(3).newer()).sni("vpn.example.com", two()).owned_by(v6, kIisAppId).record(v6, certificate(3)).serving(two()),
                  "blocked by binding_shadowed", "binding_shadowed!"},
    SelectionCase{"67: DirectAccess or NLB on the same server: another's wildcard is not taken over",
                  healthy().taking_over().owned_by(v4, kIisAppId).record(v4, www()).serving(v4, www()).adding(www()).with([](auto& s) { s.state.directaccess_or_nlb = true; }),
                  "blocked by binding_foreign_owner", "binding_foreign_owner!"},
    SelectionCase{"67: without them it is",
                  healthy().taking_over().owned_by(v4, kIisAppId).record(v4, www()).serving(v4, www()).adding(www()), "1", ""}));

INSTANTIATE_TEST_SUITE_P(ForeignRecords, WhoElseIsThere, testing::Values(
    SelectionCase{"IIS shares the port by a wildcard with the right certificate: no finding",
                  healthy().owned_by(v4, kIisAppId), "1", ""},
    SelectionCase{"IIS renewed its wildcards: what clients get is the target, whatever its CA",
                  healthy().owned_by(v4, kIisAppId).owned_by(v6, kIisAppId).adding(certificate(3).issued_by(private_ca())).record(v4, certificate(3)).record(v6, certificate(3)).serving(certificate(3).issued_by(private_ca())), "3", ""},
    SelectionCase{"IIS renewed its wildcard of one family: the other follows",
                  healthy().owned_by(v4, kIisAppId).adding(certificate(3)).record(v4, certificate(3)).serving(v4, certificate(3)), "3", ""},
    SelectionCase{"the same by one of another CA: clients of the other family are served rightly, and may not trust it",
                  healthy().owned_by(v4, kIisAppId).adding(certificate(3).issued_by(private_ca())).record(v4, certificate(3)).serving(v4, certificate(3).issued_by(private_ca())), "blocked by binding_foreign_owner", "binding_foreign_owner!"},
    SelectionCase{"the same, and the policy takes any CA",
                  healthy().owned_by(v4, kIisAppId).adding(certificate(3).issued_by(private_ca())).record(v4, certificate(3)).serving(v4, certificate(3).issued_by(private_ca())).with([](auto& s) { s.policy.certificate.ca = CaPolicy::any; }), "3", ""},
    SelectionCase{"the same, and RRAS has ended: HTTP.SYS serves both records still, and nobody gets in",
                  healthy().owned_by(v4, kIisAppId).adding(certificate(3).issued_by(private_ca())).record(v4, certificate(3)).serving(v4, certificate(3).issued_by(private_ca())).service("RemoteAccess", ServiceState::stopped, 183), "3", ""},
    SelectionCase{"the same, and ours is dead there: what clients get decides",
                  healthy().owned_by(v4, kIisAppId).adding(certificate(3).issued_by(private_ca())).record(v4, certificate(3)).serving(v4, certificate(3).issued_by(private_ca())).unreachable(v6), "3", ""},
    SelectionCase{"ours has left MY and is served from memory, and IIS's record names another that no probe gets: not everything names ours, so that nothing is written",
                  healthy().deleting(one()).owned_by(v6, kIisAppId).adding(www()).record(v6, www()), "blocked by no_fit_certificate", ""},
    SelectionCase{"its certificate does not cover the name: nothing is changed",
                  healthy().owned_by(v4, kIisAppId).adding(www()).record(v4, www()).serving(v4, www()), "blocked by binding_foreign_owner", "binding_foreign_owner!"},
    SelectionCase{"its certificate is in no store: nothing is changed",
                  healthy().owned_by(v4, kIisAppId).record(v4, certificate(9)).serving(v4, certificate(9)), "blocked by binding_foreign_owner", "binding_foreign_owner!"},
    SelectionCase{"a probe gets another than the foreign wildcard names: it does not decide",
                  healthy().owned_by(v4, kIisAppId).adding(www()).record(v4, www()), "1", ""},
    SelectionCase{"a foreign wildcard of a family that the policy leaves out does not decide",
                  healthy().with([](auto& s) { s.policy.listener.ipv6 = false; }).owned_by(v6, kIisAppId).adding(www()).record(v6, www()).not_probed(v6), "1", ""},
    SelectionCase{"an SNI record for the name with the right certificate: listed, since only its owner can renew it",
                  healthy().sni("vpn.example.com", one()), "1", "binding_shadowed"},
    SelectionCase{"the same in the last moment of its validity: clients still connect",
                  healthy().replacing(one().valid(-90, 0)).serving(one().valid(-90, 0)).sni("vpn.example.com", one()), "1", "binding_shadowed"},
    SelectionCase{"the same in the first moment of its validity: clients connect by now",
                  healthy().replacing(one().valid(0, 90)).serving(one().valid(0, 90)).sni("vpn.example.com", one()), "1", "binding_shadowed"},
    SelectionCase{"an SNI record whose name is spelt in capitals",
                  healthy().sni("VPN.EXAMPLE.COM", one()), "1", "binding_shadowed"},
    SelectionCase{"an SNI record with another fit certificate, which a probe gets: the target",
                  healthy().adding(two()).sni("vpn.example.com", two()).serving(two()), "2", "binding_shadowed!"},
    SelectionCase{"an SNI record with one that was renewed, archived and linked, and clients get the renewal: that is the target, whatever our own records name",
                  healthy().adding(two()).adding(certificate(3).newer()).linking(one(), two()).archiving(one()).all_naming(certificate(3)).sni("vpn.example.com", one()).serving(two()), "2", "binding_shadowed!"},
    SelectionCase{"an SNI record with another fit certificate, which no probe gets",
                  healthy().adding(two()).sni("vpn.example.com", two()), "1, planned 2", "(certificate_superseded) binding_shadowed"},
    SelectionCase{"an SNI record with another fit certificate, and nobody answers: nothing is changed",
                  healthy().adding(two()).sni("vpn.example.com", two()).unreachable(), "blocked by binding_shadowed", "binding_shadowed!"},
    SelectionCase{"an SNI record with an ended certificate: nothing is changed",
                  healthy().adding(certificate(3).expired()).sni("vpn.example.com", certificate(3)).serving(certificate(3).expired()), "blocked by binding_shadowed", "binding_shadowed!"},
    SelectionCase{"21: an SNI record for our name names what has ended, as all do but the hash, while the clock is in doubt: it is not written anew",
                  healthy().replacing(one().expired()).serving(one().expired()).sha256(Absent{}).sni("vpn.example.com", one().expired()).clock_doubtful(), "blocked by binding_shadowed", "binding_shadowed!"},
    SelectionCase{"21: the same, and all name it: nothing is left to write, and it may be the clock",
                  healthy().replacing(one().expired()).serving(one().expired()).sni("vpn.example.com", one().expired()).clock_doubtful(), "1", "binding_shadowed!"},
    SelectionCase{"an SNI record of another name is no finding",
                  healthy().adding(www()).sni("www.example.com", www()), "1", ""},
    SelectionCase{"an SNI record that only a wildcard of ours covers is another site",
                  healthy().replacing(one().names({"*.example.com"})).learned(one().names({"*.example.com"})).adding(www()).sni("www.example.com", www()), "1", ""},
    SelectionCase{"a wildcard SNI record answers for our name",
                  healthy().adding(two()).sni("*.example.com", two()).serving(two()), "2", "binding_shadowed!"},
    SelectionCase{"a central store that answers nobody is no finding",
                  healthy().central_store(), "1", ""},
    SelectionCase{"a central store that answers with a certificate of no store: nothing is changed",
                  healthy().central_store().serving(certificate(9)), "blocked by binding_shadowed", "binding_shadowed!"},
    SelectionCase{"a central store that answers with a fit certificate of MY: the target",
                  healthy().central_store().adding(two()).serving(two()), "2", "binding_shadowed!"},
    SelectionCase{"a central store that answers with one that was archived in MY: RRAS would not take it, and nothing is changed",
                  healthy().central_store().adding(two()).archiving(two()).serving(two()), "blocked by binding_shadowed", "binding_shadowed!"},
    SelectionCase{"two that decide and agree",
                  healthy().adding(two()).sni("vpn.example.com", two()).owned_by(v6, kIisAppId).record(v6, two()).serving(two()), "2", "binding_shadowed!"}));

INSTANTIATE_TEST_SUITE_P(SitesOfOtherNames, WhoElseIsThere, testing::Values(
    SelectionCase{"a web site of another name of the certificate has one of its own: it decides nothing",
                  beside_a_site(www()), "1", "(binding_shadowed)"},
    SelectionCase{"nor at a first look",
                  beside_a_site(www()).nothing_learned(), "1", "(binding_shadowed) (names_presumed)"},
    SelectionCase{"nor where nobody answers for it",
                  beside_a_site(www()).with([](auto& s) { s.state.probes.resize(2); }), "1", "(binding_shadowed)"},
    SelectionCase{"a renewal waits for the window beside it",
                  beside_a_site(www()).adding(for_both(two())), "1, planned 2", "(binding_shadowed) (certificate_superseded)"},
    SelectionCase{"one that has ended is replaced",
                  beside_a_site(www(), for_both(one()).expired()).adding(for_both(two())), "2", "(binding_shadowed)"},
    SelectionCase{"its owner has taken the renewal first: that waits for the window all the same",
                  beside_a_site(for_both(two())).adding(for_both(two())), "1, planned 2", "(binding_shadowed) (certificate_superseded)"},
    SelectionCase{"of names that the policy lists each counts: such a site blocks",
                  beside_a_site(www()).wanting_names({"vpn.example.com", "www.example.com"}), "blocked by binding_shadowed", "binding_shadowed!"},
    SelectionCase{"where it lists only the one that clients use, the site is no finding",
                  beside_a_site(www()).wanting_names({"vpn.example.com"}), "1", ""},
    SelectionCase{"one for the primary name decides, whatever there is for others",
                  beside_a_site(www()).adding(for_both(two())).sni("vpn.example.com", for_both(two())).serving(for_both(two())), "2", "(binding_shadowed) binding_shadowed!"},
    SelectionCase{"a site that names the certificate in force as well",
                  beside_a_site(for_both(one())), "1", "(binding_shadowed)"},
    SelectionCase{"the same, a renewal is there, and weeks are left: VPN clients may use that name after all, and its owner is waited for",
                  beside_a_site(for_both(one())).adding(for_both(two())), "1", "(binding_shadowed) (certificate_superseded)"},
    SelectionCase{"the same, a week before the end",
                  beside_a_site(for_both(one().valid(-83, 7)), for_both(one().valid(-83, 7))).adding(for_both(two())), "1, planned 2", "(binding_shadowed) (certificate_superseded)"},
    SelectionCase{"the same, and it has ended",
                  beside_a_site(for_both(one()).expired(), for_both(one()).expired()).adding(for_both(two())), "2", "(binding_shadowed)"},
    SelectionCase{"the same, deleted while it is served: the next start of RRAS would lock out all",
                  beside_a_site(for_both(one())).adding(for_both(two())).deleting(one()), "1, soon 2", "(binding_shadowed)"},
    SelectionCase{"the same, and Windows may serve the linked renewal at any time",
                  beside_a_site(for_both(one())).adding(for_both(two())).linking(one(), two()), "1, planned 2", "(binding_shadowed) (certificate_superseded) renewal_link_pending"},
    SelectionCase{"the same, and the policy pins the renewal",
                  beside_a_site(for_both(one())).adding(for_both(two())).pinning(two()), "1, planned 2", "(binding_shadowed) (certificate_superseded)"}));
// clang-format on

TEST(NeverSeenInUse, WhereOnlyOtherTunnelsAreOpen) {
    EXPECT_TRUE(healthy().nothing_learned().sessions(0, 40).desired().never_seen_in_use);
    EXPECT_FALSE(healthy().sessions(0, 40).desired().never_seen_in_use) << "an SSTP session was seen before";
    EXPECT_FALSE(healthy().nothing_learned().desired().never_seen_in_use) << "no tunnel is open at all";
    EXPECT_FALSE(healthy().nothing_learned().sessions_unreadable().desired().never_seen_in_use) << "not known";
}

}  // namespace who_else

}  // namespace sstp::test
