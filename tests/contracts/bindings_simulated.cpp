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
        world_.traits.update = kAtomicUpdate ? simulated::HttpUpdate::works : simulated::HttpUpdate::absent;
        for (const std::uint64_t number : {2U, 3U}) simulated::add_certificate(world_, simulated::make_certificate(number));
        simulated::stored(world_, keyless())->certificate.key = KeyState::absent;
    }

    ListenerBindings& bindings() override { return bindings_; }

    Thumbprint usable(int number) override { return simulated::make_certificate(static_cast<std::uint64_t>(number)).thumbprint; }

    Thumbprint keyless() override { return simulated::make_certificate(3).thumbprint; }

    void somebody_sets(const ListenerBinding& record) override { world_.set_binding(record); }
    void extend(const Endpoint& endpoint) override { world_.extended_records.insert(endpoint); }
    void key_is_new(bool is_new) override {
        simulated::stored(world_, usable(2))->added = is_new ? world_.elapsed : Duration{0};
        world_.traits.new_keys_settle_for = is_new ? Duration{std::chrono::seconds{20}} : Duration{0};
    }
    void listen_on(const std::vector<IpAddress>& addresses) override { world_.listen_list = addresses; }
    WallTime now() override { return world_.wall; }
    [[nodiscard]] bool updates_in_place() const override { return kAtomicUpdate; }

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
