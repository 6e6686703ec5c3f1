#include "tests/contracts/clock_contract.h"
#include "tests/simulated_windows/healthy_world.h"
#include "tests/simulated_windows/simulated_ports.h"

namespace sstp::contracts {
namespace {

class SimulatedTime final : public ClockWorld {
public:
    Clock& clock() override { return clock_; }

    void request_stop() override { world_.stop_requested = true; }

    void synchronised(bool yes) override { world_.time_synchronised = yes; }

private:
    simulated::World world_ = simulated::healthy_world();
    simulated::SimulatedClock clock_{world_};
};

INSTANTIATE_TEST_SUITE_P(Simulated, ClockContract,
                         testing::Values(MakeWorld<ClockWorld>{
                             "world", []() -> std::unique_ptr<ClockWorld> { return std::make_unique<SimulatedTime>(); }}),
                         name_of<ClockWorld>);

}  // namespace
}  // namespace sstp::contracts
