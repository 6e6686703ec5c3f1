#pragma once

#include "core/policy/policy_values.h"

#include <string>
#include <vector>

namespace sstp {

struct PolicyAsFound {
    std::vector<PolicyValue> values;    ///< each with its origin; of a file that is not valid nothing is the file's
    std::vector<std::string> problems;  ///< of the file and of Group Policy, a line each
};

/// File and Group Policy as they stand now.
PolicyAsFound policy_as_found(const std::string& policy_file);

}  // namespace sstp
