#include "core/siem/ecs.h"

#include "core/journal/event_data.h"

#include <fmt/format.h>
#include <nlohmann/json.hpp>

#include <algorithm>
#include <array>
#include <charconv>
#include <optional>
#include <set>
#include <system_error>
#include <utility>
#include <vector>

namespace sstp {

namespace {

using Json = nlohmann::json;

/// The place of a dotted name, made when it is not there.
Json& at(Json& object, std::string_view path) {
    Json* place = &object;
    while (true) {
        const std::size_t dot = path.find('.');
        place = &(*place)[std::string(path.substr(0, dot))];
        if (dot == std::string_view::npos) return *place;
        path.remove_prefix(dot + 1);
    }
}

std::vector<std::string> split(std::string_view text, char separator) {
    std::vector<std::string> parts;
    while (true) {
        const std::size_t end = text.find(separator);
        parts.emplace_back(text.substr(0, end));
        if (end == std::string_view::npos) return parts;
        text.remove_prefix(end + 1);
    }
}

std::optional<std::int64_t> number_from(std::string_view text) {
    std::int64_t number = 0;
    const auto end = std::from_chars(text.data(), text.data() + text.size(), number);
    return end.ec == std::errc{} && end.ptr == text.data() + text.size() ? std::optional{number} : std::nullopt;
}

/// Windows takes no more into one event. More would be more fields of an index than Elasticsearch makes.
constexpr std::size_t kMostInsertionStrings = 99;

Json event_data(std::string_view text) {
    Json data = Json::object();
    for (const auto& [name, value] : event_data_from(text)) {
        if (data.size() == kMostInsertionStrings) break;
        data[name] = value;
    }
    return data;
}

std::optional<Json> typed(FieldKind kind, const std::string& value) {
    switch (kind) {
        case FieldKind::number:
            if (const auto number = number_from(value)) return Json(*number);
            return std::nullopt;
        case FieldKind::boolean:
            if (value == "true" || value == "false") return Json(value == "true");
            return std::nullopt;
        case FieldKind::time:
            if (const auto time = from_rfc3339(value)) return Json(to_rfc3339(*time));
            return std::nullopt;
        case FieldKind::host_names: return Json(split(value, ','));
        case FieldKind::lines: return event_data(value);
        case FieldKind::text:
        case FieldKind::host_name: return Json(value);
    }
    return Json(value);
}

void put(Json& object, const ContentField& field) {
    const auto value = typed(field.known ? field.known->kind : FieldKind::text, field.value);
    if (!value) {
        at(object, "sstp_watchdog.unparsed")[field.name] = field.value;
    } else if (field.known && !field.known->ecs.empty()) {
        at(object, field.known->ecs) = *value;
    } else {
        at(object, "sstp_watchdog")[field.name] = *value;
    }
}

/// RFC 5424 table 1, by the names that Filebeat gives them.
constexpr std::array<const char*, 24> kFacilities{"kernel",
                                                  "user-level",
                                                  "mail",
                                                  "system",
                                                  "security/authorization",
                                                  "syslogd",
                                                  "line printer",
                                                  "network news",
                                                  "UUCP",
                                                  "clock",
                                                  "security/authorization",
                                                  "FTP",
                                                  "NTP",
                                                  "log audit",
                                                  "log alert",
                                                  "clock",
                                                  "local0",
                                                  "local1",
                                                  "local2",
                                                  "local3",
                                                  "local4",
                                                  "local5",
                                                  "local6",
                                                  "local7"};

/// ECS keeps the descending numbers of syslog here, and wants ascending ones in event.severity.
Json syslog_of(EventSeverity severity, std::uint32_t facility) {
    const std::size_t number = std::min<std::size_t>(facility, kFacilities.size() - 1);
    return {{"severity", {{"code", syslog_number(severity)}, {"name", word(severity)}}},
            {"facility", {{"code", number}, {"name", kFacilities.at(number)}}}};
}

/// Every hash of a certificate in the event, for a search that need not know which field it is in.
Json hashes_in(const MessageContent& content) {
    std::set<std::string> hashes;
    for (const char* name : {"certificate_sha256", "certificate_sha1", "previous_sha256", "previous_sha1"}) {
        if (const std::string_view value = content.value(name); !value.empty()) hashes.emplace(value);
    }
    return hashes;
}

}  // namespace

std::string ecs_json(const MessageContent& content, std::uint32_t facility, bool repeats) {
    const CatalogueEntry& entry = *content.entry;
    Json object{
        {"@timestamp", to_rfc3339(content.time)},
        {"message", content.text},
        {"ecs", {{"version", kEcsVersion}}},
        {"log", {{"level", word(content.severity)}}},
        {"agent", {{"type", "sstp-watchdog"}, {"version", content.version}}},
        {"event",
         {{"id", content.id},
          {"sequence", content.sequence},
          {"kind", word(entry.kind)},
          {"category", Json::array({entry.category})},
          {"type", Json::array({entry.ecs_type})},
          {"action", entry.action()},
          {"code", std::to_string(entry.id)},
          {"module", "sstp_watchdog"},
          {"dataset", "sstp_watchdog.events"},
          {"provider", kSourceName},
          {"severity", cef_number(content.severity)}}},
    };
    if (entry.outcome != EventOutcome::none) object["event"]["outcome"] = word(entry.outcome);
    if (content.created != content.time) object["event"]["created"] = to_rfc3339(content.created);
    if (!content.computer.empty()) object["host"] = {{"name", content.computer}};
    if (repeats) {
        object["log"]["syslog"] = syslog_of(content.severity, facility);
        if (!content.installation_id.empty()) object["agent"]["id"] = content.installation_id;
        if (Json hashes = hashes_in(content); !hashes.empty()) object["related"]["hash"] = std::move(hashes);
    }
    for (const ContentField& field : content.fields) put(object, field);
    return object.dump(-1, ' ', true, Json::error_handler_t::replace);
}

}  // namespace sstp
