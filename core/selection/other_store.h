#pragma once

#include "core/selection/choice.h"

#include <optional>

namespace sstp::selection {

// RRAS looks for certificates in LocalMachine\MY only, whatever store a record names (DESIGN 2.1; facts: rras-sstp 2).

/// A record of SSTP's names the active certificate in another store, where alone it lies: a warning while it works, else critical.
std::optional<Finding> lies_elsewhere(const Choice& choice);

/// Nothing is known of this server but a record of SSTP's that names what lies in another store, if anywhere: that one is meant, and any
/// of MY would be a guess at what clients dial.
std::optional<Finding> meant_but_elsewhere(const Basis& basis);

}  // namespace sstp::selection
