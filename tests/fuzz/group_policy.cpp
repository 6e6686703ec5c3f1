// Whatever Group Policy's values hold, one a line of the input: what is in force is a valid policy, each value is in force or told, and an
// invalid one leaves its setting alone.
#include "core/policy/group_policy.h"
#include "core/policy/read_policy.h"
#include "core/policy/show_policy.h"

#include <charconv>
#include <cstddef>
#include <cstdint>
#include <cstdlib>
#include <string>
#include <string_view>
#include <vector>

namespace {

void require(bool holds) {
    if (!holds) std::abort();
}

std::string next(std::string_view& rest, char separator) {
    const std::size_t end = rest.find(separator);
    std::string part(rest.substr(0, end));
    rest.remove_prefix(end == std::string_view::npos ? rest.size() : end + 1);
    return part;
}

std::vector<std::string> entries(std::string_view line) {
    std::vector<std::string> list;
    while (!line.empty()) list.push_back(next(line, '|'));
    return list;
}

}  // namespace

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
    std::string_view rest(reinterpret_cast<const char*>(data), size);
    sstp::GroupPolicyValues values;
    values.dns_names = entries(next(rest, '\n'));
    values.siem_hosts = entries(next(rest, '\n'));
    values.issuer = next(rest, '\n');
    values.thumbprint = next(rest, '\n');
    values.ca = next(rest, '\n');
    values.window = next(rest, '\n');
    const std::string restarts = next(rest, '\n');
    std::uint32_t number = 0;
    std::from_chars(restarts.data(), restarts.data() + restarts.size(), number);
    values.restarts_per_day = number;

    const sstp::PolicyUnderGroupPolicy in_force = sstp::under_group_policy({}, values);
    const sstp::PolicyReading reading = sstp::read_policy(show_policy(in_force.policy));
    require(reading.policy.has_value() && *reading.policy == in_force.policy);
    std::size_t absent = 0;
    absent += is_absent(in_force.in_force.dns_names) + is_absent(in_force.in_force.siem_hosts) + is_absent(in_force.in_force.issuer);
    absent += is_absent(in_force.in_force.thumbprint) + is_absent(in_force.in_force.ca) + is_absent(in_force.in_force.window);
    absent += is_absent(in_force.in_force.restarts_per_day);
    require(absent == in_force.problems.size());
    for (const sstp::GroupPolicyProblem& problem : in_force.problems) require(problem.text.find('\n') == std::string::npos);
    const sstp::PolicyUnderGroupPolicy again = sstp::under_group_policy({}, in_force.in_force);
    require(again.problems.empty() && again.policy == in_force.policy);
    return 0;
}
