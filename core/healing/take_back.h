#pragma once

#include "core/healing/heal_run.h"
#include "core/healing/whole_unit.h"

#include <string>

namespace sstp {

/// Why the unit may not go back to what was found and be left there for RRAS to start on; empty: it may. Each old record's certificate must
/// be in the store and still fit, and RRAS must be able to start on the whole of it (facts: rras-sstp 1, 2): a hash of nothing or of a
/// deleted certificate, flag 1 without a hash and two records that differ never go back.
std::string why_it_cannot_return(const HealRun& run, const Unit& returned);
/// The part of it that no record survives: a certificate that one of the heal's records names in `returned` has left the store, and
/// HTTP.SYS takes it no more (1312). Empty: none has.
std::string what_has_gone(const HealRun& run, const Unit& returned);

/// The end that needs no restart, by what RRAS holds; where both or neither do: as it was found if that may return, else as wanted
/// (DESIGN 7.1).
End end_without_restart(const HealRun& run, const Unit& now);
/// Whether RRAS holds another certificate than `unit` names, as far as is known.
bool needs_a_restart(const HealRun& run, const Unit& unit);

/// A restart of this heal was asked for, forward or back: RRAS may have read what stood there then.
bool was_restarted(const OpenHeal& heal);

/// Whoever goes on with this heal, should our process end on the way back, goes on with that. The old values are durable already, and the
/// way is right with or without this mark.
void turn_back(HealRun& run, const std::string& why);

/// What is restarted to make RRAS read the unit once more: what was restarted last.
std::vector<std::string> services_to_read_again(const HealRun& run);

/// Takes the whole unit back, because of `why`, and RRAS with it if it read what we made. Where a record cannot return nothing does: never
/// new records with old hashes.
HealOutcome take_back(HealRun& run, const std::string& why);

/// A halt before RRAS was restarted on what the heal made: brings what is half changed to an end that needs no restart.
HealOutcome give_way(HealRun& run, const Halted& halted);

}  // namespace sstp
