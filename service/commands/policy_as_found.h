#pragma once

#include "core/policy/policy_values.h"
#include "core/watchdog/policy_in_force.h"

#include <string>
#include <vector>

namespace sstp {

struct PolicyAsFound {
    std::vector<PolicyValue> values;    ///< that are in force, each with its origin
    std::vector<std::string> problems;  ///< of the file and of Group Policy, a line each
};

/// File and Group Policy as they stand now; of what is not valid what held last, as the record keeps it.
PolicyAsFound policy_as_found(const std::string& policy_file, const LastGoodPolicy& last_good);

}  // namespace sstp
