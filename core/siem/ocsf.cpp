#include "core/siem/ocsf.h"

#include "core/siem/account.h"
#include "core/siem/host_name.h"
#include "core/siem/json_values.h"

#include <algorithm>
#include <array>
#include <utility>

namespace sstp {

namespace {

using Json = nlohmann::json;

/// A class of the schema, with the numbers and names by which its events are found.
struct OcsfClass {
    int category;
    const char* category_name;
    int uid;
    const char* name;
};
constexpr OcsfClass kDetectionFinding{2, "Findings", 2004, "Detection Finding"};
constexpr OcsfClass kConfigStateChange{5, "Discovery", 5019, "Device Config State Change"};
constexpr OcsfClass kLifecycle{6, "Application Activity", 6002, "Application Lifecycle"};

struct Activity {
    int id;
    const char* name;
};
constexpr int kOther = 99;

constexpr int kHostnameType = 1;   // of observables: types of the dictionary
constexpr int kAddressType = 2;
constexpr int kHashType = 8;
constexpr int kServer = 1;         // device.type_id
constexpr int kRule = 1;           // analytic.type_id

/// heal_started and heal_succeeded frame the changes between them.
bool changes_the_server(const CatalogueEntry& entry) {
    return entry.ecs_type == "change" || entry.type == EventType::heal_started || entry.type == EventType::heal_succeeded;
}

OcsfClass class_of(const MessageContent& content) {
    if (content.trouble_step != TroubleStep::none) return kDetectionFinding;
    return changes_the_server(*content.entry) ? kConfigStateChange : kLifecycle;
}

Activity activity_of(const MessageContent& content) {
    switch (content.trouble_step) {
        case TroubleStep::opened: return {1, "Create"};
        case TroubleStep::goes_on: return {2, "Update"};
        case TroubleStep::ended: return {3, "Close"};
        case TroubleStep::none: break;
    }
    if (changes_the_server(*content.entry)) return {1, "Log"};
    if (content.entry->type == EventType::service_started) return {3, "Start"};
    if (content.entry->type == EventType::service_stopped) return {4, "Stop"};
    return {kOther, content.entry->action()};   // where the number says nothing, the name is the source's own
}

/// The scale rises as ECS's does; Fatal is for what cannot be mended any more.
Activity severity_of(EventSeverity severity) {
    switch (severity) {
        case EventSeverity::critical: return {5, "Critical"};
        case EventSeverity::error: return {4, "High"};
        case EventSeverity::warning: return {3, "Medium"};
        case EventSeverity::notice: return {2, "Low"};
        case EventSeverity::info:
        case EventSeverity::debug: break;
    }
    return {1, "Informational"};
}

/// Findings have words of their own for it; other classes have it only where something was attempted.
Activity status_of(const MessageContent& content) {
    switch (content.trouble_step) {
        case TroubleStep::opened: return {1, "New"};
        case TroubleStep::goes_on: return {2, "In Progress"};
        case TroubleStep::ended: return {4, "Resolved"};
        case TroubleStep::none: break;
    }
    if (content.entry->outcome == EventOutcome::success) return {1, "Success"};
    if (content.entry->outcome == EventOutcome::failure) return {2, "Failure"};
    return {0, nullptr};
}

/// RFC 1123, as the schema has it for hostname_t: labels of letters, digits and hyphens inside.
bool is_hostname(std::string_view name) {
    const auto alnum = [](char c) { return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || (c >= '0' && c <= '9'); };
    while (true) {
        const std::string_view label = name.substr(0, name.find('.'));
        const bool fits = !label.empty() && alnum(label.front()) && alnum(label.back()) &&
                          std::all_of(label.begin(), label.end(), [&](char c) { return alnum(c) || c == '-'; });
        if (!fits || label.size() == name.size()) return fits;
        name.remove_prefix(label.size() + 1);
    }
}

Json device_of(const MessageContent& content) {
    Json device{{"type_id", kServer}};
    const std::string host = header_host(content.computer);
    device[is_hostname(host) ? "hostname" : "name"] = host;
    std::string address = content.address(AddressFamily::ipv4);
    if (address.empty()) address = content.address(AddressFamily::ipv6);
    if (!address.empty()) device["ip"] = std::move(address);
    return device;
}

Json product_of(const MessageContent& content, bool repeats) {
    Json product{{"name", kProductName}, {"vendor_name", kProductName}};
    if (repeats) product["version"] = content.version;
    return product;
}

Json metadata_of(const MessageContent& content, bool repeats) {
    Json metadata{{"version", kOcsfVersion},
                  {"product", product_of(content, repeats)},
                  {"profiles", Json::array({"host"})},
                  {"uid", content.id},
                  {"event_code", content.entry->action()}};
    if (repeats) {
        metadata["sequence"] = content.sequence;   // the second half of uid
        metadata["log_provider"] = kSourceName;
    }
    if (content.created != content.time) metadata["logged_time"] = content.created.time_since_epoch().count();
    return metadata;
}

Json finding_of(const MessageContent& content, bool repeats) {
    const std::string word = content.trouble.substr(0, content.trouble.find('-'));
    Json finding{{"uid", content.installation_id + "-" + content.trouble}, {"title", word}};
    if (repeats) finding["analytic"] = {{"name", word}, {"type_id", kRule}, {"type", "Rule"}};
    return finding;
}

/// An attribute of the schema for a field, with the text's own type; nothing: there is none.
bool put_mapped(Json& object, const ContentField& field) {
    if (field.name == "user") {
        const Account account = account_in(field.value);
        Json& user = json_at(object, "actor.user");
        user["name"] = account.name;
        if (!account.domain.empty()) user["domain"] = account.domain;
        return true;
    }
    static constexpr std::array<std::pair<std::string_view, std::string_view>, 4> kMapped{
        {{"error", "status_detail"}, {"error_code", "status_code"}, {"heal_id", "metadata.correlation_uid"}, {"xml", "raw_data"}}};
    const auto* const found = std::find_if(kMapped.begin(), kMapped.end(), [&](const auto& each) { return each.first == field.name; });
    if (found == kMapped.end()) return false;
    json_at(object, found->second) = field.value;
    return true;
}

void put(Json& object, const ContentField& field) {
    if (put_mapped(object, field)) return;
    // A value that is not of its kind stays text, in a place where no type is expected of it.
    if (const auto value = json_value(field)) {
        json_at(object, "unmapped")[field.name] = *value;
    } else {
        json_at(object, "unmapped.unparsed")[field.name] = field.value;
    }
}

void add_observable(Json& list, const char* name, int type, const char* type_name, std::string_view value) {
    if (!value.empty()) list.push_back({{"name", name}, {"type_id", type}, {"type", type_name}, {"value", value}});
}

/// What a search finds an event by, whichever attribute it is in.
Json observables_of(const MessageContent& content, const Json& device) {
    Json list = Json::array();
    if (device.contains("hostname"))
        add_observable(list, "device.hostname", kHostnameType, "Hostname", device["hostname"].get<std::string>());
    if (device.contains("ip")) add_observable(list, "device.ip", kAddressType, "IP Address", device["ip"].get<std::string>());
    for (const char* name : {"certificate_sha256", "certificate_sha1", "previous_sha256", "previous_sha1"}) {
        add_observable(list, (std::string{"unmapped."} + name).c_str(), kHashType, "Hash", content.value(name));
    }
    return list;
}

}  // namespace

std::string ocsf_json(const MessageContent& content, bool repeats) {
    const OcsfClass found = class_of(content);
    const Activity activity = activity_of(content);
    const Activity severity = severity_of(content.severity);
    const Activity status = status_of(content);
    Json device = device_of(content);
    Json object{{"category_uid", found.category},
                {"class_uid", found.uid},
                {"activity_id", activity.id},
                {"type_uid", found.uid * 100 + activity.id},
                {"time", content.time.time_since_epoch().count()},
                {"severity_id", severity.id},
                {"message", content.text},
                {"metadata", metadata_of(content, repeats)}};
    if (status.name != nullptr) object["status_id"] = status.id;
    if (activity.id == kOther || repeats) object["activity_name"] = activity.name;
    if (found.uid == kDetectionFinding.uid) object["finding_info"] = finding_of(content, repeats);
    if (found.uid == kLifecycle.uid) object["app"] = product_of(content, repeats);
    if (repeats) {
        object["category_name"] = found.category_name;
        object["class_name"] = found.name;
        object["type_name"] = std::string{found.name} + ": " + (activity.id == kOther ? "Other" : activity.name);
        object["severity"] = severity.name;
        if (status.name != nullptr) object["status"] = status.name;
        if (Json observables = observables_of(content, device); !observables.empty()) object["observables"] = std::move(observables);
    }
    object["device"] = std::move(device);
    for (const ContentField& field : content.fields) put(object, field);
    return json_line(object);
}

}  // namespace sstp
