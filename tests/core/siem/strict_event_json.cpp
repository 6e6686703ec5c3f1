// ECS and OCSF: which place of the object is which field.
#include "core/journal/catalogue.h"
#include "tests/core/siem/strict_event_texts.h"

#include <fmt/format.h>

#include <algorithm>
#include <sstream>
#include <utility>
#include <vector>

namespace sstp::strict {

namespace {

std::string data_line(const std::string& name, const std::string& value) {
    std::string line = name + '=';
    for (const char c : value) line += c == '\n' ? std::string{"\n "} : std::string{c};
    return line + '\n';
}

void take_event_data(const EcsObject& ecs, ReceivedEvent& event) {
    constexpr std::string_view kData = "winlog.event_data.";
    std::string lines;
    for (const auto& [path, value] : ecs.texts) {
        if (path.starts_with(kData)) lines += data_line(path.substr(kData.size()), value);
    }
    if (!lines.empty()) event.fields["strings"] = lines;
}

}  // namespace

void take_ecs(const EcsObject& ecs, ReceivedEvent& event) {
    event.problem = ecs.problem;
    if (!event.problem.empty()) return;
    event.id = ecs.texts.at("event.id");
    event.action = ecs.texts.at("event.action");
    event.sentence = ecs.texts.at("message");
    if (const auto host = ecs.texts.find("host.name"); host != ecs.texts.end()) event.host = host->second;
    event.event_class = ecs.texts.at("event.code");
    event.severity = std::stoi(ecs.literals.at("event.severity"));
    constexpr std::string_view kOwn = "sstp_watchdog.", kUnparsed = "sstp_watchdog.unparsed.";
    for (const auto* leaves : {&ecs.texts, &ecs.literals}) {
        for (const auto& [path, value] : *leaves) {
            if (path.starts_with(kUnparsed)) {
                event.fields[path.substr(kUnparsed.size())] = value;
            } else if (path.starts_with(kOwn)) {
                event.fields[path.substr(kOwn.size())] = value;
            }
        }
    }
    for (const CatalogueField& field : catalogue_fields()) {
        for (const auto* leaves : {&ecs.texts, &ecs.literals}) {
            const auto found = leaves->find(std::string{field.ecs});
            if (!field.ecs.empty() && found != leaves->end()) event.fields[std::string{field.name}] = found->second;
        }
    }
    if (const auto domain = ecs.texts.find("user.domain"); domain != ecs.texts.end()) {
        event.fields["user"] = domain->second + "\\" + event.fields["user"];
    }
    if (const auto addresses = ecs.texts.find("host.ip"); addresses != ecs.texts.end()) {
        std::istringstream rest{addresses->second};
        for (std::string each; std::getline(rest, each, ',');) event.addresses.push_back(each);
    }
    take_event_data(ecs, event);
}

void take_ocsf(const OcsfObject& ocsf, ReceivedEvent& event) {
    event.problem = ocsf.problem;
    if (!event.problem.empty()) return;
    event.id = ocsf.texts.at("metadata.uid");
    event.action = ocsf.texts.at("metadata.event_code");
    event.sentence = ocsf.texts.at("message");
    event.host = ocsf.texts.at(ocsf.texts.contains("device.hostname") ? "device.hostname" : "device.name");
    event.severity = std::stoi(ocsf.literals.at("severity_id"));
    if (const auto address = ocsf.texts.find("device.ip"); address != ocsf.texts.end()) event.addresses.push_back(address->second);
    constexpr std::string_view kOwn = "unmapped.", kUnparsed = "unmapped.unparsed.", kData = "unmapped.strings.";
    std::string lines;
    for (const auto* leaves : {&ocsf.texts, &ocsf.literals}) {
        for (const auto& [path, value] : *leaves) {
            if (path.starts_with(kUnparsed)) {
                event.fields[path.substr(kUnparsed.size())] = value;
            } else if (path.starts_with(kData)) {
                lines += data_line(path.substr(kData.size()), value);
            } else if (path.starts_with(kOwn)) {
                event.fields[path.substr(kOwn.size())] = value;
            }
        }
    }
    if (!lines.empty()) event.fields["strings"] = lines;
    for (const auto& [path, name] :
         {std::pair{"status_detail", "error"}, std::pair{"status_code", "error_code"}, std::pair{"raw_data", "xml"},
          std::pair{"metadata.correlation_uid", "heal_id"}, std::pair{"actor.user.name", "user"}}) {
        if (const auto found = ocsf.texts.find(path); found != ocsf.texts.end()) event.fields[name] = found->second;
    }
    if (const auto domain = ocsf.texts.find("actor.user.domain"); domain != ocsf.texts.end()) {
        event.fields["user"] = domain->second + "\\" + event.fields["user"];
    }
}

std::string sorted_event_data(std::string_view text) {
    constexpr std::size_t kMost = 99;
    constexpr std::string_view kNameCharacters = "abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789_-";
    std::vector<std::pair<std::string, std::string>> data;
    std::istringstream lines{std::string{text}};
    for (std::string line; std::getline(lines, line);) {
        if (!data.empty() && line.starts_with(' ')) {
            data.back().second += '\n' + line.substr(1);
            continue;
        }
        const std::size_t end = line.find_first_not_of(kNameCharacters);
        const bool named = end != std::string::npos && end > 0 && end <= 64 && line[end] == '=';
        std::string name = named ? line.substr(0, end) : std::string{};
        const auto is_it = [&](const auto& each) { return each.first == name; };
        if (!named || std::any_of(data.begin(), data.end(), is_it)) name = fmt::format("param{}", data.size() + 1);
        data.emplace_back(name, named ? line.substr(end + 1) : line);
    }
    data.resize(std::min(data.size(), kMost));
    std::map<std::string, std::string> sorted(data.begin(), data.end());
    std::string result;
    for (const auto& [name, value] : sorted) result += data_line(name, value);
    return result;
}

}  // namespace sstp::strict
