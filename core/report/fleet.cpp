#include "core/report/fleet.h"

#include "core/model/finding.h"

#include <fmt/format.h>
#include <nlohmann/json.hpp>

#include <algorithm>
#include <set>

namespace sstp {

namespace {

using Json = nlohmann::json;

/// Two servers of a farm that restart within this of each other leave it to the rest at once.
constexpr Duration kTogether = std::chrono::minutes{10};

const Json* member(const Json* json, const char* name) {
    if (json == nullptr || !json->is_object()) return nullptr;
    const auto found = json->find(name);
    return found == json->end() ? nullptr : &*found;
}
std::string text(const Json* json) { return json != nullptr && json->is_string() ? json->get<std::string>() : std::string{}; }
std::optional<WallTime> time(const Json* json) { return from_rfc3339(text(json)); }

std::optional<std::uint32_t> number(const Json* json) {
    return json != nullptr && json->is_number_unsigned() && json->get<std::uint64_t>() <= 0xFFFFFFFFU
               ? std::optional{json->get<std::uint32_t>()}
               : std::nullopt;
}

/// Somebody changed something, or what is served is not what is bound.
bool is_drift(const std::string& reason) {
    return reason.starts_with("binding_") || reason.starts_with("hash_") || reason.starts_with("served_certificate_differs") ||
           reason == word(Reason::choice_not_confirmed) || reason == word(Reason::heal_does_not_last) ||
           reason == word(Reason::configuration_pending);
}

void read_members(const Json& json, FleetServer& server) {
    server.computer = text(member(&json, "computer"));
    server.version = text(member(&json, "version"));
    server.status = text(member(&json, "status"));
    server.summary = text(member(&json, "summary"));
    server.permission = text(member(&json, "permission"));
    server.looked_at = time(member(member(&json, "cycle"), "ended"));
    const Json* certificate = member(&json, "certificate");
    server.thumbprint = text(member(certificate, "thumbprint"));
    server.not_after = time(member(certificate, "not_after"));
    server.name = text(member(member(&json, "names"), "primary"));
    if (server.name.empty()) server.name = text(member(certificate, "name"));
    server.planned_for = time(member(&json, "planned_for"));
    const Json* sessions = member(&json, "sessions");
    const auto sstp = number(member(sessions, "sstp"));
    const auto others = number(member(sessions, "others"));
    if (sstp && others) server.sessions = *sstp + *others;
    const Json* findings = member(&json, "findings");
    if (findings == nullptr || !findings->is_array()) return;
    for (const Json& each : *findings) {
        const std::string reason = text(member(&each, "reason"));
        const bool known = std::find(server.drift.begin(), server.drift.end(), reason) != server.drift.end();
        if (is_drift(reason) && !known) server.drift.push_back(reason);
    }
}

std::string brief_of(const std::string& thumbprint) {
    return thumbprint.size() < 6 ? thumbprint : thumbprint.substr(0, 4) + ".." + thumbprint.substr(thumbprint.size() - 2);
}

void find_skew(Farm& farm) {
    std::set<std::string> versions, permissions;
    std::vector<const FleetServer*> planned;
    for (const FleetServer* each : farm.servers) {
        ++farm.certificates[each->thumbprint];
        versions.insert(each->version);
        permissions.insert(each->permission);
        if (each->planned_for) planned.push_back(each);
    }
    if (farm.certificates.size() > 1) {
        std::string all;
        for (const auto& [thumbprint, count] : farm.certificates)
            all += fmt::format("{}{} on {}", all.empty() ? "" : ", ", thumbprint.empty() ? "none" : brief_of(thumbprint), count);
        farm.skew.push_back("Certificates differ: " + all + ".");
    }
    if (versions.size() > 1) farm.skew.push_back(fmt::format("{} versions of the watchdog.", versions.size()));
    if (permissions.size() > 1) farm.skew.emplace_back("Some heal, and some only observe.");
    std::sort(planned.begin(), planned.end(), [](const auto* a, const auto* b) { return *a->planned_for < *b->planned_for; });
    for (std::size_t i = 1; i < planned.size(); ++i) {
        if (*planned[i]->planned_for - *planned[i - 1]->planned_for >= kTogether) continue;
        farm.skew.push_back(
            fmt::format("{} and {} restart within ten minutes of each other.", planned[i - 1]->computer, planned[i]->computer));
        return;
    }
}

}  // namespace

FleetServer read_fleet_server(const std::string& file, std::string_view status_json) {
    FleetServer server;
    server.file = file;
    const Json json = Json::parse(status_json, nullptr, false);
    if (json.is_object() && text(member(&json, "command")) == "status") read_members(json, server);
    const bool known = server.status == "ok" || server.status == "warning" || server.status == "critical" || server.status == "unknown";
    if (!known) {
        server = {};
        server.file = server.computer = file;
        server.status = "unknown";
        server.problem = server.summary = "this is no status.json of SSTP Watchdog";
    }
    if (server.computer.empty()) server.computer = file;
    return server;
}

std::vector<Farm> farms_of(const std::vector<FleetServer>& servers) {
    std::map<std::string, Farm> by_name;
    for (const FleetServer& each : servers) {
        if (each.problem.empty() && !each.name.empty()) by_name[each.name].servers.push_back(&each);
    }
    std::vector<Farm> farms;
    for (auto& [name, farm] : by_name) {
        if (farm.servers.size() < 2) continue;
        farm.name = name;
        find_skew(farm);
        farms.push_back(std::move(farm));
    }
    return farms;
}

}  // namespace sstp
