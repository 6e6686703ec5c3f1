#include "core/journal/event_data.h"

#include <fmt/format.h>

#include <algorithm>
#include <set>

namespace sstp {

namespace {

constexpr std::size_t kLongestName = 64;

bool is_name_character(char c) {
    return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || (c >= '0' && c <= '9') || c == '_' || c == '-';
}

/// Letters, digits, `_` and `-`: a dot would be a path in ECS.
std::string clean_name(std::string_view name) {
    std::string clean{name.substr(0, kLongestName)};
    std::replace_if(clean.begin(), clean.end(), [](char c) { return !is_name_character(c); }, '_');
    return clean;
}

bool is_name(std::string_view text) {
    return !text.empty() && text.size() <= kLongestName && std::all_of(text.begin(), text.end(), is_name_character);
}

}  // namespace

std::string event_data_text(const LogEvent& event) {
    std::set<std::string> given;
    std::string text;
    for (std::size_t i = 0; i < event.strings.size(); ++i) {
        std::string name = i < event.names.size() ? clean_name(event.names[i]) : std::string{};
        if (name.empty() || given.contains(name)) name = fmt::format("param{}", i + 1);
        given.insert(name);
        text += (text.empty() ? "" : "\n") + name + '=';
        for (const char c : event.strings[i]) {
            text += c;
            if (c == '\n') text += ' ';
        }
    }
    return text;
}

std::vector<std::pair<std::string, std::string>> event_data_from(std::string_view text) {
    std::vector<std::pair<std::string, std::string>> data;
    const auto is_free = [&data](std::string_view name) {
        return std::none_of(data.begin(), data.end(), [name](const auto& each) { return each.first == name; });
    };
    while (!text.empty()) {
        const std::size_t end = std::min(text.find('\n'), text.size());
        const std::string_view line = text.substr(0, end);
        text.remove_prefix(std::min(end + 1, text.size()));
        const std::size_t equals = line.find('=');
        const bool goes_on = !data.empty() && line.starts_with(' ');
        if (goes_on) {
            data.back().second += '\n' + std::string{line.substr(1)};
            continue;
        }
        const bool named = equals != std::string_view::npos && is_name(line.substr(0, equals));
        std::string name =
            named && is_free(line.substr(0, equals)) ? std::string{line.substr(0, equals)} : fmt::format("param{}", data.size() + 1);
        data.emplace_back(std::move(name), named ? line.substr(equals + 1) : line);
    }
    return data;
}

}  // namespace sstp
