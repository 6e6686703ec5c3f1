#include "tests/core/policy/schema_check.h"

#include <algorithm>
#include <regex>
#include <set>

namespace sstp {

namespace {

using Json = nlohmann::ordered_json;

bool has_type(const Json& value, const std::string& type) {
    if (type == "null") return value.is_null();
    if (type == "boolean") return value.is_boolean();
    if (type == "integer") return value.is_number_integer();
    if (type == "string") return value.is_string();
    if (type == "array") return value.is_array();
    return type == "object" && value.is_object();
}

bool keyword_holds(const std::string& keyword, const Json& wanted, const Json& value) {
    if (keyword == "type") return has_type(value, wanted);
    if (keyword == "const") return value == wanted;
    if (keyword == "enum") return std::find(wanted.begin(), wanted.end(), value) != wanted.end();
    if (keyword == "minimum") return !value.is_number() || value >= wanted;
    if (keyword == "maximum") return !value.is_number() || value <= wanted;
    if (keyword == "minLength") return !value.is_string() || value.get<std::string>().size() >= wanted;
    if (keyword == "pattern")
        return !value.is_string() || std::regex_search(value.get<std::string>(), std::regex(wanted.get<std::string>()));
    if (keyword == "minItems") return !value.is_array() || value.size() >= wanted;
    if (keyword == "maxItems") return !value.is_array() || value.size() <= wanted;
    if (keyword == "uniqueItems")
        return !value.is_array() || std::set<std::string>([&] {
                                        std::set<std::string> texts;
                                        for (const Json& each : value) texts.insert(each.dump());
                                        return texts;
                                    }())
                                            .size() == value.size();
    if (keyword == "required") {
        return !value.is_object() ||
               std::all_of(wanted.begin(), wanted.end(), [&](const Json& key) { return value.contains(key.get<std::string>()); });
    }
    static const std::set<std::string> kAnnotations = {"$schema", "title", "description", "default", "examples", "additionalProperties"};
    return kAnnotations.count(keyword) != 0;  // anything else: nobody here checks it
}

}  // namespace

std::vector<std::string> violations(const Json& schema, const Json& value, const std::string& pointer) {
    std::vector<std::string> found;
    const auto also = [&found](std::vector<std::string> more) { found.insert(found.end(), more.begin(), more.end()); };
    for (const auto& [keyword, wanted] : schema.items()) {
        if (keyword == "properties") {
            if (!value.is_object()) continue;
            for (const auto& [key, member] : value.items()) {
                if (wanted.contains(key)) {
                    also(violations(wanted.at(key), member, pointer + "/" + key));
                } else if (!schema.value("additionalProperties", true)) {
                    found.push_back(pointer + "/" + key + ": additionalProperties");
                }
            }
        } else if (keyword == "items") {
            for (std::size_t i = 0; value.is_array() && i < value.size(); ++i)
                also(violations(wanted, value[i], pointer + "/" + std::to_string(i)));
        } else if (keyword == "anyOf") {
            const bool any =
                std::any_of(wanted.begin(), wanted.end(), [&](const Json& choice) { return violations(choice, value, pointer).empty(); });
            if (!any) found.push_back(pointer + ": anyOf");
        } else if (keyword == "if") {
            const bool holds = violations(wanted, value, pointer).empty();
            also(violations(schema.at(holds ? "then" : "else"), value, pointer));
        } else if (keyword != "then" && keyword != "else" && !keyword_holds(keyword, wanted, value)) {
            found.push_back(pointer + ": " + keyword);
        }
    }
    return found;
}

}  // namespace sstp
