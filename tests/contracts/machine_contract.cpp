#include "tests/contracts/machine_contract.h"

namespace sstp::contracts {
namespace {

GTEST_ALLOW_UNINSTANTIATED_PARAMETERIZED_TEST(MachineContract);
GTEST_ALLOW_UNINSTANTIATED_PARAMETERIZED_TEST(GroupPolicyContract);

TEST_P(MachineContract, the_same_machine_says_the_same) {
    const MachineIdentity identity = world->machine().identity();
    EXPECT_FALSE(identity.computer_name.empty());
    EXPECT_EQ(world->machine().identity(), identity);
    const std::string domain = world->machine().domain();
    for (const char each : domain) EXPECT_FALSE(each >= 'A' && each <= 'Z') << domain;
}

TEST_P(MachineContract, its_guid_is_the_registrys_and_may_be_missing) {   // 82
    world->set_machine_guid("5a3e5f0e-0000-4000-8000-0000000000aa");
    EXPECT_EQ(world->machine().identity().machine_guid, "5a3e5f0e-0000-4000-8000-0000000000aa");
    world->set_machine_guid("");
    EXPECT_EQ(world->machine().identity().machine_guid, "");
    EXPECT_FALSE(world->machine().identity().computer_name.empty());
}

TEST_P(MachineContract, what_else_is_configured_on_it_is_known) {   // 67
    world->has_directaccess(false);
    EXPECT_FALSE(world->machine().has_directaccess_or_nlb());
    world->has_directaccess(true);
    EXPECT_TRUE(world->machine().has_directaccess_or_nlb());
}

TEST_P(MachineContract, its_addresses_are_those_by_which_others_know_it) {
    const auto outward = world->address_towards_the_world();
    const std::vector<IpAddress> addresses = world->machine().addresses();
    if (outward) {
        ASSERT_FALSE(addresses.empty());
        EXPECT_EQ(addresses.front().to_string(), outward->to_string());
    }
    EXPECT_LE(addresses.size(), kMostAddresses);
    for (const IpAddress& each : addresses) {
        EXPECT_FALSE(each.is_wildcard());
        EXPECT_NE(each, IpAddress::loopback(each.family)) << "names every machine";
        EXPECT_EQ(each.scope, 0U) << each.to_string() << " means something on one link alone";
    }
}

TEST_P(GroupPolicyContract, without_values_all_are_absent) { EXPECT_EQ(world->group_policy().read(), GroupPolicyValues{}); }

TEST_P(GroupPolicyContract, values_come_as_they_are_and_go_as_they_came) {
    GroupPolicyValues values;
    values.dns_names = std::vector<std::string>{"vpn.example.com", "ras.example.com"};
    values.siem_hosts = std::vector<std::string>{"siem.example.com"};
    values.issuer = std::string{"CN=Größe Root"};
    values.window = std::string{"sat,sun 02:00 3h"};
    values.restarts_per_day = 8U;
    world->refresh(values);
    EXPECT_EQ(world->group_policy().read(), values);
    values.dns_names = Absent{};
    values.ca = std::string{"any"};
    values.thumbprint = std::string{"AA BB"};
    world->refresh(values);
    EXPECT_EQ(world->group_policy().read(), values);
    world->refresh({});
    EXPECT_EQ(world->group_policy().read(), GroupPolicyValues{});
}

TEST_P(GroupPolicyContract, a_value_of_another_type_is_unreadable_and_malformed) {
    world->sets_wrong_types();
    const GroupPolicyValues values = world->group_policy().read();
    for (const Error* why : {why_unreadable(values.restarts_per_day), why_unreadable(values.dns_names)}) {
        ASSERT_NE(why, nullptr);
        EXPECT_EQ(why->kind, ErrorKind::malformed) << why->message();
    }
}

}  // namespace
}  // namespace sstp::contracts
