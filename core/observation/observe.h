#pragma once

#include "core/diagnosis/diagnose.h"
#include "core/model/server_state.h"
#include "core/model/policy.h"
#include "core/ports/ports.h"

#include <optional>
#include <string>
#include <vector>

namespace sstp {

/// Takes one look at everything, parameters first (they say which port), probes last. Never fails: what could not be
/// read is in the state, as Unreadable. `names`: whom clients ask for; the probes use the first that is no wildcard (none:
/// no SNI), and SNI records that could answer for one of them count as shadowing. Empty: those of the certificate in force.
ServerState observe(Ports& ports, const Policy& policy, const std::vector<std::string>& names);

/// The names known before the look: the policy's, else those of the last known good certificate, else none.
std::vector<std::string> names_to_ask_for(const Policy& policy, const Memory& memory);

}  // namespace sstp
