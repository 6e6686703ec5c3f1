#include "tests/core/policy/policy_reference.h"

#include "core/policy/schema.h"

#include <fmt/format.h>
#include <nlohmann/json.hpp>

#include <utility>

namespace sstp {

namespace {

using Json = nlohmann::ordered_json;

std::string code(const Json& value) { return "`" + value.dump() + "`"; }

std::string type_of(const Json& schema) {
    if (const auto choices = schema.find("anyOf"); choices != schema.end()) {
        std::string all;
        for (const Json& choice : *choices) all += (all.empty() ? "" : " or ") + type_of(choice);
        return all;
    }
    if (schema.contains("const")) return code(schema["const"]);
    constexpr std::size_t kMostWords = 12;  // more make a page of their own
    if (const auto words = schema.find("enum"); words != schema.end()) {
        if (words->size() > kMostWords) return "word";
        std::string all;
        for (const Json& word : *words) all += (all.empty() ? "" : ", ") + code(word);
        return all;
    }
    const std::string type = schema.value("type", "");
    const std::string pattern = schema.value("pattern", "");
    if (type == "array") return "list of " + type_of(schema.at("items"));
    if (type == "integer") return "number";
    if (type == "boolean") return "`true`, `false`";
    if (pattern.find("ms|") != std::string::npos) return "duration";
    if (pattern.find("KB") != std::string::npos) return "size";
    return type == "string" ? "text" : type;
}

std::string in_cell(std::string text) {
    for (std::size_t at = 0; (at = text.find('|', at)) != std::string::npos; at += 2) text.insert(at, 1, '\\');
    return text;
}

/// The range is the last sentence of a description that has one.
std::pair<std::string, std::string> split_range(const std::string& description) {
    const std::size_t at = description.rfind(" Range: ");
    if (at == std::string::npos) return {description, ""};
    return {description.substr(0, at), description.substr(at + 8, description.size() - at - 9)};
}

void add_rows(const Json& schema, const std::string& prefix, std::string& rows);

void add_row(const std::string& key, const Json& schema, std::string& rows) {
    if (schema.contains("properties")) {
        rows += fmt::format("| **`{}`** | object | | | {} |\n", key, schema.value("description", ""));
        add_rows(schema, key + ".", rows);
        return;
    }
    const auto [meaning, range] = split_range(schema.value("description", ""));
    std::string text = meaning;
    if (schema.contains("examples")) text += " Example: " + code(schema["examples"][0]);
    rows += fmt::format("| `{}` | {} | {} | {} | {} |\n", key, in_cell(type_of(schema)),
                        schema.contains("default") ? code(schema["default"]) : "", range, in_cell(text));
    if (schema.contains("items")) add_rows(schema["items"], key + "[].", rows);
    if (schema.contains("anyOf")) {
        for (const Json& choice : schema["anyOf"]) add_rows(choice, key + ".", rows);
    }
}

void add_rows(const Json& schema, const std::string& prefix, std::string& rows) {
    if (!schema.contains("properties")) return;
    for (const auto& [key, member] : schema["properties"].items()) add_row(prefix + key, member, rows);
}

}  // namespace

std::string policy_reference() {
    std::string rows = "| key | type | default | range | meaning |\n|---|---|---|---|---|\n";
    add_rows(Json::parse(policy_schema()), "", rows);
    return rows;
}

}  // namespace sstp
