#pragma once

#include <string_view>

namespace sstp {

/// JSON Schema (draft 2020-12) of the policy file, with descriptions, defaults and examples: config/policy.schema.json.
/// Made from the rules that the reader follows. What a schema cannot say (ranges of durations, most combinations) only
/// the reader checks.
std::string_view policy_schema();

}  // namespace sstp
