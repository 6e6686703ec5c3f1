#include "core/siem/json_values.h"

#include "core/journal/event_data.h"
#include "core/siem/account.h"

#include <charconv>
#include <system_error>
#include <vector>

namespace sstp {

namespace {

using Json = nlohmann::json;

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

}  // namespace

nlohmann::json& json_at(nlohmann::json& object, std::string_view path) {
    Json* place = &object;
    while (true) {
        const std::size_t dot = path.find('.');
        place = &(*place)[std::string(path.substr(0, dot))];
        if (dot == std::string_view::npos) return *place;
        path.remove_prefix(dot + 1);
    }
}

std::optional<Json> json_value(const ContentField& field) {
    const std::string& value = field.value;
    switch (field.known ? field.known->kind : FieldKind::text) {
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
        case FieldKind::account: return Json(account_in(value).name);
        case FieldKind::text:
        case FieldKind::host_name: return Json(value);
    }
    return Json(value);
}

std::string json_line(const Json& object) { return object.dump(-1, ' ', true, Json::error_handler_t::replace); }

}  // namespace sstp
