#pragma once

#include "core/model/policy.h"

#include <string>

namespace sstp {

/// The policy with every default filled in, as a file that `read_policy` reads back to the same policy: indented JSON
/// in UTF-8 without comments, a line feed at the end. Of a destination, only the keys that its transport has.
std::string show_policy(const Policy& policy);

}  // namespace sstp
