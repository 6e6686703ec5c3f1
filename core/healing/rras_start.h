#pragma once

#include "core/healing/heal_run.h"
#include "core/model/server_state.h"

namespace sstp {

// RRAS reads bindings and hashes when RemoteAccess starts, and only then. One that comes up in the middle of a heal, by
// whoever's hand (a boot, an administrator, a crash of its own), may hold what was half done, which no look can show.

/// Since our last restart, surely so; a boot after which the machine has been up for longer than before is not seen, and then
/// we owe too much rather than too little.
bool machine_has_booted_since(const HealRun& run);

/// The machine booted, or RemoteAccess came up, since the plan of the open heal was made. Asks the service control manager.
bool rras_came_up_since(HealRun& run);

/// The RemoteAccess of `state` is not the one on which the open heal's plan rests, and neither a restart of the heal's own
/// explains it nor a boot, before which all that is written now was written.
bool rras_came_up_in_the_middle(const HealRun& run, const ServerState& state);

}  // namespace sstp
