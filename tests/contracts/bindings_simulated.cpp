#include "tests/contracts/bindings_contract.h"
#include "tests/simulated_windows/healthy_world.h"
#include "tests/simulated_windows/simulated_ports.h"

namespace sstp::contracts {
namespace {

class SimulatedHttpSys final : public OddBindingsWorld {
public:
    explicit SimulatedHttpSys(simulated::HttpUpdate update) {
        world_.bindings.clear();
        world_.traits.update = update;
        for (const std::uint64_t number : {2U, 3U}) simulated::add_certificate(world_, simulated::make_certificate(number));
        simulated::stored(world_, keyless())->certificate.key = KeyState::absent;
    }

    ListenerBindings& bindings() override { return bindings_; }
    Thumbprint usable(int number) override { return simulated::make_certificate(static_cast<std::uint64_t>(number)).thumbprint; }
    Thumbprint keyless() override { return simulated::make_certificate(3).thumbprint; }
    void somebody_sets(const ListenerBinding& record) override { world_.set_binding(record); }

    void has_no_update(bool none) override {
        world_.traits.update = none ? simulated::HttpUpdate::not_supported : simulated::HttpUpdate::works;
    }
    void extend(const Endpoint& endpoint) override { world_.extended_records.insert(endpoint); }
    void make_key_settle(bool settles) override {
        simulated::stored(world_, usable(2))->added = world_.elapsed;
        world_.traits.new_keys_settle_for = settles ? Duration{60'000} : Duration{0};
    }
    void somebody_deletes(const Thumbprint& certificate) override { simulated::remove_certificate(world_, certificate); }
    void listen_on(const std::vector<IpAddress>& addresses) override { world_.listen_list = addresses; }

private:
    simulated::World world_ = simulated::healthy_world();
    simulated::SimulatedBindings bindings_{world_};
};

template <class World, simulated::HttpUpdate kUpdate>
std::unique_ptr<World> make() {
    return std::make_unique<SimulatedHttpSys>(kUpdate);
}

using simulated::HttpUpdate;

INSTANTIATE_TEST_SUITE_P(Simulated, BindingsContract,
                         testing::Values(MakeWorld<BindingsWorld>{"since_1703", make<BindingsWorld, HttpUpdate::works>},
                                         MakeWorld<BindingsWorld>{"not_supported", make<BindingsWorld, HttpUpdate::not_supported>},
                                         MakeWorld<BindingsWorld>{"before_1703", make<BindingsWorld, HttpUpdate::absent>}),
                         name_of<BindingsWorld>);
INSTANTIATE_TEST_SUITE_P(Simulated, OddBindingsContract,
                         testing::Values(MakeWorld<OddBindingsWorld>{"world", make<OddBindingsWorld, HttpUpdate::works>}),
                         name_of<OddBindingsWorld>);

}  // namespace
}  // namespace sstp::contracts
