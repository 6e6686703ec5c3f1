#pragma once

#include <nlohmann/json.hpp>

#include <string>
#include <vector>

namespace sstp {

/// An independent reader of JSON Schema (draft 2020-12), of the keywords that our schema uses; any other fails, so that
/// the schema cannot promise what nobody checks. Gives what is wrong, as `pointer: keyword`; empty: valid.
std::vector<std::string> violations(const nlohmann::ordered_json& schema, const nlohmann::ordered_json& value,
                                    const std::string& pointer = "");

}  // namespace sstp
