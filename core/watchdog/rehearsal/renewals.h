#pragma once

#include "core/model/certificate.h"
#include "core/model/policy.h"

#include <optional>
#include <string>
#include <vector>

namespace sstp::rehearsal {

/// A renewal as the store's own past lets expect it.
struct RenewalHabit {
    Duration before_the_end{};   ///< so long before a certificate ended its successor began
    Certificate seen_with;       ///< the earlier one that shows it, archived or not
};
/// From the newest certificate of the same names and CA that began before `certificate` and was followed by it. Nothing: the store
/// remembers none.
std::optional<RenewalHabit> renewal_habit(const Certificate& certificate, const std::vector<Certificate>& store);

/// The longest validity that a public CA may give to a certificate issued then (CA/Browser Forum, SC-081v3): 398, 200, 100, 47 days.
Duration longest_public_validity(WallTime issued);
/// When that changes next after `now`; nothing: no later change is decided.
std::optional<WallTime> next_change_of_public_validity(WallTime now);

/// What a renewal at `when` will bring, as far as anybody can say: the same names, CA, purposes and key length, the same validity, but no
/// longer than a public CA may give then. Its thumbprint is made up.
Certificate renewed(const Certificate& certificate, WallTime when);

}  // namespace sstp::rehearsal
