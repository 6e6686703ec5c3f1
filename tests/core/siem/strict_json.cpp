#include "tests/core/siem/strict_json.h"

#include "core/model/ip_address.h"
#include "core/model/time.h"

#include <fmt/format.h>
#include <nlohmann/json.hpp>

#include <algorithm>
#include <array>
#include <cstdint>
#include <set>
#include <vector>

namespace sstp::strict {

namespace {

using Json = nlohmann::json;

enum class Type : std::uint8_t { keyword, number, date, keywords, addresses };

/// The fields of ECS and Winlogbeat that we may send, with their types.
const std::map<std::string_view, Type> kSchema{
    {"@timestamp", Type::date},
    {"message", Type::keyword},
    {"ecs.version", Type::keyword},
    {"log.level", Type::keyword},
    {"agent.type", Type::keyword},
    {"agent.version", Type::keyword},
    {"agent.id", Type::keyword},
    {"log.syslog.severity.code", Type::number},
    {"log.syslog.severity.name", Type::keyword},
    {"log.syslog.facility.code", Type::number},
    {"log.syslog.facility.name", Type::keyword},
    {"related.hash", Type::keywords},
    {"host.name", Type::keyword},
    {"host.ip", Type::addresses},
    {"error.message", Type::keyword},
    {"error.code", Type::keyword},
    {"error.type", Type::keyword},
    {"event.id", Type::keyword},
    {"event.sequence", Type::number},
    {"event.kind", Type::keyword},
    {"event.category", Type::keywords},
    {"event.type", Type::keywords},
    {"event.action", Type::keyword},
    {"event.outcome", Type::keyword},
    {"event.code", Type::keyword},
    {"event.module", Type::keyword},
    {"event.dataset", Type::keyword},
    {"event.provider", Type::keyword},
    {"event.severity", Type::number},
    {"event.reason", Type::keyword},
    {"event.created", Type::date},
    {"user.name", Type::keyword},
    {"user.domain", Type::keyword},
    {"event.original", Type::keyword},
    {"tls.server.hash.sha1", Type::keyword},
    {"tls.server.hash.sha256", Type::keyword},
    {"tls.server.x509.subject.distinguished_name", Type::keyword},
    {"tls.server.x509.issuer.distinguished_name", Type::keyword},
    {"tls.server.x509.alternative_names", Type::keywords},
    {"tls.server.x509.not_after", Type::date},
    {"tls.server.x509.not_before", Type::date},
    {"tls.server.x509.serial_number", Type::keyword},
    {"tls.server.x509.public_key_size", Type::number},
    {"winlog.event_id", Type::keyword},
    {"winlog.channel", Type::keyword},
    {"winlog.provider_name", Type::keyword},
    {"winlog.record_id", Type::keyword},
    {"winlog.computer_name", Type::keyword},
    {"winlog.time_created", Type::date},
};

const char* const kRequired[] = {"@timestamp",    "message",        "ecs.version",    "log.level",    "event.id",   "event.sequence",
                                 "event.kind",    "event.category", "event.type",     "event.action", "event.code", "event.module",
                                 "event.dataset", "event.provider", "event.severity", "agent.version"};

/// Elastic's scale of event.severity rises; syslog's numbers, which fall, are for log.syslog.severity alone.
const std::map<std::string, std::pair<std::string, std::string>> kNumbersOfLevel{{"critical", {"9", "2"}}, {"error", {"7", "3"}},
                                                                                 {"warning", {"5", "4"}},  {"notice", {"3", "5"}},
                                                                                 {"info", {"1", "6"}},     {"debug", {"0", "7"}}};

const std::set<std::string> kKinds{"alert", "asset", "enrichment", "event", "metric", "state", "pipeline_error", "signal"};
const std::set<std::string> kOutcomes{"success", "failure", "unknown"};
const std::set<std::string> kLevels{"critical", "error", "warning", "notice", "info", "debug"};
/// event.category's closed list, each with the event.type values that the schema expects beside it (those that a service can have).
const std::map<std::string, std::set<std::string>> kTypesOfCategory{
    {"configuration", {"access", "change", "creation", "deletion", "info"}},
    {"database", {"access", "change", "info", "error"}},
    {"host", {"access", "change", "end", "info", "start"}},
    {"network", {"access", "allowed", "connection", "denied", "end", "info", "protocol", "start"}},
    {"process", {"access", "change", "end", "info", "start"}},
};

bool has_type(const Json& value, Type type) {
    switch (type) {
        case Type::keyword: return value.is_string();
        case Type::number: return value.is_number_integer();
        case Type::date: return value.is_string() && from_rfc3339(value.get<std::string>()).has_value();
        case Type::keywords:
            return value.is_array() && !value.empty() &&
                   std::all_of(value.begin(), value.end(), [](const Json& each) { return each.is_string(); });
        case Type::addresses:
            return value.is_array() && !value.empty() && std::all_of(value.begin(), value.end(), [](const Json& each) {
                       return each.is_string() && IpAddress::parse(each.get<std::string>());
                   });
    }
    return false;
}

bool is_ours(std::string_view path) {
    constexpr std::string_view kOurs = "sstp_watchdog.", kEventData = "winlog.event_data.";
    return path.starts_with(kOurs) || path.starts_with(kEventData);   // of the latter every event has names of its own
}

void take_leaf(const std::string& path, const Json& value, EcsObject& object) {
    const auto known = kSchema.find(path);
    if (known == kSchema.end() && !is_ours(path)) object.problem = "a field outside of the schema: " + path;
    if (known != kSchema.end() && !has_type(value, known->second)) object.problem = fmt::format("{} has another type", path);
    if (known == kSchema.end() && !value.is_string() && !value.is_number_integer() && !value.is_boolean() &&
        !has_type(value, Type::keywords)) {
        object.problem = "neither text, number nor truth: " + path;
    }
    if (value.is_array()) {
        std::string joined;
        for (std::size_t i = 0; i < value.size(); ++i) {
            if (value[i].is_string()) joined += (i == 0 ? "" : ",") + value[i].get<std::string>();
        }
        object.texts[path] = joined;
    } else if (value.is_string()) {
        object.texts[path] = value.get<std::string>();
    } else {
        object.literals[path] = value.dump();
    }
}

void flatten(const std::string& path, const Json& value, EcsObject& object) {
    if (!value.is_object()) return take_leaf(path, value, object);
    if (value.empty()) object.problem = "an empty object: " + path;
    for (const auto& [key, inner] : value.items()) {
        if (key.find('.') != std::string::npos) object.problem = "a key with a dot: " + key;
        flatten(path.empty() ? key : path + "." + key, inner, object);
    }
}

void check_severity(EcsObject& object) {
    const std::string& level = object.texts.at("log.level");
    const auto& [rising, syslog] = kNumbersOfLevel.at(level);
    if (object.literals.at("event.severity") != rising) object.problem = "event.severity is " + object.literals.at("event.severity");
    // Left out of what would be too long for a datagram.
    if (!object.literals.contains("log.syslog.severity.code")) return;
    if (object.literals.at("log.syslog.severity.code") != syslog || object.texts.at("log.syslog.severity.name") != level) {
        object.problem = "log.syslog.severity is not that of " + level;
    }
}

void check_words(EcsObject& object) {
    const auto text = [&](const char* path) { return object.texts.contains(path) ? object.texts.at(path) : std::string{}; };
    if (!kKinds.contains(text("event.kind"))) object.problem = "event.kind is " + text("event.kind");
    if (!kLevels.contains(text("log.level"))) object.problem = "log.level is " + text("log.level");
    if (object.problem.empty()) check_severity(object);
    if (object.texts.contains("event.outcome") && text("event.type") == "info") {
        object.problem = "event.outcome on event.type info: nothing was attempted";
    }
    if (object.texts.contains("event.outcome") && !kOutcomes.contains(text("event.outcome"))) {
        object.problem = "event.outcome is " + text("event.outcome");
    }
    const auto category = kTypesOfCategory.find(text("event.category"));
    if (category == kTypesOfCategory.end()) {
        object.problem = "event.category is " + text("event.category");
    } else if (!category->second.contains(text("event.type"))) {
        object.problem = fmt::format("event.type {} does not go with {}", text("event.type"), category->first);
    }
}

EcsObject judged(const Json& json) {
    EcsObject object;
    flatten("", json, object);
    for (const char* path : kRequired) {
        if (!object.texts.contains(path) && !object.literals.contains(path)) object.problem = fmt::format("{} is missing", path);
    }
    if (object.problem.empty()) check_words(object);
    return object;
}

}  // namespace

Json parse_line(std::string_view text, std::string& problem) {
    if (!std::all_of(text.begin(), text.end(), [](unsigned char c) { return c >= 0x20 && c < 0x7F; })) problem = "not one line of ASCII";
    std::vector<std::set<std::string>> keys;
    const auto watch = [&](int, Json::parse_event_t event, Json& value) {
        if (event == Json::parse_event_t::object_start) keys.emplace_back();
        if (event == Json::parse_event_t::object_end) keys.pop_back();
        if (event == Json::parse_event_t::key && !keys.back().insert(value.get<std::string>()).second) {
            problem = "a key occurs twice: " + value.get<std::string>();
        }
        return true;
    };
    Json json = Json::parse(text, watch, false);
    if (problem.empty() && !json.is_object()) problem = "not a JSON object";
    return json;
}

EcsObject read_ecs(std::string_view text) {
    std::string problem;
    const Json json = parse_line(text, problem);
    return problem.empty() ? judged(json) : EcsObject{problem, {}, {}};
}

HecObject read_hec(std::string_view text) {
    HecObject object;
    const Json json = parse_line(text, object.problem);
    if (!object.problem.empty()) return object;
    for (const auto& [key, value] : json.items()) {
        const bool fits = key == "time" ? value.is_number() : key == "event" ? value.is_object() : value.is_string();
        if (!fits || !std::set<std::string>{"time", "host", "source", "sourcetype", "event"}.contains(key)) {
            object.problem = "not what HEC takes: " + key;
        }
    }
    if (!json.contains("time") || !json.contains("source") || !json.contains("sourcetype") || !json.contains("event")) {
        object.problem = "a key is missing";
    }
    if (!object.problem.empty()) return object;
    object.time = json.at("time").dump();
    object.host = json.value("host", "");
    object.source = json.at("source").get<std::string>();
    object.sourcetype = json.at("sourcetype").get<std::string>();
    object.event = judged(json.at("event"));
    object.problem = object.event.problem;
    return object;
}

}  // namespace sstp::strict
