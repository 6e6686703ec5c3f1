#include "core/observation/kill_switch_reading.h"

#include <fmt/format.h>

#include <string_view>

namespace sstp {

namespace {

constexpr char kWhere[] = "HKLM\\SOFTWARE\\Policies\\SSTP Watchdog, value Mode";
constexpr std::size_t kMostShown = 40;

std::string normalised(std::string_view text) {
    constexpr std::string_view kBlanks = " \t\r\n";
    const auto first = text.find_first_not_of(kBlanks);
    if (first == std::string_view::npos) return {};
    text = text.substr(first, text.find_last_not_of(kBlanks) - first + 1);
    std::string word{text};
    for (char& c : word) {
        if (c >= 'A' && c <= 'Z') c = static_cast<char>(c - 'A' + 'a');
    }
    return word;
}

}  // namespace

KillSwitchReading interpret_kill_switch(const Observed<std::string>& read) {
    if (is_absent(read)) return {};
    if (const Error* why = why_unreadable(read)) {
        const std::string text = fmt::format("The kill switch ({}) cannot be read, so it counts as set: {}.", kWhere, why->message());
        return {true, text, Finding{Reason::kill_switch_invalid, Severity::warning, "kill switch", text}};
    }
    const std::string mode = normalised(*value_of(read));
    if (mode == "heal") return {};
    if (mode == "observe") return {true, fmt::format("Group Policy's kill switch ({}) says observe.", kWhere), std::nullopt};
    const std::string text = fmt::format("The kill switch ({}) says \"{}\", which is neither heal nor observe. It counts as observe.",
                                         kWhere, value_of(read)->substr(0, kMostShown));
    return {true, text, Finding{Reason::kill_switch_invalid, Severity::warning, "kill switch", text}};
}

Permission permission_for(Mode mode, const KillSwitchReading& kill_switch) {
    if (kill_switch.stops) return Permission::observe_by_kill_switch;
    return mode == Mode::observe ? Permission::observe_by_policy : Permission::heal;
}

}  // namespace sstp
