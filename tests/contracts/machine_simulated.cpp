#include "tests/contracts/machine_contract.h"
#include "tests/simulated_windows/healthy_world.h"
#include "tests/simulated_windows/simulated_ports.h"

namespace sstp::contracts {
namespace {

class SimulatedServer final : public MachineWorld, public GroupPolicyWorld {
public:
    Machine& machine() override { return machine_; }
    void set_machine_guid(const std::string& guid) override { world_.machine.machine_guid = guid; }
    void has_directaccess(bool yes) override { world_.directaccess_or_nlb = yes; }
    std::optional<IpAddress> address_towards_the_world() override {
        world_.addresses = {*IpAddress::parse("203.0.113.5"), *IpAddress::parse("2001:db8::5")};
        return world_.addresses.front();
    }
    GroupPolicy& group_policy() override { return group_policy_; }
    void refresh(const GroupPolicyValues& values) override { world_.group_policy = values; }
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
std::unique_ptr<World> make_server() {
    return std::make_unique<SimulatedServer>();
}

INSTANTIATE_TEST_SUITE_P(Simulated, MachineContract, testing::Values(MakeWorld<MachineWorld>{"world", make_server<MachineWorld>}),
                         name_of<MachineWorld>);
INSTANTIATE_TEST_SUITE_P(Simulated, GroupPolicyContract,
                         testing::Values(MakeWorld<GroupPolicyWorld>{"world", make_server<GroupPolicyWorld>}), name_of<GroupPolicyWorld>);

}  // namespace
}  // namespace sstp::contracts
