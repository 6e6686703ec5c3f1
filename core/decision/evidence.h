#pragma once

#include "core/decision/decide.h"

namespace sstp {

/// Clients of the family cannot connect, by evidence: it is served wrongly, or not at all where it should be, or a complaint of
/// RasSstp counts against it (DESIGN 2.2, 2.4).
bool is_cut_off(AddressFamily family, const DecisionInput& input);
/// Clients of some family cannot connect, or RemoteAccess ended because of a certificate.
bool somebody_is_cut_off(const DecisionInput& input);

/// Some family is cut off before any certificate: no TLS session at all, whatever the stored hash names.
bool somebody_reaches_nothing(const DecisionInput& input);

/// Some family's listener serves rightly and has stopped taking calls (DESIGN 2.4: level 2 where 3 was proven), in this look and the one
/// before. What differs beside it explains it as a finding, and is healed at once, not in the window.
bool somebody_gets_no_further(const DecisionInput& input);

/// What is served lacks nothing but names that the policy asks for, RRAS holds it, and sessions that began under it are open: clients come
/// by a name that it bears, whatever the policy says, and would lose it. Not where the names of the policy are those that were proven here.
bool clients_come_by_another_name(const DecisionInput& input);

/// What only a probe says shows in this look, as in as many in a row as `verify.confirmations` asks for, and no restart has failed to cure
/// it (DESIGN 7.8). An administrator who asks has looked already.
bool is_confirmed(Reason symptom, const DecisionInput& input);
bool a_symptom_is_confirmed(const DecisionInput& input);
/// Some confirmed symptom says that clients are out: what a listener serves beside its record harms nobody while RRAS holds it.
bool a_symptom_harms_somebody(const DecisionInput& input);

/// RasSstp's event counts against the family: it names it, it did not follow the start before as well, and the family is below the best
/// that it has shown (DESIGN 2.4).
bool counts(const Complaint& complaint, AddressFamily family, const DecisionInput& input);

/// RemoteAccess is stopped, ended because of a certificate, and is ours to start (DESIGN 7.7).
bool rras_waits_for_its_certificate(const DecisionInput& input);
/// That, or a heal stopped it, and was closed before it ran again.
bool rras_is_to_be_started(const DecisionInput& input);

/// Whether RRAS has to be started again for what stands, or for what `steps` write so that all names `target` (DESIGN 2.3).
bool needs_restart(const DecisionInput& input, const Certificate& target, const std::vector<Step>& steps);

}  // namespace sstp
