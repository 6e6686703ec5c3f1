#include "tests/core/selection/selection_case.h"

namespace sstp::test {

namespace which_certificate {

class WhichCertificate : public Selects {};
TEST_P(WhichCertificate, IsChosen) { expect_as_said(GetParam()); }

/// The internal CA's certificate of the same name that Always On VPN with IKEv2 needs: newer, and longer.
Certificate internal() { return certificate(3).valid(-1, 365).issued_by(private_ca()); }
Certificate newer_private(std::uint32_t number) { return certificate(number).newer().issued_by(private_ca()); }
Certificate old_private() { return certificate(1).issued_by(private_ca()); }

/// Names and CA learned of `active`, everything names it.
ServerBuilder in_force(const Certificate& active) {
    return healthy().holding({active}).all_naming(active).learned(active).proven(active).held(active);
}
Certificate of_three_names() { return one().names({"vpn.example.com", "www.example.com", "example.com"}); }
Certificate ended(Certificate which) {
    which.not_after = days_from_look(-1);
    return which;
}
Certificate wildcard(std::uint32_t number) { return certificate(number).names({"*.example.com"}); }
Certificate ras(std::uint32_t number) { return certificate(number).newer().names({"ras.example.com"}); }
ServerBuilder moved_to(const Certificate& other) { return healthy().adding(other).all_naming(other).written(60).sstp_session_began(120); }
Certificate self_signed_without_san() { return one().names({}).cn("VPN Server").self_signed(); }
Certificate computer() { return certificate(4).newer().names({"vpn1.corp.example"}).cn("vpn1.corp.example").issued_by(private_ca()); }
/// The last look had it in force, and never proved it.
auto remembering(const Certificate& unproven) {
    return [unproven](auto& s) { s.memory.unproven_active = unproven; };
}

// clang-format off
INSTANTIATE_TEST_SUITE_P(Servers, WhichCertificate, testing::Values(
    SelectionCase{"1a: names and CA learned, a newer one of the internal CA with the same name does not succeed",
                  healthy().adding(internal()), "1", "(successor_other_ca)"},
    SelectionCase{"1a: from warn_before on it is a warning",
                  healthy().adding(internal()).at(45, 12), "1", "successor_other_ca"},
    SelectionCase{"1b: nothing learned yet, the internal CA's is a riddle",
                  healthy().nothing_learned().adding(internal()), "1", "(names_presumed) ambiguous_certificate"},
    SelectionCase{"2: one deleted, only the internal CA's is fit: nothing is bound",
                  healthy().deleting(one()).adding(internal()), "1", "successor_other_ca"},
    SelectionCase{"2: the same, and nothing is served any more",
                  healthy().deleting(one()).adding(internal()).unreachable(), "blocked by successor_other_ca", "successor_other_ca!"},
    SelectionCase{"2: then two arrives",
                  healthy().deleting(one()).adding(internal()).adding(two()), "1, soon 2", "(successor_other_ca)"},
    SelectionCase{"2: then two arrives, with nothing served any more",
                  healthy().deleting(one()).adding(internal()).adding(two()).unreachable(), "2", "(successor_other_ca)"},
    SelectionCase{"3a: private CA throughout, a successor of the same root is planned work",
                  in_force(old_private()).adding(newer_private(2)), "1, planned 2", "(certificate_superseded)"},
    SelectionCase{"3b: private CA throughout, a successor of another private root may not succeed",
                  in_force(old_private()).adding(certificate(2).newer().issued_by(private_ca("Other CA"))), "1", "(successor_other_ca)"},
    SelectionCase{"4: one archived with a renewal link to two, listeners serve one: soon",
                  healthy().adding(two()).linking(one(), two()).archiving(one()), "1, soon 2", "renewal_link_pending"},
    SelectionCase{"5a: one deleted, listeners serve it, with a fit successor: soon",
                  healthy().deleting(one()).adding(two()), "1, soon 2", ""},
    SelectionCase{"5b: one deleted, listeners serve it, without a successor: it is compared with, and nothing takes its place",
                  healthy().deleting(one()), "1", ""},
    SelectionCase{"6: listeners serve the linked two, record and hash name one: followed at once",
                  healthy().adding(two()).linking(one(), two()).serving(two()), "2, by the link", "served_by_renewal_link!"},
    SelectionCase{"7a: the same, two lacks the purpose: said, nothing changed",
                  healthy().adding(two().purposes({{"1.3.6.1.5.5.7.3.2"}})).linking(one(), two()).serving(two().purposes({{"1.3.6.1.5.5.7.3.2"}})),
                  "1, blocked by served_by_renewal_link", "served_by_renewal_link!"},
    SelectionCase{"7b: the same, the policy pins one: said, nothing changed",
                  healthy().adding(two()).linking(one(), two()).serving(two()).pinning(one()),
                  "1, blocked by served_by_renewal_link", "served_by_renewal_link!"},
    SelectionCase{"8a: two covers the primary name only; one works: it waits",
                  in_force(of_three_names()).adding(two()), "1", ""},
    SelectionCase{"8b: one has ended: two is taken as second choice",
                  in_force(ended(of_three_names())).adding(two()), "2 as second choice", "names_changed"},
    SelectionCase{"8c: only www is there and one has ended: nothing is bound",
                  in_force(ended(of_three_names())).adding(certificate(3).newer().names({"www.example.com"})),
                  "blocked by ambiguous_certificate", "ambiguous_certificate!"},
    SelectionCase{"8c: then vpn arrives: taken",
                  in_force(ended(of_three_names())).adding(certificate(3).newer().names({"www.example.com"})).adding(two()),
                  "2 as second choice", "names_changed"},
    SelectionCase{"8: a second choice in force stays, and is told for a week",
                  in_force(of_three_names()).holding({ended(of_three_names()), two()}).all_naming(two()).proven(two()), "2 as second choice", "names_changed"},
    SelectionCase{"8: after a week it is told as information",
                  in_force(of_three_names()).holding({ended(of_three_names()), two()}).all_naming(two()).proven(two()).at(8, 12),
                  "2 as second choice", "(names_changed)"},
    SelectionCase{"8: one with all the names ends a second choice",
                  in_force(of_three_names()).holding({ended(of_three_names()), two(), certificate(5).names({"example.com", "vpn.example.com", "www.example.com"})})
                      .all_naming(two()).proven(two()), "2 as second choice, planned 5", "(certificate_superseded) names_changed"},
    SelectionCase{"8: its own renewal follows a second choice",
                  in_force(of_three_names()).holding({two(), certificate(5).valid(0, 90)}).all_naming(two()).proven(two()),
                  "2 as second choice, planned 5", "(certificate_superseded) names_changed"},
    SelectionCase{"9a: one names vpn, two is a wildcard: planned work",
                  healthy().adding(certificate(2).newer().names({"*.example.com"})), "1, planned 2", "(certificate_superseded)"},
    SelectionCase{"9b: one is a wildcard and has ended, two names vpn, which an earlier certificate named: second choice",
                  in_force(ended(wildcard(1))).adding(two()).named_before("vpn.example.com"), "2 as second choice", "names_changed"},
    SelectionCase{"9b: one is a wildcard and works: two waits",
                  in_force(wildcard(1)).adding(two()).named_before("vpn.example.com"), "1", ""},
    SelectionCase{"9b: nobody has named vpn before: nothing is bound",
                  in_force(ended(wildcard(1))).adding(two()), "blocked by ambiguous_certificate", "ambiguous_certificate!"},
    SelectionCase{"9c: beside it also www: nothing is bound",
                  in_force(ended(wildcard(1))).adding(two()).adding(certificate(3).newer().names({"www.example.com"})).named_before("vpn.example.com"),
                  "blocked by ambiguous_certificate", "ambiguous_certificate!"},
    SelectionCase{"10a: an administrator moved everything to another name, flag 1: adopted",
                  moved_to(ras(2)).flag(1U), "2, adopted", ""},
    SelectionCase{"10b: the same with flag 0, and SSTP sessions begin: adopted",
                  moved_to(ras(2)).sstp_session_began(30), "2, adopted", ""},
    SelectionCase{"10c: flag 0 and no session since: left alone",
                  moved_to(ras(2)), "2, blocked by choice_not_confirmed", "choice_not_confirmed"},
    SelectionCase{"10d: the policy names vpn.example.com: moved back",
                  moved_to(ras(2)).flag(1U).wanting_names({"vpn.example.com"}), "1", ""},
    SelectionCase{"10d: the policy pins one: moved back",
                  moved_to(ras(2)).flag(1U).pinning(one()), "1", ""},
    SelectionCase{"10: RRAS started with it and complains: moved back",
                  moved_to(ras(2)).rras_started(50).complaint(32, 49), "1", ""},
    SelectionCase{"10: a complaint that followed the start before as well decides nothing",
                  moved_to(ras(2)).rras_started(50).complaint(13, 49, true), "2, blocked by choice_not_confirmed", "choice_not_confirmed"},
    SelectionCase{"10: a complaint of a family that has no clients here decides nothing",
                  moved_to(ras(2)).with([](auto& s) { s.policy.listener.ipv6 = false; }).not_probed(v6).rras_started(50).complaint(13, 49),
                  "2, blocked by choice_not_confirmed", "choice_not_confirmed"},
    SelectionCase{"10: a complaint of a start before the change decides nothing",
                  moved_to(ras(2)).complaint(13, 60 * 24), "2, blocked by choice_not_confirmed", "choice_not_confirmed"},
    SelectionCase{"10: what selection would have chosen itself needs no confirmation",
                  moved_to(two()), "2", ""},
    SelectionCase{"10: an unfit one is adopted by nobody",
                  moved_to(certificate(2).names({"ras.example.com"}).expired()).flag(1U), "1", ""},
    SelectionCase{"10: one of another CA is adopted with its CA",
                  moved_to(certificate(2).newer().issued_by(private_ca())).flag(1U), "2, adopted", ""},
    SelectionCase{"11a: only the hash was moved to the successor: it is put back",
                  healthy().adding(two()).hash(two()), "1, planned 2", "(certificate_superseded)"},
    SelectionCase{"11b: only one record was moved: it is put back",
                  healthy().adding(two()).record(v4, two()).serving(v4, two()), "1, planned 2", "(certificate_superseded)"},
    SelectionCase{"11c: both records were moved, not the hash: records back, the successor in the window",
                  healthy().adding(two()).records(two()).serving(two()), "1, planned 2", "(certificate_superseded)"},
    SelectionCase{"11c: the same, and what RRAS holds is not known: forward",
                  healthy().adding(two()).records(two()).serving(two()).held_unknown(), "2", ""},
    SelectionCase{"11c: the same, and RRAS holds the successor: forward",
                  healthy().adding(two()).records(two()).serving(two()).held(two()), "2", ""},
    SelectionCase{"11c: the same, the old one has ended: forward",
                  in_force(ended(one())).adding(two()).records(two()).serving(two()), "2", ""},
    SelectionCase{"11: records moved to one that may not succeed are put back, whatever RRAS holds",
                  healthy().adding(internal()).records(internal()).serving(internal()).held_unknown(), "1", "(successor_other_ca)"},
    SelectionCase{"12: a first look, self-signed without a name and serving, beside it the computer certificate: nothing is bound",
                  in_force(self_signed_without_san()).nothing_learned().adding(computer()), "1", "ambiguous_certificate"},
    SelectionCase{"2: nothing learned, ours has left the store while records name it, beside it only the computer certificate: nothing is bound",
                  healthy().deleting(one()).adding(computer()).unreachable().flag(0U).nothing_learned().with(remembering(one())), "blocked by no_fit_certificate", "(names_presumed) no_fit_certificate!"},
    SelectionCase{"2: the same, the renewed one has come",
                  healthy().deleting(one()).adding(computer()).adding(two()).unreachable().flag(0U).nothing_learned().with(remembering(one())), "2", "(names_presumed)"},
    SelectionCase{"2: the same with one of another CA that bears our name: told, not taken",
                  healthy().deleting(one()).adding(internal()).unreachable().flag(0U).nothing_learned().with(remembering(one())), "blocked by ambiguous_certificate", "(names_presumed) ambiguous_certificate!"},
    SelectionCase{"2: nothing names it any more: it is forgotten, and what is unambiguous is taken",
                  healthy().deleting(one()).adding(computer()).without_record(v4).without_record(v6).without_hashes().unreachable().flag(0U).nothing_learned().with(remembering(one())).with([](auto& s) { s.state.sstp_has_a_record = true; }), "4", ""},
    SelectionCase{"12: a first look, the hash names the computer certificate, records and listeners another: which of them drifted, nothing tells",
                  in_force(one()).adding(computer()).sha256(computer().hash).nothing_learned(),
                  "blocked by ambiguous_certificate", "(names_presumed) ambiguous_certificate"},
    SelectionCase{"12: a first look without a hash, records and listeners of both families name certificates for different names",
                  in_force(one()).adding(computer()).sha256(Absent{}).record(v4, computer()).serving(v4, computer()).nothing_learned(),
                  "blocked by ambiguous_certificate", "(names_presumed) ambiguous_certificate"},
    SelectionCase{"12: a first look, hash and one listener agree, the other record names the computer certificate: that is drift",
                  in_force(one()).adding(computer()).record(v4, computer()).serving(v4, computer()).nothing_learned(), "1", "(names_presumed)"},
    SelectionCase{"13a: the newest has no key: named with the reason, the older fit one is taken",
                  in_force(ended(one())).adding(certificate(3).valid(-10, 80)).adding(two().key(KeyState::absent)), "3", "(private_key_missing)"},
    SelectionCase{"13b: the newest has an unusable key",
                  in_force(ended(one())).adding(certificate(3).valid(-10, 80)).adding(two().key(KeyState::unusable, "no such container")), "3", "(private_key_unusable)"},
    SelectionCase{"13c: the newest has its key in the user's set",
                  in_force(ended(one())).adding(certificate(3).valid(-10, 80)).adding(two().key(KeyState::unusable, "it lies in a user's key set")), "3", "(private_key_unusable)"},
    SelectionCase{"14: the key of the active one cannot be opened, listeners serve it: no move",
                  healthy().replacing(one().key(KeyState::unknown, "NTE_PROVIDER_DLL_FAIL")), "1", ""},
    SelectionCase{"14: the same, nothing answers: unknown is no reason to move",
                  healthy().replacing(one().key(KeyState::unknown, "RPC 1722")).adding(certificate(2).valid(-40, 50)).unreachable(), "1", ""},
    SelectionCase{"15a: the key of the active one is gone and listeners reset, with a fit other one: moved",
                  healthy().replacing(one().key(KeyState::absent)).adding(certificate(2).valid(-40, 50)).unreachable(), "2", ""},
    SelectionCase{"15b: the same without a fit other one: reported",
                  healthy().replacing(one().key(KeyState::absent)).unreachable(), "blocked by no_fit_certificate", "no_fit_certificate!"},
    SelectionCase{"16: RSA in force, RSA and ECDSA successors of the same age: RSA",
                  healthy().adding(two()).adding(certificate(3).newer().key(KeyAlgorithm::ecdsa, 256)), "1, planned 2", "(certificate_superseded)"},
    SelectionCase{"16: the ECDSA one was issued a minute later",
                  [] { auto later = certificate(3).newer().key(KeyAlgorithm::ecdsa, 256); later.certificate.not_before += std::chrono::minutes{1};
                       later.certificate.not_after += std::chrono::minutes{1}; return healthy().adding(two()).adding(later); }(),
                  "1, planned 2", "(certificate_superseded)"},
    SelectionCase{"17a: a certificate of WebHosting behind our wildcards, served rightly, flag 0",
                  healthy().deleting(one()).in_store(v4, "WebHosting").in_store(v6, "WebHosting"), "1", "certificate_in_other_store"},
    SelectionCase{"17a: the same behind an SNI record",
                  healthy().deleting(one()).in_store(v4, "WebHosting").in_store(v6, "WebHosting").sni("vpn.example.com", one(), "WebHosting"),
                  "blocked by certificate_in_other_store", "certificate_in_other_store"},
    SelectionCase{"17b: the same, flag 1: critical",
                  healthy().deleting(one()).in_store(v4, "WebHosting").in_store(v6, "WebHosting").flag(1U), "1", "certificate_in_other_store!"},
    SelectionCase{"17b: the same behind an SNI record",
                  healthy().deleting(one()).in_store(v4, "WebHosting").in_store(v6, "WebHosting").sni("vpn.example.com", one(), "WebHosting").flag(1U),
                  "blocked by certificate_in_other_store", "certificate_in_other_store!"},
    SelectionCase{"17b: with a fit one in MY the next start can be saved",
                  healthy().deleting(one()).in_store(v4, "WebHosting").in_store(v6, "WebHosting").flag(1U).adding(certificate(2).valid(-40, 50)),
                  "1, soon 2", "certificate_in_other_store!"},
    SelectionCase{"18: a record with a null store is a record of MY",
                  healthy().in_store(v4, std::nullopt).in_store(v6, std::nullopt).adding(two()), "1, planned 2", "(certificate_superseded)"},
    SelectionCase{"19a: a 6-day certificate and its successor",
                  in_force(one().valid(-3, 3)).adding(certificate(2).valid(0, 6)), "1, planned 2", "(certificate_superseded)"},
    SelectionCase{"19b: a 47-day certificate and its successor",
                  in_force(one().valid(-31, 16)).adding(certificate(2).valid(-1, 46)), "1, planned 2", "(certificate_superseded)"},
    SelectionCase{"20a: two fit ones of the same CA with different extra names, nothing learned: the later one",
                  healthy().nothing_learned().holding({certificate(2).names({"vpn.example.com", "a.example.com"}), certificate(3).newer().names({"vpn.example.com", "b.example.com"})})
                      .all_naming(certificate(9)).unreachable(), "3", ""},
    SelectionCase{"20a: the same, one of presumed names has ended",
                  in_force(ended(one())).nothing_learned().adding(certificate(2).names({"vpn.example.com", "a.example.com"})).adding(certificate(3).newer().names({"vpn.example.com", "b.example.com"})),
                  "3", "(names_presumed)"},
    SelectionCase{"20b: the same while one of them is in force and serves: its names are presumed, and the other covers none of them",
                  healthy().nothing_learned().adding(certificate(3).newer().names({"www.example.com"})), "1", "(names_presumed)"},
    SelectionCase{"20b: two fit ones of different primary names, nothing learned",
                  healthy().nothing_learned().holding({certificate(2), certificate(3).newer().names({"www.example.com"})}).all_naming(certificate(9)).unreachable(),
                  "blocked by ambiguous_certificate", "ambiguous_certificate!"}));
// clang-format on

}  // namespace which_certificate

}  // namespace sstp::test
