#pragma once

#include "core/model/result.h"

#include <string>
#include <string_view>
#include <vector>

namespace sstp {

/// The file that a new installation starts with: every key with its default and a comment, `mode` and
/// `certificate.dns_names` as given. Errors: malformed (a mode that is none, a name that is none).
Result<std::string> first_policy(std::string_view mode, const std::vector<std::string>& dns_names);

/// The names of a list as people type it into one property: separated by commas, semicolons or blanks.
std::vector<std::string> split_names(std::string_view list);

}  // namespace sstp
