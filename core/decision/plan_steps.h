#pragma once

#include "core/decision/heal_plan.h"
#include "core/diagnosis/diagnose.h"

#include <optional>
#include <vector>

namespace sstp {

/// Findings that only a probe can make: symptoms, which count alone only after several looks (DESIGN 7.10).
bool is_symptom(Reason reason) noexcept;

/// What stands in the way of a restart: a service that an administrator stopped or disabled, that is not installed or is
/// changing its state (DESIGN 7.7). Nothing when RemoteAccess runs, or should be running and may be started.
struct ServiceObstacle {
    Reason reason{};       ///< service_stopped or service_disabled
    bool passing = false;  ///< a pending state: look again soon
    std::string explanation;
};

std::optional<ServiceObstacle> service_obstacle(const Diagnosis& diagnosis);

struct PlanScope {
    /// The certificate in force, which the target replaces unless it is the same; null: none is known.
    const Certificate* current = nullptr;
    /// Symptoms that a restart has not cured are tried again: an administrator asks.
    bool retry_reported = false;
};

/// The smallest plan that makes everything name `target`, and cures something; nothing when there is none.
/// Pure of permission, budget and window. Assumes that nothing needed was unreadable.
std::optional<HealPlan> plan_towards(const Diagnosis& diagnosis, const Findings& findings, const Certificate& target,
                                     const PlanScope& scope);

/// True when all that the plan cures are symptoms, and all that it does is a restart.
bool rests_on_symptoms(const HealPlan& plan);
bool restarts(const HealPlan& plan);

}  // namespace sstp
