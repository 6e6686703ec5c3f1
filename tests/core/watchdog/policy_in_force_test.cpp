// What holds of the policy while file or Group Policy say what cannot be used.

#include "core/watchdog/policy_in_force.h"
#include "tests/core/record/one_file.h"

#include <gtest/gtest.h>

namespace sstp {
namespace {

GroupPolicyValues window(const char* text) {
    GroupPolicyValues values;
    values.window = std::string(text);
    return values;
}

class PolicyInForceTest : public testing::Test {
protected:
    PolicyInForceTest() { file.content = "{}"; }
    [[nodiscard]] PolicyInForce process() { return {file, "policy.json"}; }

    OneFile file;
};

TEST_F(PolicyInForceTest, a_value_of_group_policy_that_becomes_invalid_leaves_the_last_good_one_in_force_across_processes) {
    LastGoodPolicy kept;
    {
        PolicyInForce first = process();
        (void)first.refresh(kept, window("sat,sun 02:00 3h"));
        kept.group_policy = first.kept_group_policy();
    }
    PolicyInForce next = process();
    (void)next.refresh(kept, window("sat,sun at night"));
    EXPECT_EQ((std::array<bool, 7>{true, false, false, false, false, false, true}), next.policy().restart.window.days);
    EXPECT_EQ(1U, next.group_problems().size());
    EXPECT_EQ(kept.group_policy, next.kept_group_policy());
}

TEST_F(PolicyInForceTest, a_record_that_is_read_late_still_tells_what_held) {
    PolicyInForce first = process();
    (void)first.refresh({}, window("sat,sun 02:00 3h"));
    PolicyInForce next = process();
    (void)next.refresh({}, window("sat,sun at night"));   // another program has the database
    EXPECT_EQ(Policy{}.restart.window, next.policy().restart.window);
    (void)next.refresh({std::nullopt, first.kept_group_policy()}, window("sat,sun at night"));
    EXPECT_EQ(first.policy().restart.window, next.policy().restart.window);
}

TEST_F(PolicyInForceTest, a_value_that_is_gone_leaves_nothing_behind) {
    PolicyInForce first = process();
    (void)first.refresh({}, window("sat,sun 02:00 3h"));
    PolicyInForce next = process();
    (void)next.refresh({std::nullopt, first.kept_group_policy()}, {});
    EXPECT_EQ(Policy{}.restart.window, next.policy().restart.window);
    EXPECT_FALSE(next.kept_group_policy());
}

TEST_F(PolicyInForceTest, a_mode_that_only_stands_in_is_to_observe) {
    file.content.reset();
    PolicyInForce first = process();
    (void)first.refresh({}, {});
    EXPECT_EQ(Mode::observe, first.policy().mode);
    EXPECT_FALSE(first.has_policy());
}

}  // namespace
}  // namespace sstp
