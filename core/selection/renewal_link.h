#pragma once

#include "core/selection/basis.h"
#include "core/selection/situation.h"

#include <optional>
#include <string>
#include <vector>

namespace sstp::selection {

/// The certificates of the store to which CERT_RENEWAL_PROP_ID leads, one after the other, archived ones among them.
std::vector<const Certificate*> renewals_of(const Certificate& certificate, const ServerState& state);

/// The end of that chain, if it is no archived one; null when nothing is linked, or the end may not be chosen.
const Certificate* linked_renewal(const Certificate& certificate, const ServerState& state);

/// What speaks against clients getting the end of a link, as is said of it; empty: nothing.
std::string objection(const Certificate& certificate, const Basis& basis, const ActiveStanding& active);

/// A listener of ours serves a linked successor of what our records name, and no record names that one: Schannel follows the
/// link while record and hash still name the old one, and crypto binding fails (facts: rras-sstp section 4).
struct ServedLink {
    const Certificate* bound = nullptr;   ///< named by a record
    const Certificate* served = nullptr;  ///< what the listener gave: a leaf
};
std::optional<ServedLink> served_by_link(const Basis& basis);

}  // namespace sstp::selection
