#include "tests/contracts/bindings_contract.h"
#include "tests/simulated_windows/healthy_world.h"
#include "tests/simulated_windows/simulated_ports.h"

namespace sstp::contracts {
namespace {

using simulated::HttpUpdate;

class SimulatedHttpSys final : public BindingsWorld {
public:
    explicit SimulatedHttpSys(HttpUpdate update) {
        world_.bindings.clear();
        world_.traits.update = update;
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
    [[nodiscard]] bool updates_in_place() const override { return world_.traits.update == HttpUpdate::works; }
    void somebody_deletes(const Thumbprint& certificate) { simulated::remove_certificate(world_, certificate); }

private:
    simulated::World world_ = simulated::healthy_world();
    simulated::SimulatedBindings bindings_{world_};
};

template <HttpUpdate kUpdate>
std::unique_ptr<BindingsWorld> make() {
    return std::make_unique<SimulatedHttpSys>(kUpdate);
}

INSTANTIATE_TEST_SUITE_P(Simulated, BindingsContract,
                         testing::Values(MakeWorld<BindingsWorld>{"since_1703", make<HttpUpdate::works>},
                                         MakeWorld<BindingsWorld>{"not_supported", make<HttpUpdate::not_supported>},
                                         MakeWorld<BindingsWorld>{"before_1703", make<HttpUpdate::absent>}),
                         name_of<BindingsWorld>);

TEST(SimulatedBindings, a_record_of_a_certificate_that_left_the_store_cannot_be_made_again) {
    SimulatedHttpSys world{HttpUpdate::works};
    const Endpoint endpoint = Endpoint::wildcard(AddressFamily::ipv4, 45443);
    const auto record_of = [&](int number) {
        return ListenerBinding{endpoint, world.usable(number).to_vector(), kSstpAppId, "MY", {.flags = 1}};
    };
    ASSERT_TRUE(world.make(record_of(1)));
    world.somebody_deletes(world.usable(1));
    EXPECT_TRUE(world.bindings().at(endpoint) == Result<ListenerBinding>{record_of(1)});
    ASSERT_TRUE(world.make(record_of(2)));
    const auto back = world.make(record_of(1));
    ASSERT_FALSE(back);
    EXPECT_EQ(back.error().kind, ErrorKind::no_usable_key) << back.error().message();
    EXPECT_TRUE(world.bindings().at(endpoint)) << "the port has a record all the same";
}

}  // namespace
}  // namespace sstp::contracts
