#include "service/commands/policy_as_found.h"

#include "core/observation/kill_switch_reading.h"
#include "core/policy/read_policy.h"

#include "service/windows/group_policy_registry.h"
#include "service/windows/kill_switch_registry.h"
#include "service/windows/ntfs_files.h"

namespace sstp {

PolicyAsFound policy_as_found(const std::string& policy_file) {
    constexpr std::size_t kMostBytes = 1024 * 1024;
    PolicyAsFound found;
    PolicyReading reading;
    if (const auto text = NtfsFiles{}.read(policy_file, kMostBytes)) {
        reading = read_policy(*text);
        if (!reading.policy) found.problems.push_back(to_lines(reading.problems, policy_file));
    } else {
        found.problems.push_back(text.error().message());
    }
    const auto in_force = under_group_policy(reading.policy.value_or(Policy{}), GroupPolicyRegistry{}.read());
    for (const GroupPolicyProblem& each : in_force.problems) found.problems.push_back(each.text);
    found.values = policy_values(in_force, reading.given, interpret_kill_switch(KillSwitchRegistry{}.read()).stops);
    return found;
}

}  // namespace sstp
