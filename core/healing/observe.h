#pragma once

#include "core/model/server_state.h"
#include "core/policy/policy.h"
#include "core/ports/ports.h"

#include <optional>
#include <string>
#include <vector>

namespace sstp {

/// Takes one look at everything, parameters first (they say which port), probes last. Never fails: what could not be
/// read is in the state, as Unreadable. `names`: whom the probes ask for; the first that is no wildcard is used.
ServerState observe(Ports& ports, const Policy& policy, const std::vector<std::string>& names);

}  // namespace sstp
