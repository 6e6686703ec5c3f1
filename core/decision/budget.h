#pragma once

#include "core/model/policy.h"
#include "core/model/state.h"

#include <cstdint>
#include <optional>
#include <string>
#include <vector>

namespace sstp {

/// Charges that a limit still looks at (a day of running time).
std::vector<BudgetCharge> prune(const std::vector<BudgetCharge>& charges, RunningTime now);

struct BudgetVerdict {
    enum class Limit : std::uint8_t { none, hour, day, unreadable };
    bool allowed = true;
    Limit limit = Limit::none;
    std::string explanation;       ///< "3 restarts in the last hour (limit 3)"
    std::optional<Duration> wait;  ///< how long until it is allowed again, at least
};

/// Whether `needed` restarts are free in every limit: a heal begins only with room for its restart and for the one that taking
/// back would need (2); its second rung needs one more. A budget that cannot be read leaves one heal for that hour
/// (`charges_since_unreadable` < 2).
BudgetVerdict may_spend(const std::vector<BudgetCharge>& charges, const LimitPolicy& limits, RunningTime now, std::uint32_t needed,
                        bool unreadable, std::uint32_t charges_since_unreadable);

}  // namespace sstp
