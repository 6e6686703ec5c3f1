#include "tests/contracts/services_contract.h"
#include "tests/simulated_windows/healthy_world.h"
#include "tests/simulated_windows/simulated_ports.h"

namespace sstp::contracts {
namespace {

class SimulatedScm final : public ServicesWorld {
public:
    Services& services() override { return services_; }

    std::string install(const ServiceToInstall& wanted) override {
        const std::string name = "Test" + std::to_string(++installed_);
        simulated::SimulatedService& service = world_.services[name];
        service.status.name = name;
        service.status.start_type = wanted.start_type;
        service.depends_on = wanted.depends_on;
        service.stop_hangs = wanted.behaviour == Behaviour::hangs_stopping;
        service.start_hangs = wanted.behaviour == Behaviour::hangs_starting;
        service.start_fails_with = wanted.behaviour == Behaviour::ends_at_once ? 42 : 0;
        service.status.accepts_stop = wanted.behaviour != Behaviour::refuses_stop;
        if (wanted.running) world_.becomes_running(service);
        return name;
    }

    void request_stop() override { world_.stop_requested = true; }

    WallTime now() override { return world_.wall; }
    void settle(const std::string& service, ServiceState state) override {
        for (int i = 0; i < 100 && world_.services[service].status.state != state; ++i) world_.advance(std::chrono::seconds{1});
    }

private:
    simulated::World world_ = simulated::healthy_world();
    simulated::SimulatedServices services_{world_};
    int installed_ = 0;
};

std::unique_ptr<ServicesWorld> make() { return std::make_unique<SimulatedScm>(); }

INSTANTIATE_TEST_SUITE_P(Simulated, ServicesContract, testing::Values(MakeWorld<ServicesWorld>{"world", make}), name_of<ServicesWorld>);
INSTANTIATE_TEST_SUITE_P(Simulated, ServiceDependenciesContract, testing::Values(MakeWorld<ServicesWorld>{"world", make}),
                         name_of<ServicesWorld>);

}  // namespace
}  // namespace sstp::contracts
