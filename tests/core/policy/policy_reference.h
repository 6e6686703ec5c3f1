#pragma once

#include <string>

namespace sstp {

/// The table of all keys in config/README.md, from the schema.
std::string policy_reference();

}  // namespace sstp
