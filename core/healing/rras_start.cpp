#include "core/healing/rras_start.h"

#include <algorithm>

namespace sstp {

namespace {

const ServiceStatus* remote_access(const ServerState& state) {
    const auto found = state.services.find(kRemoteAccess);
    return found == state.services.end() ? nullptr : value_of(found->second);
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
    return machine_has_booted_since(run) || (status->process_started && *status->process_started > run.ledger.heal().began.wall);
}

bool rras_came_up_in_the_middle(const HealRun& run, const ServerState& state) {
    const ServiceStatus* status = remote_access(state);
    const OpenHeal& heal = run.ledger.heal();
    if (status == nullptr || was_restarted_by(heal) || machine_has_booted_since(run)) return false;
    // What could not be read says nothing: a restart costs every session.
    return status->process_started && heal.rras_started && *status->process_started != *heal.rras_started;
}

}  // namespace sstp
