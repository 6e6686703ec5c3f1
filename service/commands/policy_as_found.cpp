#include "service/commands/policy_as_found.h"

#include "core/observation/kill_switch_reading.h"
#include "core/policy/read_policy.h"

#include "service/windows/group_policy_registry.h"
#include "service/windows/kill_switch_registry.h"
#include "service/windows/ntfs_files.h"

namespace sstp {

namespace {

PolicyReading read_file(const std::string& policy_file, std::vector<std::string>& problems) {
    constexpr std::size_t kMostBytes = 1024 * 1024;
    const auto text = NtfsFiles{}.read(policy_file, kMostBytes);
    if (!text) {
        problems.push_back(text.error().message());
        return {};
    }
    PolicyReading reading = read_policy(*text);
    if (!reading.policy) problems.push_back(to_lines(reading.problems, policy_file));
    return reading;
}

}  // namespace

PolicyAsFound policy_as_found(const std::string& policy_file, const LastGoodPolicy& last_good) {
    PolicyAsFound found;
    PolicyReading reading = read_file(policy_file, found.problems);
    if (!reading.policy && last_good.file) reading = read_policy(*last_good.file);
    Policy policy;
    policy.mode = Mode::observe;   // what stands in while there is none (DESIGN 7.5)
    const auto in_force =
        under_group_policy(reading.policy.value_or(policy), GroupPolicyRegistry{}.read(), from_kept_text(last_good.group_policy));
    for (const GroupPolicyProblem& each : in_force.problems) found.problems.push_back(each.text);
    found.values = policy_values(in_force, reading.given, interpret_kill_switch(KillSwitchRegistry{}.read()).stops);
    return found;
}

}  // namespace sstp
