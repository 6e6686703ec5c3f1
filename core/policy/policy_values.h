#pragma once

#include "core/model/policy.h"
#include "core/policy/group_policy.h"

#include <cstdint>
#include <string>
#include <vector>

namespace sstp {

/// Where a value of the effective policy comes from.
enum class ValueOrigin : std::uint8_t { built_in, file, group_policy };
const char* word(ValueOrigin origin) noexcept;  ///< "default", "file", "group policy"

/// One key of the effective policy that is no section.
struct PolicyValue {
    std::string pointer;  ///< JSON pointer: "/siem/destinations/0/hosts"
    std::string key;      ///< as the reference writes it: "siem.destinations[0].hosts"
    std::string value;    ///< JSON on one line; of a URL only what is ever shown
    ValueOrigin origin = ValueOrigin::built_in;
    friend bool operator==(const PolicyValue&, const PolicyValue&) = default;
};

/// Every value in force, in the order of the reference. `given`: of the reading of the file that is in force.
/// `kill_switch_observes`: Group Policy's `Mode` stops changes, so that the mode is observe whatever the file says.
std::vector<PolicyValue> policy_values(const PolicyUnderGroupPolicy& in_force, const std::vector<std::string>& given,
                                       bool kill_switch_observes);

/// `default       mode = "heal"`, one a line. A line has at most 79 characters: long values go on below, broken behind commas.
std::string render_policy_values(const std::vector<PolicyValue>& values);
/// `{"values": [{"pointer": ..., "value": ..., "origin": ...}], "problems": [...]}`, indented, a line feed at the end.
std::string policy_values_json(const std::vector<PolicyValue>& values, const std::vector<GroupPolicyProblem>& problems);

/// A number for what decides heals (mode, certificate, listener, restart, verify, limits), 16 hex digits: the same for two
/// policies that differ only in whom they tell, or in how a value was spelt, and the same on every build. A key that a
/// later version adds does not change it, until somebody sets it.
std::string policy_fingerprint(const Policy& policy);

}  // namespace sstp
