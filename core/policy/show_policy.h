#pragma once

#include "core/model/policy.h"

#include <cstdint>
#include <string>

namespace sstp {

/// `shortened`: of a URL only what is ever shown to anybody (DESIGN 5.1).
enum class ShownUrls : std::uint8_t { whole, shortened };

/// The policy with every default filled in: indented JSON in UTF-8 without comments, a line feed at the end. Of a
/// destination, only the keys that its transport has. With whole URLs `read_policy` reads it back to the same policy.
std::string show_policy(const Policy& policy, ShownUrls urls = ShownUrls::whole);

}  // namespace sstp
