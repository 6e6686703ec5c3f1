#include "tests/contracts/sessions_contract.h"
#include "tests/simulated_windows/healthy_world.h"
#include "tests/simulated_windows/simulated_ports.h"

namespace sstp::contracts {
namespace {

class SimulatedServer final : public SessionsWorld {
public:
    VpnSessions& sessions() override { return sessions_; }
    void somebody_connects(bool by_sstp, Duration ago) override {
        world_.sessions.push_back({by_sstp, world_.wall - ago, world_.elapsed - ago});
    }
    void rras_does_not_run() override { simulated::stop_service(world_, kRemoteAccess); }
    WallTime now() override { return world_.wall; }

private:
    simulated::World world_ = simulated::healthy_world();
    simulated::SimulatedSessions sessions_{world_};
};

INSTANTIATE_TEST_SUITE_P(Simulated, SessionsContract,
                         testing::Values(MakeWorld<SessionsWorld>{
                             "world", []() -> std::unique_ptr<SessionsWorld> { return std::make_unique<SimulatedServer>(); }}),
                         name_of<SessionsWorld>);

}  // namespace
}  // namespace sstp::contracts
