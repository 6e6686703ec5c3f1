#include "tests/core/selection/selection_case.h"

namespace sstp::test {

namespace drifted_units {

// field/servers.md rows 11, 12 and 28: some values have drifted, and what was in force is known by what RRAS holds, by what was proven, or
// by what was learned.

class Drift : public Selects {};
TEST_P(Drift, IsNoChoice) { expect_as_said(GetParam()); }

Certificate internal() { return certificate(3).valid(-1, 365).issued_by(private_ca()); }
Certificate ras(std::uint32_t number) { return certificate(number).newer().names({"ras.example.com"}); }
Certificate computer() { return certificate(4).newer().names({"vpn1.corp.example"}).cn("vpn1.corp.example").issued_by(private_ca()); }
auto remembering(const Certificate& unproven) {
    return [unproven](auto& s) { s.memory.unproven_active = unproven; };
}
Certificate clients_only() { return certificate(6).newer().purposes({{"1.3.6.1.5.5.7.3.2"}}); }
Thumbprint ours() { return static_cast<Certificate>(one()).thumbprint; }
/// Proven by looks, and no client has come yet.
ServerBuilder proven_only() { return healthy().nothing_learned().proven(one()).held(one()); }
/// Ours has left the store, and a script has put its successor in force with a restart that no look has seen.
ServerBuilder renewed_unseen() { return healthy().deleting(one()).adding(two()).all_naming(two()).held_unknown(); }
/// The policy names the VPN, ours has left the store and was never proven.
ServerBuilder named_and_gone() {
    return healthy().nothing_learned().deleting(one()).wanting_names({"vpn.example.com"}).with(remembering(one()));
}

// clang-format off
INSTANTIATE_TEST_SUITE_P(Servers, Drift, testing::Values(
    SelectionCase{"8: nothing was proven, a heal of one was taken back, and a record names another site's certificate: half of a choice is nobody's",
                  healthy().nothing_learned().adding(computer()).without_record(v4).unreachable(v4).record(v6, computer()).serving(v6, computer()).sha256(Absent{}).sha1(Absent{}).held_unknown().with(remembering(one())),
                  "blocked by ambiguous_certificate", "(names_presumed) ambiguous_certificate"},
    SelectionCase{"8: the same, and it is named by all there is: whoever sets SSTP up says which",
                  healthy().nothing_learned().adding(computer()).all_naming(computer()).with(remembering(one())), "4", "(names_presumed)"},
    SelectionCase{"8: the same as two before, and what was in force has left the store",
                  healthy().nothing_learned().adding(computer()).deleting(one()).without_record(v4).unreachable(v4).record(v6, computer()).serving(v6, computer()).sha256(Absent{}).sha1(Absent{}).held_unknown().with(remembering(one())),
                  "4", "(names_presumed)"},
    SelectionCase{"8: installed in an outage, an administrator has bound another one with flag 1, and the SHA-1 that RRAS does not read is stale: the hash says which",
                  healthy().nothing_learned().replacing(one().expired()).adding(internal()).all_naming(internal()).sha1(ours()).flag(1U).held(internal()).with(remembering(one())), "3", "(names_presumed)"},
    SelectionCase{"8: the same, and a record is missing: made whole",
                  healthy().nothing_learned().replacing(one().expired()).adding(internal()).all_naming(internal()).without_record(v6).unreachable(v6).flag(1U).held(internal()).with(remembering(one())), "3", "(names_presumed)"},
    SelectionCase{"8: records alone name one with more names of the same CA: its renewal",
                  healthy().nothing_learned().adding(certificate(5).newer().names({"vpn.example.com", "www.example.com"})).records(certificate(5)).serving(certificate(5).newer().names({"vpn.example.com", "www.example.com"})).sha256(Absent{}).sha1(Absent{}).held_unknown().with(remembering(one())), "5", "(names_presumed)"},
    SelectionCase{"8: our own heal has put it in force, and the hash was deleted in its proof",
                  healthy().nothing_learned().adding(computer()).all_naming(computer()).sha256(Absent{}).held_unknown().with(remembering(one())).with([](auto& s) { s.memory.put_in_force_by_us = static_cast<Certificate>(computer()).hash; }), "4", "(names_presumed)"},
    SelectionCase{"8: a record drifts to it, and the rest names what was in force: that is drift",
                  healthy().nothing_learned().adding(computer()).record(v4, computer()).serving(v4, computer()).with(remembering(one())), "1", "(names_presumed)"},
    SelectionCase{"9: RRAS has taken another site's certificate by itself, the policy's name is on one of another CA, and what the SHA-1 names still has ended: clients may trust that CA alone",
                  healthy().nothing_learned().replacing(one().expired()).adding(computer()).adding(internal()).all_naming(computer()).sha1(ours()).held(computer()).wanting_names({"vpn.example.com"}),
                  "blocked by ambiguous_certificate", "ambiguous_certificate!"},
    SelectionCase{"9: the same, and the policy says which CA",
                  healthy().nothing_learned().replacing(one().expired()).adding(computer()).adding(internal()).all_naming(computer()).sha1(ours()).held(computer()).wanting_names({"vpn.example.com"}).with([](auto& s) { s.policy.certificate.ca = CaPolicy::any; }),
                  "3", ""},
    SelectionCase{"28: RRAS holds what was proven; both records were moved to another CA's, and no hash can be read: ours comes back",
                  proven_only().adding(internal()).records(internal()).serving(internal()).without_hashes(), "blocked by ambiguous_certificate", "(names_presumed) ambiguous_certificate"},
    SelectionCase{"28: the same, and what RRAS holds is not known: the records are all that speaks",
                  proven_only().adding(internal()).records(internal()).serving(internal()).without_hashes().held_unknown(), "blocked by ambiguous_certificate", "(names_presumed) ambiguous_certificate"},
    SelectionCase{"28: RRAS holds what was proven, and hash and records are of one word for another CA's: that is no drift",
                  proven_only().adding(internal()).all_naming(internal()).unreachable(), "blocked by ambiguous_certificate", "(names_presumed) ambiguous_certificate"},
    SelectionCase{"29: everything was renewed, no client has come yet, and one of another CA lies beside it: nothing is in question",
                  proven_only().adding(two()).adding(internal()).all_naming(two()).held(two()), "2", "(names_presumed) ambiguous_certificate"},
    SelectionCase{"12: the key of ours is lost, and the hash alone drifts to another CA's, over records that the policy takes over from IIS",
                  healthy().nothing_learned().replacing(one().key(KeyState::unusable)).adding(internal()).owned_by(v4, kIisAppId).owned_by(v6, kIisAppId).taking_over().unreachable().sha256(internal().hash), "blocked by ambiguous_certificate", "(names_presumed) ambiguous_certificate"},
    SelectionCase{"12: everything was moved to another name, and the hash drifted before RRAS read it: nobody tells which is meant",
                  proven_only().adding(ras(2)).adding(computer()).all_naming(ras(2)).hash(computer()).held(computer()), "blocked by ambiguous_certificate", "(names_presumed) ambiguous_certificate"},
    SelectionCase{"29: behind a renewal that nobody saw the hash drifts to one of another CA: the renewed one is in force",
                  renewed_unseen().adding(internal()).sha256(internal().hash), "2", "(successor_other_ca)"},
    SelectionCase{"29: the same, and the records lead there too: that is of one word",
                  renewed_unseen().adding(internal()).all_naming(internal()).unreachable(), "3", ""},
    SelectionCase{"29: behind such a renewal a record is moved to one of another CA, and no hash can be read",
                  renewed_unseen().adding(internal()).record(v4, internal()).serving(v4, internal()).without_hashes(), "2", "(successor_other_ca)"},
    SelectionCase{"6: a record has drifted to an old one whose renewal link leads to one for clients only: what is in force stays, and the link with it",
                  healthy().adding(certificate(5)).adding(clients_only()).linking(certificate(5), clients_only()).record(v4, certificate(5)).serving(v4, clients_only()), "1", ""},
    SelectionCase{"6: the same, and the link leads to the one in force",
                  healthy().adding(certificate(5)).linking(certificate(5), one()).record(v4, certificate(5)), "1", ""},
    SelectionCase{"12: a first look, RRAS is known to hold ours, and a record and the SHA-1 name a stale one of another name: clients there get no further, and it is put right",
                  healthy().nothing_learned().adding(ras(2)).record(v6, ras(2)).serving(v6, ras(2)).sha1(ras(2).thumbprint).held(one()), "1", "(names_presumed)"},
    SelectionCase{"12: a first look, all agree on the computer certificate but the SHA-1, and an SNI record has what that names: nobody tells what clients dial",
                  healthy().nothing_learned().adding(computer()).all_naming(computer()).sha1(ours()).sni("vpn.example.com", one()), "blocked by ambiguous_certificate", "(names_presumed) ambiguous_certificate"},
    SelectionCase{"12: the same, and the SHA-1 names the old one of a renewal that a site uses still: nothing is in question",
                  healthy().nothing_learned().adding(two()).all_naming(two()).sha1(ours()).sni("vpn.example.com", one()), "2", "(names_presumed) binding_shadowed"},
    SelectionCase{"2: ours was proven and has left the store, the records are gone, and the hash has drifted to another site's: the SHA-1 names ours still, and nothing is bound",
                  proven_only().deleting(one()).adding(computer()).without_record(v4).without_record(v6).unreachable().sha256(computer().hash), "blocked by ambiguous_certificate", "(names_presumed) ambiguous_certificate"},
    SelectionCase{"2: the same, flag 1: the SHA-256 alone is no word against it",
                  proven_only().flag(1U).deleting(one()).adding(computer()).without_record(v4).without_record(v6).unreachable().sha256(computer().hash), "blocked by ambiguous_certificate", "(names_presumed) ambiguous_certificate"},
    SelectionCase{"2: the same where ours was in force and never proven, flag 1: the SHA-256 alone is no word against it",
                  healthy().nothing_learned().deleting(one()).adding(computer()).without_record(v4).without_record(v6).unreachable().sha256(computer().hash).with(remembering(one())).held_unknown(), "blocked by ambiguous_certificate", "(names_presumed) ambiguous_certificate"},
    SelectionCase{"12: the same, and a record names it too: that was meant, and a stale SHA-1 harms nobody",
                  healthy().nothing_learned().deleting(one()).adding(computer()).without_record(v4).record(v6, computer()).unreachable().sha256(computer().hash).with(remembering(one())).held_unknown(), "4", "(names_presumed)"},
    SelectionCase{"2: RRAS took another site's by itself; of the CA tells what was in force before: one of another CA is not bound",
                  named_and_gone().adding(computer()).all_naming(computer()).adding(internal()), "blocked by ambiguous_certificate", "ambiguous_certificate!"},
    SelectionCase{"2: the same, and the renewed one has come",
                  named_and_gone().adding(computer()).all_naming(computer()).adding(two()), "2", ""},
    SelectionCase{"12: nothing proven; a record and the hash name another CA's, which is served there, and clients of the other record get ours: nobody tells which is meant",
                  healthy().nothing_learned().adding(internal()).record(v6, internal()).serving(v6, internal()).hash(internal()), "blocked by ambiguous_certificate", "(names_presumed) ambiguous_certificate"},
    SelectionCase{"12: the same, and nobody gets ours any more: hash and listeners agree",
                  healthy().nothing_learned().adding(internal()).records(internal()).serving(internal()).hash(internal()), "3", "(names_presumed) ambiguous_certificate"}));
// clang-format on

}  // namespace drifted_units

}  // namespace sstp::test
