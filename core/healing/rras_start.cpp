#include "core/healing/rras_start.h"

#include <algorithm>

namespace sstp {

namespace {

const ServiceStatus* remote_access(const ServerState& state) {
    const auto found = state.services.find(kRemoteAccess);
    return found == state.services.end() ? nullptr : value_of(found->second);
}

/// Not the RemoteAccess on which the heal's plan rests; where the plan saw none run, one that came up since. What could not be
/// read says nothing: a restart costs every session.
bool is_another(const ServiceStatus& status, const OpenHeal& heal) {
    if (!status.process_started) return false;
    return heal.rras_started ? *status.process_started != *heal.rras_started : *status.process_started > heal.began.wall;
}

bool was_restarted_by(const OpenHeal& heal) {
    return std::any_of(heal.steps.begin(), heal.steps.end(), [](const RecordedStep& step) {
        return std::holds_alternative<RestartStep>(step.step) && step.phase == StepPhase::done;
    });
}

}  // namespace

bool machine_has_booted_since(const HealRun& run) {
    const auto& charges = run.ledger.charges();
    const auto newest =
        std::find_if(charges.rbegin(), charges.rend(), [&](const BudgetCharge& each) { return each.heal_id == run.ledger.heal().id; });
    return newest != charges.rend() && newest->at.monotonic > run.ports.clock.monotonic();
}

bool rras_came_up_since(HealRun& run) {
    const auto query = run.ports.services.query(kRemoteAccess);
    const ServiceStatus* status = value_of(query);
    if (status == nullptr || status->state == ServiceState::stopped) return false;
    return machine_has_booted_since(run) || is_another(*status, run.ledger.heal());
}

bool rras_came_up_in_the_middle(const HealRun& run, const ServerState& state) {
    const ServiceStatus* status = remote_access(state);
    const OpenHeal& heal = run.ledger.heal();
    return status != nullptr && !was_restarted_by(heal) && !machine_has_booted_since(run) && is_another(*status, heal);
}

}  // namespace sstp
