#include "tests/contracts/sessions_contract.h"
#include "tests/simulated_windows/healthy_world.h"
#include "tests/simulated_windows/simulated_ports.h"

namespace sstp::contracts {
namespace {

class SimulatedRras final : public SessionsWorld {
public:
    SimulatedRras() { world_.sessions.clear(); }
    VpnSessions& sessions() override { return sessions_; }
    WallTime now() override { return world_.wall; }
    void connect(bool over_sstp, Duration ago) override { world_.sessions.push_back({over_sstp, world_.elapsed - ago}); }
    void disconnect_all() override { world_.sessions.clear(); }
    void stop_rras() override { simulated::stop_service(world_, kRemoteAccess); }

private:
    simulated::World world_ = simulated::healthy_world();
    simulated::SimulatedSessions sessions_{world_};
};

std::unique_ptr<SessionsWorld> make_rras() { return std::make_unique<SimulatedRras>(); }

INSTANTIATE_TEST_SUITE_P(Simulated, SessionsContract, testing::Values(MakeWorld<SessionsWorld>{"world", make_rras}),
                         name_of<SessionsWorld>);

}  // namespace
}  // namespace sstp::contracts
