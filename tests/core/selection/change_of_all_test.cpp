#include "tests/core/selection/selection_case.h"

namespace sstp::test {

namespace change_of_all {

// field/servers.md row 10: somebody moved records, hash and listeners to another certificate.

class ChangeOfAll : public Selects {};
TEST_P(ChangeOfAll, IsAdoptedWaitedForOrMovedBack) { expect_as_said(GetParam()); }

Certificate ras(std::uint32_t number) { return certificate(number).newer().names({"ras.example.com"}); }
Certificate computer() { return certificate(4).newer().names({"vpn1.corp.example"}).cn("vpn1.corp.example").issued_by(private_ca()); }
Certificate of_the_internal_ca() { return certificate(3).valid(-1, 365).issued_by(private_ca()); }
Certificate keyless() { return certificate(2).newer().names({"ras.example.com"}).key(KeyState::unusable); }
Certificate nameless() { return certificate(2).names({}).cn("VPN Server"); }
ServerBuilder stored_everywhere(const Certificate& other) {
    return healthy().adding(other).all_naming(other).written(60).sstp_session_began(120);
}
/// By the article's steps, the restart at their end included.
ServerBuilder moved_to(const Certificate& other) { return stored_everywhere(other).rras_started(50).held(other); }
/// A look has seen it whole.
ServerBuilder seen_moved_to(const Certificate& other) { return moved_to(other).unconfirmed(other); }

// clang-format off
INSTANTIATE_TEST_SUITE_P(Servers, ChangeOfAll, testing::Values(
    SelectionCase{"10: after a change of everything the hash and a record drift: what RRAS holds and a listener serves is in force",
                  moved_to(ras(2)).with([](auto& s) { s.memory.learned.reset(); }).adding(computer()).hash(computer()).record(v4, certificate(9)).unreachable(v4),
                  "2", "(names_presumed)"},
    SelectionCase{"10a: an administrator moved everything to another name, flag 1: adopted",
                  moved_to(ras(2)).flag(1U), "2, adopted", ""},
    SelectionCase{"10a: hash and listeners name another, flag 1, and the records still name ours: that is not everything",
                  healthy().adding(ras(2)).hash(ras(2)).serving(ras(2)).flag(1U).written(60), "1", ""},
    SelectionCase{"10b: the same with flag 0, and SSTP sessions begin: adopted",
                  moved_to(ras(2)).sstp_session_began(30), "2, adopted", ""},
    SelectionCase{"10c: flag 0 and no session since: left alone",
                  moved_to(ras(2)), "2, blocked by choice_not_confirmed", "choice_not_confirmed"},
    SelectionCase{"10: one listener serves the old one from memory, and RRAS holds the new one: the change stands",
                  moved_to(ras(2)).serving(v6, one()), "2, blocked by choice_not_confirmed", "choice_not_confirmed"},
    SelectionCase{"10: the same, and what RRAS holds is not known: which of them is meant, a listener tells",
                  moved_to(ras(2)).held_unknown().serving(v6, one()), "1", ""},
    SelectionCase{"10: the same, and SSTP sessions begin: adopted",
                  moved_to(ras(2)).serving(v6, one()).sstp_session_began(30), "2, adopted", ""},
    SelectionCase{"10: the same, and it has left the store since: adopted all the same, for its clients are served with it, and only theirs may follow",
                  moved_to(ras(2)).deleting(ras(2)).sstp_session_began(30), "2, adopted", ""},
    SelectionCase{"10: it has left the store, and no client has come: ours comes back",
                  moved_to(ras(2)).deleting(ras(2)), "1", ""},
    SelectionCase{"10: a record has gone since: it is put back as the change has it",
                  moved_to(ras(2)).without_record(v4).unreachable(v4), "2", "choice_not_confirmed"},
    SelectionCase{"10: sessions cannot be counted: a day without a complaint is as good as one",
                  moved_to(ras(2)).no_sstp_session_ever().sessions_unreadable().written(60 * 24 + 1).rras_started(60 * 24), "2, adopted", ""},
    SelectionCase{"10: sessions were not asked for yet, as in the first moments of a process: a day is not as good as one",
                  moved_to(ras(2)).no_sstp_session_ever().sessions_not_asked().written(60 * 24 + 1).rras_started(60 * 24), "2, blocked by choice_not_confirmed", "choice_not_confirmed"},
    SelectionCase{"10: the same as two before, not a day yet",
                  moved_to(ras(2)).no_sstp_session_ever().sessions_unreadable().written(60 * 23).rras_started(60 * 22), "2, blocked by choice_not_confirmed", "choice_not_confirmed"},
    SelectionCase{"10: a day, and RRAS has complained",
                  moved_to(ras(2)).no_sstp_session_ever().sessions_unreadable().written(60 * 24 + 1).rras_started(60 * 24).complaint(13, 60, true), "2, blocked by choice_not_confirmed", "choice_not_confirmed"},
    SelectionCase{"10c: the same, and it was archived meanwhile: its listeners serve it all the same",
                  moved_to(ras(2)).archiving(ras(2)), "2, blocked by choice_not_confirmed", "choice_not_confirmed"},
    SelectionCase{"10c: the same with a renewal link, which its listeners leave at RRAS's next start: no choice that could be left alone",
                  moved_to(ras(2)).archiving(ras(2)).adding(certificate(5).names({"ras.example.com"})).linking(ras(2), certificate(5)), "1", ""},
    SelectionCase{"10c: flag 0, and sessions cannot be asked: nothing confirms it",
                  moved_to(ras(2)).sessions_unreadable(), "2, blocked by choice_not_confirmed", "choice_not_confirmed"},
    SelectionCase{"10c: flag 0, and ours had left the store: RRAS took what it found, and the renewed one is bound",
                  moved_to(ras(2)).deleting(one()).adding(certificate(3).newer()), "3", ""},
    SelectionCase{"10c: the same where sessions cannot be counted, a day later: no client of ours ever got its name",
                  moved_to(ras(2)).no_sstp_session_ever().sessions_unreadable().written(60 * 24 + 1).rras_started(60 * 24).deleting(one()).adding(certificate(3).newer()), "3", ""},
    SelectionCase{"10c: the same, and the renewed one has not come yet: said as what it is",
                  moved_to(ras(2)).deleting(one()), "blocked by no_fit_certificate", "no_fit_certificate!"},
    SelectionCase{"10c: the same with the flag at 1: an administrator's choice",
                  moved_to(ras(2)).deleting(one()).adding(certificate(3).newer()).flag(1U), "2, adopted", ""},
    SelectionCase{"10b: the same, and SSTP sessions begin: adopted",
                  moved_to(ras(2)).deleting(one()).adding(certificate(3).newer()).sstp_session_began(30), "2, adopted", ""},
    SelectionCase{"10d: the policy names vpn.example.com: moved back",
                  moved_to(ras(2)).flag(1U).wanting_names({"vpn.example.com"}), "1", ""},
    SelectionCase{"10d: the policy pins one: moved back",
                  moved_to(ras(2)).flag(1U).pinning(one()), "1", ""},
    SelectionCase{"10b: a Group Policy preference puts the old hash back, while RRAS holds the new one and sessions begin: adopted all the same",
                  moved_to(ras(2)).sstp_session_began(30).hash(one()), "2, adopted", ""},
    SelectionCase{"10c: the same with a hash of nothing, and no session since: the hash is put back as the change has it",
                  moved_to(ras(2)).hash(certificate(9)), "2", "choice_not_confirmed"},
    SelectionCase{"10c: RRAS was not restarted, and holds what stood before: no client can come, and it is restarted",
                  stored_everywhere(ras(2)), "2", "choice_not_confirmed"},
    SelectionCase{"10c: the same, and clients of the name get what RRAS holds by an SNI record: that decides",
                  stored_everywhere(of_the_internal_ca()).sni("vpn.example.com", one()).serving(one()), "1", "binding_shadowed!"},
    SelectionCase{"10c: what everything was moved to has lost its key, and RRAS restarts: no choice that could be waited for",
                  seen_moved_to(keyless()).unreachable(), "1", ""},
    SelectionCase{"10c: to a certificate that bears no name: no client will ever come, and ours comes back",
                  moved_to(nameless()), "1", ""},
    SelectionCase{"10b: the same, and SSTP sessions begin all the same: adopted",
                  moved_to(nameless()).sstp_session_began(30), "2, adopted", ""},
    SelectionCase{"10c: a record has drifted from a change that was seen whole: it stays",
                  seen_moved_to(ras(2)).record(v4, certificate(9)).unreachable(v4), "2", "choice_not_confirmed"},
    SelectionCase{"10c: the same, and another site's certificate is served there",
                  seen_moved_to(ras(2)).adding(computer()).record(v4, computer()).serving(v4, computer()), "2", "choice_not_confirmed"},
    SelectionCase{"10c: a record has drifted, and no look has seen the change whole: ours comes back",
                  moved_to(ras(2)).record(v4, certificate(9)).unreachable(v4), "1", ""},
    SelectionCase{"10c: of a change that was seen whole a record has gone back to what was proven: so does the rest",
                  seen_moved_to(ras(2)).record(v4, one()).serving(v4, one()), "1", ""},
    SelectionCase{"10c: the same, and what was proven has lost its key: the change stays",
                  seen_moved_to(ras(2)).replacing(one().key(KeyState::absent)).record(v4, one()).unreachable(v4), "2", "choice_not_confirmed"},
    SelectionCase{"10c: of a change that was seen whole a record has drifted, and what RRAS holds is not known: nothing speaks for it",
                  seen_moved_to(ras(2)).held_unknown().record(v4, certificate(9)).unreachable(v4), "1", ""},
    SelectionCase{"10c: the same, and what was proven has lost its key: nothing else would do, and the change stays",
                  seen_moved_to(ras(2)).held_unknown().replacing(one().key(KeyState::absent)).record(v4, one()).unreachable(v4), "2", "choice_not_confirmed"},
    SelectionCase{"10c: the same, and the record has gone to a renewal of what was proven: so does the rest",
                  seen_moved_to(ras(2)).held_unknown().replacing(one().key(KeyState::absent)).adding(certificate(5).newer()).record(v4, certificate(5).newer()).serving(v4, certificate(5).newer()), "5", ""},
    SelectionCase{"10c: RRAS is starting with a change that was seen whole: no listener answers, and it stays",
                  seen_moved_to(ras(2)).held_unknown().rras_started(2).unreachable(v4).unreachable(v6), "2, blocked by choice_not_confirmed", "choice_not_confirmed"},
    SelectionCase{"10c: the same, and nobody answers for an hour: no choice that could be waited for",
                  seen_moved_to(ras(2)).held_unknown().unreachable(v4).unreachable(v6), "1", ""},
    SelectionCase{"10c: RRAS has ended on a change that was seen whole: the same",
                  seen_moved_to(ras(2)).service("RemoteAccess", ServiceState::stopped, 183).unreachable(v4).unreachable(v6), "1", ""},
    SelectionCase{"10c: no listener answers, and no look has seen the change whole: ours comes back",
                  moved_to(ras(2)).unreachable(v4).unreachable(v6), "1", ""},
    SelectionCase{"10c: the old hash is put back, and what RRAS holds is not known: nothing speaks for the change",
                  moved_to(ras(2)).held_unknown().hash(one()), "1", ""},
    SelectionCase{"10c: when the change was made is not known, and RRAS has not started since: who came by the old one confirms nothing",
                  moved_to(ras(2)).with([](auto& s) { s.state.settings.written.reset(); }), "2, blocked by choice_not_confirmed", "choice_not_confirmed"},
    SelectionCase{"10: RRAS started with it and complains: moved back",
                  moved_to(ras(2)).rras_started(50).complaint(32, 49), "1", ""},
    SelectionCase{"10: a complaint that followed the start before as well decides nothing",
                  moved_to(ras(2)).rras_started(50).complaint(13, 49, true), "2, blocked by choice_not_confirmed", "choice_not_confirmed"},
    SelectionCase{"10: a complaint of a family that has no clients here decides nothing",
                  moved_to(ras(2)).with([](auto& s) { s.policy.listener.ipv6 = false; }).not_probed(v6).rras_started(50).complaint(13, 49),
                  "2, blocked by choice_not_confirmed", "choice_not_confirmed"},
    SelectionCase{"10: a complaint of a start before the change decides nothing",
                  stored_everywhere(ras(2)).complaint(13, 60 * 24), "2", "choice_not_confirmed"},
    SelectionCase{"10: what selection would have chosen itself needs no confirmation",
                  moved_to(two()), "2", ""},
    SelectionCase{"10: an unfit one is adopted by nobody",
                  moved_to(certificate(2).names({"ras.example.com"}).expired()).flag(1U), "1", ""},
    SelectionCase{"10: one of another CA is adopted with its CA",
                  moved_to(certificate(2).newer().issued_by(private_ca())).flag(1U), "2, adopted", ""}));
// clang-format on

}  // namespace change_of_all

}  // namespace sstp::test
