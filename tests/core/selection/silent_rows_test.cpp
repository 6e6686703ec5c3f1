#include "tests/core/selection/selection_case.h"

namespace sstp::test {

namespace silent_rows {

class SilentRows : public Selects {};
TEST_P(SilentRows, AreDecided) { expect_as_said(GetParam()); }

ServerBuilder in_force(const Certificate& active) {
    return healthy().holding({active}).all_naming(active).learned(active).proven(active).held(active);
}
Certificate unknown_here(CertificateBuilder which) { return which.issued_by(public_ca().without_root()); }
Certificate self_signed(std::uint32_t number) { return certificate(number).cn("vpn.example.com").self_signed(); }
Certificate newer_self_signed() { return certificate(2).newer().cn("vpn.example.com").self_signed(); }
Certificate of(CertificateBuilder which, const IssuingCa& ca) { return which.issued_by(ca); }
Certificate ended() { return one().expired(); }
Certificate computer() { return certificate(2).names({"vpn1.corp.local"}); }

// clang-format off
INSTANTIATE_TEST_SUITE_P(Servers, SilentRows, testing::Values(
    SelectionCase{"78: it ended before the clock was set back, and a record is missing: it is written nowhere anew",
                  in_force(one()).without_record(v6).at(-60, 12).clock_doubtful().with([](auto& s) { s.memory.clock_was_as_late_as = static_cast<Certificate>(one()).not_after + std::chrono::hours{24}; }), "blocked by clock_not_believed", ""},
    SelectionCase{"78: the same, and the record is another's, which decides",
                  in_force(one()).without_record(v6).owned_by(v4, kIisAppId).at(-60, 12).clock_doubtful().with([](auto& s) { s.memory.clock_was_as_late_as = static_cast<Certificate>(one()).not_after + std::chrono::hours{24}; }), "blocked by binding_foreign_owner", "binding_foreign_owner!"},
    SelectionCase{"44: the clock is 60 days back at boot: dates decide nothing",
                  in_force(one()).adding(certificate(3).valid(-120, -40)).at(-60, 12).clock_doubtful(), "1", ""},
    SelectionCase{"44: nor do they say what may take the place of one without a key",
                  in_force(one()).replacing(one().key(KeyState::absent)).unreachable().adding(certificate(3).valid(-120, -40)).at(-60, 12).clock_doubtful(),
                  "blocked by clock_not_believed", ""},
    SelectionCase{"44: a drift is put back all the same",
                  in_force(one()).without_record(v6).at(-60, 12).clock_doubtful(), "1", ""},
    SelectionCase{"44: also where the one in force was archived, for it is found by its hash",
                  in_force(one()).archiving(one()).hash(certificate(9)).at(-60, 12).clock_doubtful(), "1", ""},
    SelectionCase{"44: no record is made for one that has left the store",
                  in_force(one()).deleting(one()).without_record(v6).at(-60, 12).clock_doubtful(), "blocked by clock_not_believed", ""},
    SelectionCase{"44: the same clock believed, and the retired one would be taken",
                  in_force(one()).adding(certificate(3).valid(-120, -40)).at(-60, 12), "3", ""},
    SelectionCase{"55: the policy leaves IPv6 out, flag 0, own [::] record: the successor is planned for both",
                  healthy().with([](auto& s) { s.policy.listener.ipv6 = false; }).not_probed(v6).adding(two()), "1, planned 2", "(certificate_superseded)"},
    SelectionCase{"60: public root unknown here, successor of the same issuing CA: planned as usual",
                  in_force(unknown_here(one())).adding(unknown_here(two())), "1, planned 2", "(certificate_superseded)"},
    SelectionCase{"60: a successor of another issuing CA that nobody can judge here",
                  in_force(unknown_here(one())).adding(of(two(), public_ca("Other CA").without_root())), "1", "(successor_other_ca)"},
    SelectionCase{"61: self-signed, and a new self-signed one is made",
                  in_force(self_signed(1)).adding(newer_self_signed()), "1", "(successor_other_ca)"},
    SelectionCase{"61: all agrees on the new one, and no session yet",
                  in_force(self_signed(1)).adding(newer_self_signed()).all_naming(newer_self_signed()).written(60).rras_started(50).held(newer_self_signed()).sstp_session_began(120),
                  "2, blocked by choice_not_confirmed", "choice_not_confirmed"},
    SelectionCase{"61: all agrees on the new one, and a session begins: adopted",
                  in_force(self_signed(1)).adding(newer_self_signed()).all_naming(newer_self_signed()).written(60).sstp_session_began(30), "2, adopted", ""},
    SelectionCase{"62a: private root renewed with the same key: same CA",
                  in_force(of(one(), private_ca())).adding(of(two(), private_ca())), "1, planned 2", "(certificate_superseded)"},
    SelectionCase{"62b: private root with a new key, cross-signed by the old: same CA",
                  in_force(of(one(), private_ca())).adding(of(two(), private_ca().with_new_root_key().cross_signed_by(private_ca()))), "1, planned 2", "(certificate_superseded)"},
    SelectionCase{"62c: private root with a new key only: another CA",
                  in_force(of(one(), private_ca())).adding(of(two(), private_ca().with_new_root_key())), "1", "(successor_other_ca)"},
    SelectionCase{"63: one has ended, its key unknown, fit successor: moved",
                  in_force(one().expired().key(KeyState::unknown)).adding(two()).unreachable(), "2", ""},
    SelectionCase{"65: our record says WebHosting, its certificate has ended, successor in MY",
                  in_force(ended()).holding({two()}).in_store(v4, "WebHosting").in_store(v6, "WebHosting"), "2", "certificate_in_other_store!"},
    SelectionCase{"70: the cipher list serves no RSA key: an ECDSA one is taken",
                  in_force(one()).no_cipher(v4).no_cipher(v6).adding(two()).adding(certificate(3).key(KeyAlgorithm::ecdsa, 256)), "3", ""},
    SelectionCase{"70: the cipher list serves no RSA key, and there is no other: nothing is rebound",
                  in_force(one()).no_cipher(v4).no_cipher(v6).adding(two()), "blocked by no_fit_certificate", "no_fit_certificate!"},
    SelectionCase{"70: one listener finds no cipher for the key, and the other serves with it: no reason to leave it",
                  in_force(one()).no_cipher(v6).adding(two()), "1, planned 2", "(certificate_superseded)"},
    SelectionCase{"78: the clock was in 2099 for one boot: every certificate looks ended at once, and nothing is changed",
                  healthy().adding(two()).at(27000, 12), "blocked by no_fit_certificate", "no_fit_certificate!"},
    SelectionCase{"80: renewal link one -> two (archived) -> three: three",
                  in_force(one().renewed_by(2)).adding(two().renewed_by(3).archived()).adding(certificate(3).valid(0, 90)).serving(two()),
                  "3, by the link", "served_by_renewal_link!"},
    SelectionCase{"80: the same, listeners still serve one",
                  in_force(one().renewed_by(2)).adding(two().renewed_by(3).archived()).adding(certificate(3).valid(0, 90)),
                  "1, planned 3", "(certificate_superseded) renewal_link_pending"},
    SelectionCase{"80: the end of the link will not do, and listeners serve what lies on the way to it: that is followed",
                  in_force(one().renewed_by(2)).adding(two().renewed_by(3)).adding(certificate(3).valid(0, 90).purposes({{"1.3.6.1.5.5.7.3.2"}}))
                      .serving(two()),
                  "2, by the link", "served_by_renewal_link!"},
    SelectionCase{"80: a link that leads back to where it began: what lies on it is a successor as any other",
                  in_force(one().renewed_by(2)).adding(two().renewed_by(1)), "1, planned 2", "(certificate_superseded) renewal_link_pending"},
    SelectionCase{"80: a link to itself leads nowhere",
                  in_force(one().renewed_by(1)).adding(two()), "1, planned 2", "(certificate_superseded)"},
    SelectionCase{"84: set answered 1312 for two: it is unusable, the old one stays",
                  healthy().adding(two()).refused_by_http_sys(two()), "1", "(private_key_unusable)"}));

INSTANTIATE_TEST_SUITE_P(Policy, SilentRows, testing::Values(
    SelectionCase{"what is needed cannot be read: nothing is chosen", healthy().store_unreadable(), "blocked by state_unreadable", ""},
    SelectionCase{"the flag cannot be read, and with it what RRAS does at its start: nothing is chosen",
                  healthy().flag(Unreadable{denied("read")}), "blocked by state_unreadable", ""},
    SelectionCase{"a record cannot be read: nothing is chosen", healthy().record_unreadable(v6), "blocked by state_unreadable", ""},
    SelectionCase{"a pinned one takes the place of a fit one, as planned work",
                  healthy().adding(certificate(4).valid(-60, 30)).pinning(certificate(4)), "1, planned 4", "(certificate_superseded)"},
    SelectionCase{"a pinned one in force is left for no newer one", healthy().adding(two()).pinning(one()), "1", ""},
    SelectionCase{"a pin is no licence to be unfit",
                  healthy().adding(certificate(4).expired()).pinning(certificate(4)), "1", "no_fit_certificate"},
    SelectionCase{"a pin that is not there, and the active one has ended: no other is taken",
                  in_force(ended()).adding(two()).pinning(certificate(9)), "blocked by no_fit_certificate", "no_fit_certificate!"},
    SelectionCase{"a pin outranks presumed names",
                  in_force(ended()).nothing_learned().adding(certificate(4).names({"ras.example.com"})).pinning(certificate(4)), "4", ""},
    SelectionCase{"a pin does not outrank learned names",
                  in_force(ended()).adding(certificate(4).names({"ras.example.com"})).pinning(certificate(4)), "blocked by no_fit_certificate", "no_fit_certificate!"},
    SelectionCase{"a pin allows another CA",
                  healthy().adding(of(two(), private_ca())).pinning(two()), "1, planned 2", "(certificate_superseded)"},
    SelectionCase{"a pinned key may be unknown",
                  in_force(ended()).adding(two().key(KeyState::unknown)).pinning(two()), "2", ""},
    SelectionCase{"an unknown key is nothing to move to",
                  in_force(ended()).adding(two().key(KeyState::unknown)), "blocked by no_fit_certificate", "(private_key_unknown) no_fit_certificate!"},
    SelectionCase{"an issuer by the name of its root",
                  healthy().adding(of(two(), private_ca())).wanting_issuer("corp issuing ca root"), "1, planned 2", "(certificate_superseded)"},
    SelectionCase{"an issuer by its whole name",
                  healthy().adding(of(two(), private_ca())).wanting_issuer("cn=Corp Issuing CA,o=example"), "1, planned 2", "(certificate_superseded)"},
    SelectionCase{"an issuer that none has", healthy().adding(two()).wanting_issuer("Nobody"), "1", "no_fit_certificate"},
    SelectionCase{"a key of 1024 bits with which clients connected: records that drifted are put back to it",
                  in_force(one().key(KeyAlgorithm::rsa, 1024)).records(certificate(9)).unreachable(), "1", ""},
    SelectionCase{"a key of 1024 bits, nothing learned, both records drifted, and one listener still serves it",
                  in_force(one().key(KeyAlgorithm::rsa, 1024)).nothing_learned().records(certificate(9)).unreachable(v6), "1", "(names_presumed)"},
    SelectionCase{"a key of 1024 bits, nothing learned, nobody answers, and one of the two records drifted: the other one still has it",
                  in_force(one().key(KeyAlgorithm::rsa, 1024)).nothing_learned().record(v6, certificate(9)).unreachable(), "1", "(names_presumed)"},
    SelectionCase{"any CA", healthy().adding(of(two(), private_ca())).any_ca(), "1, planned 2", "(certificate_superseded)"},
    SelectionCase{"any CA settles the riddle of the first look",
                  healthy().nothing_learned().adding(of(two(), private_ca())).any_ca(), "1, planned 2", "(certificate_superseded) (names_presumed)"},
    SelectionCase{"dns_names decide names, not CAs",
                  healthy().nothing_learned().adding(of(two(), private_ca())).wanting_names({"vpn.example.com"}), "1", "ambiguous_certificate"},
    SelectionCase{"what RRAS took by itself lacks the name of the policy: of which CA that of clients is, it does not tell",
                  in_force(computer()).nothing_learned().flag(0U).adding(one()).wanting_names({"vpn.example.com"}), "1", ""},
    SelectionCase{"the same beside two CAs that bear it: the policy decides names, not CAs",
                  in_force(computer()).nothing_learned().flag(0U).adding(one()).adding(of(certificate(5), private_ca())).wanting_names({"vpn.example.com"}), "blocked by ambiguous_certificate", "ambiguous_certificate!"},
    SelectionCase{"every name of the policy is needed",
                  in_force(ended()).adding(two()).adding(certificate(5).names({"vpn.example.com", "ras.example.com"})).wanting_names({"ras.example.com", "vpn.example.com"}), "5", ""},
    SelectionCase{"names of the policy that no certificate covers: no second choice",
                  in_force(ended()).adding(two()).wanting_names({"vpn.example.com", "ras.example.com"}), "blocked by no_fit_certificate", "no_fit_certificate!"},
    SelectionCase{"the renewal link allows another CA",
                  in_force(ended()).linking(ended(), two()).adding(of(two(), private_ca())), "2", ""},
    SelectionCase{"the renewal link settles the riddle of the first look",
                  in_force(ended()).nothing_learned().linking(ended(), two()).adding(of(two(), private_ca())).adding(certificate(3).newer()), "2", "(names_presumed)"},
    SelectionCase{"the same, and the one of the other CA is newer than the linked one: it is passed over all the same",
                  in_force(ended()).nothing_learned().linking(ended(), two()).adding(of(two(), private_ca()))
                      .adding(certificate(3).valid(0, 90)), "2", "(names_presumed)"},
    SelectionCase{"a pin settles the riddle where nothing is in force and the store has certificates for different names",
                  healthy().nothing_learned().holding({certificate(2), certificate(3).newer().names({"www.example.com"})})
                      .all_naming(certificate(9)).unreachable().pinning(certificate(2)), "2", ""},
    SelectionCase{"a riddle in which the other one is at work: nothing is bound",
                  healthy().nothing_learned().adding(of(two(), private_ca())).record(v6, two()).serving(v6, of(two(), private_ca())),
                  "blocked by ambiguous_certificate", "(names_presumed) ambiguous_certificate"}));
// clang-format on

}  // namespace silent_rows

}  // namespace sstp::test
