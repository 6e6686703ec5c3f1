#include "tests/core/siem/strict_ocsf.h"

#include "core/model/ip_address.h"
#include "tests/core/siem/strict_json.h"

#include <fmt/format.h>
#include <nlohmann/json.hpp>

#include <algorithm>
#include <cctype>
#include <cstdint>
#include <set>

namespace sstp::strict {

namespace {

using Json = nlohmann::json;

enum class Type : std::uint8_t { text, number, milliseconds, address, host, texts, anything };

using Captions = std::map<int, std::string>;

/// A class of the schema: its place, its own attributes (with base_event's and the profile's below), and what its numbers are called.
struct ClassRules {
    int category;
    std::string category_name, name;
    std::set<std::string> required;
    std::map<std::string, Type> own;
    Captions activities, states;
};

const Captions kSuccess{{0, "Unknown"}, {1, "Success"}, {2, "Failure"}, {99, "Other"}};

const std::map<int, ClassRules> kClasses{
    {2004,
     {2,
      "Findings",
      "Detection Finding",
      {"finding_info.uid", "finding_info.title"},
      {{"finding_info.uid", Type::text},
       {"finding_info.title", Type::text},
       {"finding_info.analytic.name", Type::text},
       {"finding_info.analytic.type", Type::text},
       {"finding_info.analytic.type_id", Type::number}},
      {{0, "Unknown"}, {1, "Create"}, {2, "Update"}, {3, "Close"}, {99, "Other"}},
      {{0, "Unknown"}, {1, "New"}, {2, "In Progress"}, {3, "Suppressed"}, {4, "Resolved"}, {99, "Other"}}}},
    {5019,
     {5,
      "Discovery",
      "Device Config State Change",
      {"device.type_id"},
      {},
      {{0, "Unknown"}, {1, "Log"}, {2, "Collect"}, {99, "Other"}},
      kSuccess}},
    {6002,
     {6,
      "Application Activity",
      "Application Lifecycle",
      {"app.vendor_name", "app.name"},
      {{"app.vendor_name", Type::text}, {"app.name", Type::text}, {"app.version", Type::text}},
      {{0, "Unknown"},
       {1, "Install"},
       {2, "Remove"},
       {3, "Start"},
       {4, "Stop"},
       {5, "Restart"},
       {6, "Enable"},
       {7, "Disable"},
       {8, "Update"},
       {99, "Other"}},
      kSuccess}}};

const Captions kSeverities{{0, "Unknown"}, {1, "Informational"}, {2, "Low"},   {3, "Medium"},
                           {4, "High"},    {5, "Critical"},      {6, "Fatal"}, {99, "Other"}};
const Captions kObservables{{1, "Hostname"}, {2, "IP Address"}, {8, "Hash"}};   // by the types of the dictionary

/// Of base_event (classification, occurrence and its own), of the profile host, and of the objects that these have.
const std::map<std::string, Type> kCommon{{"activity_id", Type::number},
                                          {"activity_name", Type::text},
                                          {"category_uid", Type::number},
                                          {"category_name", Type::text},
                                          {"class_uid", Type::number},
                                          {"class_name", Type::text},
                                          {"type_uid", Type::number},
                                          {"type_name", Type::text},
                                          {"time", Type::milliseconds},
                                          {"severity_id", Type::number},
                                          {"severity", Type::text},
                                          {"message", Type::text},
                                          {"status_id", Type::number},
                                          {"status", Type::text},
                                          {"status_code", Type::text},
                                          {"status_detail", Type::text},
                                          {"raw_data", Type::text},
                                          {"metadata.version", Type::text},
                                          {"metadata.product.name", Type::text},
                                          {"metadata.product.vendor_name", Type::text},
                                          {"metadata.product.version", Type::text},
                                          {"metadata.profiles", Type::texts},
                                          {"metadata.uid", Type::text},
                                          {"metadata.sequence", Type::number},
                                          {"metadata.event_code", Type::text},
                                          {"metadata.log_provider", Type::text},
                                          {"metadata.logged_time", Type::milliseconds},
                                          {"metadata.correlation_uid", Type::text},
                                          {"device.type_id", Type::number},
                                          {"device.hostname", Type::host},
                                          {"device.name", Type::text},
                                          {"device.ip", Type::address},
                                          {"actor.user.name", Type::text},
                                          {"actor.user.domain", Type::text}};
const char* const kRequired[] = {"activity_id",
                                 "category_uid",
                                 "class_uid",
                                 "type_uid",
                                 "time",
                                 "severity_id",
                                 "message",
                                 "metadata.version",
                                 "metadata.product.name",
                                 "metadata.product.vendor_name",
                                 "metadata.uid",
                                 "metadata.event_code"};

/// hostname_t of the dictionary.
bool is_host(const std::string& text) {
    std::string label;
    for (const char c : text + ".") {
        if (c != '.') {
            if (!std::isalnum(static_cast<unsigned char>(c)) && c != '-') return false;
            label += c;
            continue;
        }
        if (label.empty() || label.front() == '-' || label.back() == '-') return false;
        label.clear();
    }
    return true;
}

bool has_type(const Json& value, Type type) {
    switch (type) {
        case Type::text: return value.is_string();
        case Type::number: return value.is_number_integer();
        case Type::milliseconds:
            return value.is_number_integer() && value.get<std::int64_t>() >= 0 && value.get<std::int64_t>() < 10'000'000'000'000;
        case Type::address: return value.is_string() && IpAddress::parse(value.get<std::string>());
        case Type::host: return value.is_string() && is_host(value.get<std::string>());
        case Type::texts:
            return value.is_array() && !value.empty() &&
                   std::all_of(value.begin(), value.end(), [](const Json& each) { return each.is_string(); });
        case Type::anything: return value.is_string() || value.is_number_integer() || value.is_boolean() || has_type(value, Type::texts);
    }
    return false;
}

void take_leaf(const std::string& path, const Json& value, const ClassRules& rules, OcsfObject& object) {
    Type type = Type::anything;
    if (!path.starts_with("unmapped.")) {
        const auto common = kCommon.find(path);
        const auto own = rules.own.find(path);
        if (common == kCommon.end() && own == rules.own.end()) {
            object.problem = fmt::format("{} has no attribute {}", rules.name, path);
            return;
        }
        type = common != kCommon.end() ? common->second : own->second;
    }
    if (!has_type(value, type)) object.problem = fmt::format("{} has another type: {}", path, value.dump());
    if (value.is_array()) {
        std::string joined;
        for (const Json& each : value)
            joined += (&each == &value.front() ? "" : ",") + (each.is_string() ? each.get<std::string>() : each.dump());
        object.texts[path] = joined;
    } else if (value.is_string()) {
        object.texts[path] = value.get<std::string>();
    } else {
        object.literals[path] = value.dump();
    }
}

void flatten(const std::string& path, const Json& value, const ClassRules& rules, OcsfObject& object) {
    if (path == "observables") return;   // looked at apart
    if (!value.is_object()) return take_leaf(path, value, rules, object);
    if (value.empty()) object.problem = "an empty object: " + path;
    for (const auto& [key, inner] : value.items()) flatten(path.empty() ? key : path + "." + key, inner, rules, object);
}

/// The number is one of the list, and its caption, where there is one, is that of the number.
void check_caption(const OcsfObject& from, const std::string& number, const std::string& caption, const Captions& captions,
                   OcsfObject& object) {
    const auto given = from.literals.find(number);
    if (given == from.literals.end()) return;
    const auto known = captions.find(std::stoi(given->second));
    if (known == captions.end()) {
        object.problem = fmt::format("{} is {}", number, given->second);
        return;
    }
    const auto said = from.texts.find(caption);
    if (said != from.texts.end() && known->first != 99 && said->second != known->second) {
        object.problem = fmt::format("{} is {}, and {} says {}", number, given->second, caption, said->second);
    }
}

void check_numbers(const ClassRules& rules, OcsfObject& object) {
    const OcsfObject read = object;
    const auto number = [&](const char* path) { return std::stoi(read.literals.at(path)); };
    if (number("type_uid") != number("class_uid") * 100 + number("activity_id"))
        object.problem = "type_uid is " + read.literals.at("type_uid");
    if (number("category_uid") != rules.category) object.problem = "category_uid is " + read.literals.at("category_uid");
    check_caption(read, "activity_id", "activity_name", rules.activities, object);
    check_caption(read, "status_id", "status", rules.states, object);
    check_caption(read, "severity_id", "severity", kSeverities, object);
    check_caption(read, "device.type_id", "device.type", {{1, "Server"}}, object);
    check_caption(read, "finding_info.analytic.type_id", "finding_info.analytic.type", {{1, "Rule"}}, object);
    if (!object.problem.empty()) return;
    if (number("activity_id") == 99 && !read.texts.contains("activity_name")) object.problem = "activity 99 has no name";
    const auto name = [&](const char* path, const std::string& expected) {
        if (read.texts.contains(path) && read.texts.at(path) != expected)
            object.problem = fmt::format("{} is {}", path, read.texts.at(path));
    };
    name("class_name", rules.name);
    name("category_name", rules.category_name);
    name("type_name", rules.name + ": " + rules.activities.at(number("activity_id")));
    name("metadata.version", "1.3.0");
}

/// endpoint: at least one of what it is found by; actor, user: likewise. Both come with the profile.
void check_objects(OcsfObject& object) {
    const auto has = [&](const char* path) { return object.texts.contains(path); };
    if (!has("device.hostname") && !has("device.name") && !has("device.ip")) object.problem = "a device without a name or an address";
    if (has("actor.user.domain") && !has("actor.user.name")) object.problem = "a user without a name";
    if (!has("metadata.profiles") || object.texts.at("metadata.profiles") != "host")
        object.problem = "the profile host is used and not named";
}

void check_observables(const Json& json, OcsfObject& object) {
    if (!json.contains("observables")) return;
    if (!json.at("observables").is_array() || json.at("observables").empty()) object.problem = "observables are a list";
    if (!object.problem.empty()) return;
    for (const Json& each : json.at("observables")) {
        if (!each.is_object() || !each.contains("name") || !each.contains("type_id") || !each.contains("value")) {
            object.problem = "an observable without name, type_id or value";
            return;
        }
        const auto known = kObservables.find(each.at("type_id").get<int>());
        if (known == kObservables.end() || each.at("type") != known->second)
            object.problem = "an observable of type " + each.at("type_id").dump();
        const auto named = object.texts.find(each.at("name").get<std::string>());
        if (named == object.texts.end() || named->second != each.at("value").get<std::string>()) {
            object.problem = "an observable that is not in the event: " + each.at("name").get<std::string>();
        }
    }
}

}  // namespace

OcsfObject read_ocsf(std::string_view text) {
    OcsfObject object;
    const Json json = parse_line(text, object.problem);
    if (!object.problem.empty()) return object;
    const auto uid = json.find("class_uid");
    const auto rules = uid != json.end() && uid->is_number_integer() ? kClasses.find(uid->get<int>()) : kClasses.end();
    if (rules == kClasses.end()) {
        object.problem = "no class that we send";
        return object;
    }
    flatten("", json, rules->second, object);
    const auto require = [&](const std::string& path) {
        if (!object.texts.contains(path) && !object.literals.contains(path)) object.problem = path + " is missing";
    };
    for (const char* path : kRequired) require(path);
    for (const std::string& path : rules->second.required) require(path);
    if (object.problem.empty()) check_numbers(rules->second, object);
    if (object.problem.empty()) check_objects(object);
    if (object.problem.empty()) check_observables(json, object);
    return object;
}

}  // namespace sstp::strict
