#include "tests/contracts/registry_contract.h"
#include "tests/simulated_windows/healthy_world.h"
#include "tests/simulated_windows/simulated_ports.h"

namespace sstp::contracts {
namespace {

class SimulatedRegistry final : public ParametersWorld, public KillSwitchWorld {
public:
    SimulatedRegistry() { world_.parameters.clear(); }

    SstpParameters& parameters() override { return parameters_; }

    void somebody_writes(SstpValue value, const std::optional<RawValue>& raw) override { world_.set_parameter(value, raw); }

    WallTime now() override { return world_.wall; }

    KillSwitch& kill_switch() override { return kill_switch_; }

    void group_policy_sets(const std::optional<RawValue>& mode) override { world_.kill_switch = mode; }

private:
    simulated::World world_ = simulated::healthy_world();
    simulated::SimulatedParameters parameters_{world_};
    simulated::SimulatedKillSwitch kill_switch_{world_};
};

template <class World>
std::unique_ptr<World> make() {
    return std::make_unique<SimulatedRegistry>();
}

INSTANTIATE_TEST_SUITE_P(Simulated, ParametersContract, testing::Values(MakeWorld<ParametersWorld>{"world", make<ParametersWorld>}),
                         name_of<ParametersWorld>);
INSTANTIATE_TEST_SUITE_P(Simulated, KillSwitchContract, testing::Values(MakeWorld<KillSwitchWorld>{"world", make<KillSwitchWorld>}),
                         name_of<KillSwitchWorld>);

}  // namespace
}  // namespace sstp::contracts
