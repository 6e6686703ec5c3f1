#pragma once

#include "core/policy/policy.h"
#include "core/ports/record.h"

#include <cstdint>
#include <optional>
#include <string>
#include <vector>

namespace sstp {

/// How long ago a charge was made, at least. Only the monotonic clock is believed, so that no jump of the wall clock
/// frees budget: within one boot the difference is exact; a charge with a later monotonic time than now is from an
/// earlier boot and at least as old as the machine's up-time; one from an earlier boot with a smaller time is also at
/// least `now - charge` old, since that is less than the up-time. Never an over-estimate.
Duration age_at_least(const BudgetCharge& charge, MonotonicTime now);

/// Charges that a limit still looks at (a day).
std::vector<BudgetCharge> prune(const std::vector<BudgetCharge>& charges, MonotonicTime now);

/// The limit with the longest wait, when there are several.
struct BudgetVerdict {
    enum class Limit : std::uint8_t { none, hour, day, cooldown, unreadable };
    bool allowed = true;
    Limit limit = Limit::none;
    std::string explanation;       ///< "3 heals and restarts in the last hour (limit 3)"
    std::optional<Duration> wait;  ///< how long until it is allowed again
};

/// `unreadable_since`: the database was damaged; everything counts as spent for an hour from then.
BudgetVerdict may_spend(const std::vector<BudgetCharge>& charges, const LimitPolicy& limits, MonotonicTime now,
                        std::optional<MonotonicTime> unreadable_since);

}  // namespace sstp
