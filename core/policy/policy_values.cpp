#include "core/policy/policy_values.h"

#include "core/policy/policy_rule.h"
#include "core/policy/show_policy.h"

#include <algorithm>

namespace sstp {

namespace {

constexpr std::size_t kMargin = 14;  // "group policy" and two blanks
constexpr std::size_t kIndent = 2;
constexpr std::size_t kLineWidth = 79;   // of a console of 80, the last column stays free

std::string on_one_line(const Json& value) { return value.dump(-1, ' ', false, Json::error_handler_t::replace); }

/// Every value that is no section and no list of sections, with its pointer and its key.
template <class Visit>
void each_value(const Json& value, const std::string& pointer, const std::string& key, const Visit& visit) {
    if (value.is_object()) {
        for (const auto& [name, member] : value.items())
            each_value(member, pointer + pointer_step(name), key.empty() ? name : key + "." + name, visit);
    } else if (value.is_array() && !value.empty() && value.front().is_object()) {
        for (std::size_t i = 0; i < value.size(); ++i)
            each_value(value[i], fmt::format("{}/{}", pointer, i), fmt::format("{}[{}]", key, i), visit);
    } else {
        visit(pointer, key, value);
    }
}

bool holds(const std::vector<std::string>& pointers, const std::string& pointer) {
    return std::find(pointers.begin(), pointers.end(), pointer) != pointers.end();
}

/// Group Policy replaces the list of destinations as a whole: what the file says of its entries is void.
bool is_void(const std::string& pointer, const std::vector<std::string>& decided) {
    constexpr std::string_view kDestinations = "/siem/destinations";
    return pointer.starts_with(kDestinations) &&
           std::any_of(decided.begin(), decided.end(), [&](const std::string& each) { return each.starts_with(kDestinations); });
}

/// Pieces of at most `width` characters, broken behind commas, within a word where there are none.
std::vector<std::string> broken(std::string_view text, std::size_t width) {
    std::vector<std::string> pieces(1);
    while (!text.empty()) {
        const std::size_t comma = text.find(',');
        const std::string_view part = text.substr(0, std::min(comma == std::string_view::npos ? text.size() : comma + 1, width));
        if (pieces.back().size() + part.size() > width) pieces.emplace_back();
        pieces.back() += part;
        text.remove_prefix(part.size());
    }
    return pieces;
}

}  // namespace

const char* word(ValueOrigin origin) noexcept {
    switch (origin) {
        case ValueOrigin::built_in: return "default";
        case ValueOrigin::file: return "file";
        case ValueOrigin::group_policy: return "group policy";
    }
    return "default";
}

std::vector<PolicyValue> policy_values(const PolicyUnderGroupPolicy& in_force, const std::vector<std::string>& given,
                                       bool kill_switch_observes) {
    const bool stopped = kill_switch_observes && in_force.policy.mode != Mode::observe;
    std::vector<PolicyValue> values;
    const auto add = [&](const std::string& pointer, const std::string& key, const Json& value) {
        ValueOrigin origin = ValueOrigin::built_in;
        if (holds(given, pointer) && !is_void(pointer, in_force.decided)) origin = ValueOrigin::file;
        if (holds(in_force.decided, pointer)) origin = ValueOrigin::group_policy;
        values.push_back({pointer, key, on_one_line(value), origin});
        if (pointer == "/mode" && stopped) values.back() = {pointer, key, on_one_line(word_of(Mode::observe)), ValueOrigin::group_policy};
    };
    each_value(Json::parse(show_policy(in_force.policy, ShownUrls::shortened)), "", "", add);
    return values;
}

std::string render_policy_values(const std::vector<PolicyValue>& values) {
    std::string text;
    for (const PolicyValue& each : values) {
        std::string margin = fmt::format("{:<{}}", word(each.origin), kMargin);
        for (const std::string& piece : broken(fmt::format("{} = {}", each.key, each.value), kLineWidth - kMargin - kIndent)) {
            text += margin + piece + "\n";
            margin = std::string(kMargin + kIndent, ' ');
        }
    }
    return text;
}

std::string policy_values_json(const std::vector<PolicyValue>& values, const std::vector<GroupPolicyProblem>& problems) {
    Json all = {{"values", Json::array()}, {"problems", Json::array()}};
    for (const PolicyValue& each : values)
        all["values"].push_back({{"pointer", each.pointer}, {"value", Json::parse(each.value)}, {"origin", word(each.origin)}});
    for (const GroupPolicyProblem& each : problems) all["problems"].push_back({{"subject", each.subject}, {"text", each.text}});
    return all.dump(2, ' ', false, Json::error_handler_t::replace) + "\n";
}

std::string policy_fingerprint(const Policy& policy) {
    constexpr std::string_view kDecidesHeals[] = {"mode", "certificate", "listener", "restart", "verify", "limits"};
    static const Json kDefaults = policy_rule().show(Policy{});
    const Json shown = policy_rule().show(policy);
    std::string chosen;
    for (const std::string_view section : kDecidesHeals) {
        each_value(shown.at(section), pointer_step(section), "", [&](const std::string& pointer, const std::string&, const Json& value) {
            if (value != kDefaults.at(Json::json_pointer(pointer))) chosen += fmt::format("{} {}\n", pointer, on_one_line(value));
        });
    }
    return fmt::format("{:016x}", stable_number(chosen));
}

}  // namespace sstp
