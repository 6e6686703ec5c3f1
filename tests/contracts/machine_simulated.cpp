#include "tests/contracts/machine_contract.h"
#include "tests/simulated_windows/healthy_world.h"
#include "tests/simulated_windows/simulated_ports.h"

namespace sstp::contracts {
namespace {

class SimulatedMember final : public MachineWorld, public GroupPolicyWorld {
public:
    Machine& machine() override { return machine_; }
    GroupPolicy& group_policy() override { return group_policy_; }
    void sets_lists(const std::vector<std::string>& dns_names, const std::vector<std::string>& siem_hosts) override {
        world_.group_policy.dns_names = dns_names;
        world_.group_policy.siem_hosts = siem_hosts;
    }
    void sets_texts(const std::string& issuer, const std::string& window) override {
        world_.group_policy.issuer = issuer;
        world_.group_policy.window = window;
    }
    void sets_restarts_per_day(std::uint32_t number) override { world_.group_policy.restarts_per_day = number; }
    void sets_wrong_types() override {
        world_.group_policy.restarts_per_day = wrong("RestartsPerDay");
        world_.group_policy.dns_names = wrong("DnsNames");
    }

private:
    static Unreadable wrong(const char* value) { return {{ErrorKind::malformed, "read", value, 0, "it is of another type"}}; }

    simulated::World world_ = simulated::healthy_world();
    simulated::SimulatedMachine machine_{world_};
    simulated::SimulatedGroupPolicy group_policy_{world_};
};

template <class World>
std::unique_ptr<World> make() {
    return std::make_unique<SimulatedMember>();
}

INSTANTIATE_TEST_SUITE_P(Simulated, MachineContract, testing::Values(MakeWorld<MachineWorld>{"world", make<MachineWorld>}),
                         name_of<MachineWorld>);
INSTANTIATE_TEST_SUITE_P(Simulated, GroupPolicyContract, testing::Values(MakeWorld<GroupPolicyWorld>{"world", make<GroupPolicyWorld>}),
                         name_of<GroupPolicyWorld>);

}  // namespace
}  // namespace sstp::contracts
