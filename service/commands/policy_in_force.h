#pragma once

#include "core/policy/policy_values.h"

#include <string>
#include <vector>

namespace sstp {

struct PolicyInForce {
    std::vector<PolicyValue> values;    ///< each with its origin; of a file that is not valid nothing is the file's
    std::vector<std::string> problems;  ///< of the file and of Group Policy, a line each
};

/// File and Group Policy as they stand now.
PolicyInForce policy_in_force(const std::string& policy_file);

}  // namespace sstp
