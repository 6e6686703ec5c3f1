#include "tests/contracts/bindings_contract.h"
#include "tests/simulated_windows/healthy_world.h"
#include "tests/simulated_windows/simulated_ports.h"

namespace sstp::contracts {
namespace {

template <bool kAtomicUpdate>
class SimulatedHttpSys final : public BindingsWorld {
public:
    SimulatedHttpSys() {
        world_.bindings.clear();
        world_.has_atomic_update = kAtomicUpdate;
        for (const std::uint64_t number : {2U, 3U}) simulated::add_certificate(world_, simulated::make_certificate(number));
        simulated::stored(world_, keyless())->certificate.key = KeyState::absent;
    }

    ListenerBindings& bindings() override { return bindings_; }

    Thumbprint usable(int number) override { return simulated::make_certificate(static_cast<std::uint64_t>(number)).thumbprint; }

    Thumbprint keyless() override { return simulated::make_certificate(3).thumbprint; }

    void somebody_sets(const ListenerBinding& record) override { world_.bindings.push_back(record); }

private:
    simulated::World world_ = simulated::healthy_world();
    simulated::SimulatedBindings bindings_{world_};
};

template <bool kAtomicUpdate>
std::unique_ptr<BindingsWorld> make() {
    return std::make_unique<SimulatedHttpSys<kAtomicUpdate>>();
}

INSTANTIATE_TEST_SUITE_P(Simulated, BindingsContract,
                         testing::Values(MakeWorld<BindingsWorld>{"since_1703", make<true>},
                                         MakeWorld<BindingsWorld>{"before_1703", make<false>}),
                         name_of<BindingsWorld>);

}  // namespace
}  // namespace sstp::contracts
