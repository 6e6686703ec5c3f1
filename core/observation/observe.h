#pragma once

#include "core/model/policy.h"
#include "core/model/server_state.h"
#include "core/ports/ports.h"

#include <string>
#include <vector>

namespace sstp {

/// What is known before a look, and spares it work or aims it.
struct ObserveHints {
    /// Whom clients ask for: the required names, the primary one first. Probes ask for the first that is no wildcard and no
    /// address. Empty: nothing is known yet, and the names of the certificate in force are asked for.
    std::vector<std::string> names;
    /// The store changed, an HttpEvent 15021 came, or the last opening is an hour old: keys are opened anew.
    bool open_keys_anew = false;
};

/// One look at everything, parameters first (they say which port), then records, probes and the store: a certificate that a
/// listener has just served needs no opening of its key. Never fails: what could not be read is in the state, as Unreadable.
ServerState observe(Ports& ports, const Policy& policy, const ObserveHints& hints);

/// Our own stop ended a part of the look: what it hid is no news, and what it no longer saw is not over. The next start looks anew.
bool was_cut_short(const ServerState& state);

}  // namespace sstp
