#include "tests/contracts/machine_contract.h"

namespace sstp::contracts {
namespace {

GTEST_ALLOW_UNINSTANTIATED_PARAMETERIZED_TEST(MachineContract);
GTEST_ALLOW_UNINSTANTIATED_PARAMETERIZED_TEST(GroupPolicyContract);

TEST_P(MachineContract, it_has_an_identity_that_stays) {
    const MachineIdentity identity = world->machine().identity();
    EXPECT_FALSE(identity.computer_name.empty());
    EXPECT_FALSE(identity.machine_guid.empty());
    EXPECT_EQ(world->machine().identity(), identity);
}

TEST_P(MachineContract, its_domain_is_in_lower_case_or_empty) {
    for (const char c : world->machine().domain()) EXPECT_FALSE(c >= 'A' && c <= 'Z');
}

TEST_P(GroupPolicyContract, nothing_set_is_absent) { EXPECT_EQ(world->group_policy().read(), GroupPolicyValues{}); }

TEST_P(GroupPolicyContract, what_is_set_comes_as_it_is) {
    world->sets_lists({"vpn.example.com", "ras.example.com"}, {"siem.example.com:6514"});
    world->sets_texts("Corp Root", "sat,sun 02:00 3h");
    world->sets_restarts_per_day(4);
    const GroupPolicyValues values = world->group_policy().read();
    EXPECT_EQ(values.dns_names, Observed<std::vector<std::string>>(std::vector<std::string>{"vpn.example.com", "ras.example.com"}));
    EXPECT_EQ(values.siem_hosts, Observed<std::vector<std::string>>(std::vector<std::string>{"siem.example.com:6514"}));
    EXPECT_EQ(values.issuer, Observed<std::string>("Corp Root"));
    EXPECT_EQ(values.window, Observed<std::string>("sat,sun 02:00 3h"));
    EXPECT_EQ(values.restarts_per_day, Observed<std::uint32_t>(4U));
    EXPECT_TRUE(is_absent(values.thumbprint));
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
