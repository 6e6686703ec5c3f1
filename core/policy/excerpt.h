#pragma once

#include "core/policy/read_policy.h"

#include <string_view>
#include <vector>

namespace sstp {

// For the files of this folder alone.

/// Fills `excerpt` and `marks` of problems that are sorted by their place in `text`.
void add_excerpts(std::string_view text, std::vector<PolicyProblem>& problems);

}  // namespace sstp
