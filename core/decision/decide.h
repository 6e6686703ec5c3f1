#pragma once

#include "core/decision/heal_plan.h"
#include "core/diagnosis/diagnose.h"
#include "core/ports/clock.h"
#include "core/ports/record.h"

#include <optional>
#include <string>
#include <vector>

namespace sstp {

/// The stricter of the policy's mode and the kill switch (DESIGN 7.6).
enum class Permission : std::uint8_t { heal, observe_by_policy, observe_by_kill_switch };

/// Everything that deciding needs, gathered by the cycle. Pure values.
struct Situation {
    Diagnosis diagnosis;
    const Findings& findings;
    Permission permission = Permission::heal;
    std::vector<BudgetCharge> charges;
    bool budget_unreadable = false;                        ///< the record of charges was damaged: it counts as spent for an hour
    std::optional<MonotonicTime> budget_unreadable_since;  ///< when that was found; nothing: just now
    Moment now;
    UtcOffset local_offset{};
    std::string machine_key;              ///< stable for the machine: spreads planned work over the window (fleet offset)
    bool asked_by_administrator = false;  ///< `heal`: the budget is charged but does not refuse
    bool ignore_window = false;           ///< `heal --ignore-window`
};

struct Decided {
    /// What is to be done now. A HealPlan is allowed to run at once; anything in its way makes it Refused.
    Decision decision;
    /// The plan regardless of permission, confirmation, budget and window: what `plan` prints beside a refusal. Nothing when
    /// no heal could help, or none is allowed to begin with (something unreadable, TLS ends elsewhere, no fit certificate, a
    /// service that an administrator stopped).
    std::optional<HealPlan> plan;
    std::optional<Certificate> current;   ///< the certificate in force (DESIGN 7.3), when it is in the store
};

Decided decide(const Situation& situation);

}  // namespace sstp
