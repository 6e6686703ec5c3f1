#pragma once

#include "core/model/state.h"

#include <optional>

namespace sstp {

/// Whether the record was written on this machine (DESIGN 7.9).
enum class SameMachine : std::uint8_t {
    yes,
    first,     ///< the record names none yet
    renamed,   ///< the computer name alone differs: told, and everything is kept
    another,   ///< MachineGuid differs, or the computer name and the SMBIOS UUID both do: a clone or a restored image
};
/// Parts that could not be read (empty) tell nothing apart.
SameMachine compare_machines(const std::optional<MachineIdentity>& known, const MachineIdentity& here);

/// What spreads a fleet over a window: computer name, domain, MachineGuid (DESIGN 2.2).
std::string machine_key(const MachineIdentity& identity, const std::string& domain);

/// What another machine must not take over: installation id, charges, what was learned and held, an open heal (the look finds
/// what it left), who is awaited. Policy, bookmark's queue and statistics stay.
void begin_anew_on_another_machine(RecordContents& contents);

/// Times that were remembered while the clock was ahead, and would lie in the future now: they are set to now.
void forget_times_ahead_of(RecordContents& contents, WallTime now);

}  // namespace sstp
