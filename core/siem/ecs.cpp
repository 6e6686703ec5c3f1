#include "core/siem/ecs.h"

#include "core/siem/account.h"
#include "core/siem/json_values.h"

#include <nlohmann/json.hpp>

#include <algorithm>
#include <array>
#include <set>
#include <utility>

namespace sstp {

namespace {

using Json = nlohmann::json;

void put(Json& object, const ContentField& field) {
    const auto value = json_value(field);
    if (!value) {
        json_at(object, "sstp_watchdog.unparsed")[field.name] = field.value;
    } else if (field.known && !field.known->ecs.empty()) {
        json_at(object, field.known->ecs) = *value;
        if (const Account account = account_in(field.value); field.known->kind == FieldKind::account && !account.domain.empty()) {
            json_at(object, "user.domain") = account.domain;
        }
    } else {
        json_at(object, "sstp_watchdog")[field.name] = *value;
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
    if (!content.computer.empty()) object["host"]["name"] = content.computer;
    for (const IpAddress& each : content.addresses) {
        object["host"]["ip"].push_back(each.to_string());
        if (!repeats) break;
    }
    if (repeats) {
        object["log"]["syslog"] = syslog_of(content.severity, facility);
        if (!content.installation_id.empty()) object["agent"]["id"] = content.installation_id;
        if (Json hashes = hashes_in(content); !hashes.empty()) object["related"]["hash"] = std::move(hashes);
    }
    for (const ContentField& field : content.fields) put(object, field);
    return json_line(object);
}

}  // namespace sstp
