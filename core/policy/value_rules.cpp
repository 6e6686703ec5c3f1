#include "core/policy/value_rules.h"

#include "core/policy/suggestion.h"

#include <algorithm>

namespace sstp {

bool GoodMembers::good(std::initializer_list<const char*> names) const {
    return std::none_of(names.begin(), names.end(), [this](const char* name) { return failed_.count(name) != 0; });
}

namespace {

std::string what_it_is(const JsonValue& value) {
    switch (value.kind) {
        case JsonValue::Kind::null: return "null";
        case JsonValue::Kind::boolean: return value.boolean ? "true" : "false";
        case JsonValue::Kind::integer: return fmt::format("the number {}", value.integer);
        case JsonValue::Kind::fraction: return "a number with a fraction or an exponent";
        case JsonValue::Kind::string: return fmt::format("the text {}", quoted_value(value.text));
        case JsonValue::Kind::array: return "a list";
        case JsonValue::Kind::object: return "an object";
    }
    return "something else";
}

}  // namespace

std::string quoted_value(std::string_view text) {
    return in_quotes(text.find("://") == std::string_view::npos ? std::string(text) : shown_url(text));
}

bool is_kind(const Spot& spot, JsonValue::Kind kind, std::string_view wanted, Problems& problems) {
    if (spot.value.kind == kind) return true;
    problems.say(spot, fmt::format("must be {}; this is {}", wanted, what_it_is(spot.value)));
    return false;
}

Json schema_of_member(const Json& rule, std::string_view range, std::string_view meaning, Default shown, Json default_value, Json example) {
    std::string description{meaning};
    if (!range.empty()) description += fmt::format(" Range: {}.", range);
    Json schema = {{"description", std::move(description)}};
    schema.update(rule);
    const bool is_section = rule.contains("properties");
    if (shown == Default::in_schema && !is_section) schema["default"] = std::move(default_value);
    if (!example.is_null()) schema["examples"] = Json::array({std::move(example)});
    return schema;
}

ValueRule<bool> boolean() {
    const auto read = [](const Spot& spot, Problems& problems) -> std::optional<bool> {
        if (!is_kind(spot, JsonValue::Kind::boolean, "true or false, without quotes", problems)) return std::nullopt;
        return spot.value.boolean;
    };
    return {read, [](const bool& value) { return Json(value); }, {{"type", "boolean"}}, {}};
}

std::optional<std::int64_t> read_integer(const Spot& spot, std::int64_t least, std::int64_t most, Problems& problems) {
    if (!is_kind(spot, JsonValue::Kind::integer, "a whole number, without quotes", problems)) return std::nullopt;
    if (spot.value.integer >= least && spot.value.integer <= most) return spot.value.integer;
    problems.say(spot, fmt::format("must be from {} to {}; this is {}", least, most, spot.value.integer));
    return std::nullopt;
}

namespace {

std::string did_you_mean(const JsonValue& value, const std::vector<std::string>& words) {
    const auto meant = value.kind == JsonValue::Kind::string ? closest(value.text, words) : std::nullopt;
    return meant ? fmt::format(". Did you mean {}?", in_quotes(*meant)) : std::string{};
}

}  // namespace

std::optional<std::size_t> read_word(const Spot& spot, const std::vector<std::string>& words, Problems& problems) {
    const auto found = std::find(words.begin(), words.end(), spot.value.text);
    if (spot.value.kind == JsonValue::Kind::string && found != words.end()) return static_cast<std::size_t>(found - words.begin());
    std::string wanted;
    for (std::size_t i = 0; i < words.size(); ++i) {
        if (i > 0) wanted += i + 1 == words.size() ? " or " : ", ";
        wanted += in_quotes(words[i]);
    }
    std::string sentence = fmt::format("must be {}; this is {}", wanted, what_it_is(spot.value));
    problems.say(spot, sentence + did_you_mean(spot.value, words));
    return std::nullopt;
}

void say_neither(const Spot& spot, const std::string& word, std::string_view wanted, Problems& problems) {
    problems.say(spot, fmt::format("must be {} or {}; this is {}{}", in_quotes(word), wanted, what_it_is(spot.value),
                                   did_you_mean(spot.value, {word})));
}

ValueRule<std::string> text(Spelled<std::string> (*from_text)(std::string_view)) {
    return spelled<std::string>(from_text, [](const std::string& value) { return value; }, {{"minLength", 1}});
}

ValueRule<std::string> url() {
    const auto quoted = [](std::string_view text) { return in_quotes(shown_url(text)); };
    return spelled<std::string>(url_from_text, [](const std::string& value) { return value; }, {{"minLength", 1}}, quoted);
}

ValueRule<Duration> duration(Duration least, Duration most) {
    auto rule = spelled<Duration>(duration_from_text, [](const Duration& value) { return to_string(value); },
                                  {{"pattern", "^[0-9]{1,18}(ms|s|m|h|d)$"}});
    rule.range = fmt::format("{} to {}", to_string(least), to_string(most));
    rule.read = [least, most, any = rule.read, range = rule.range](const Spot& spot, Problems& problems) -> std::optional<Duration> {
        const auto value = any(spot, problems);
        if (!value || (*value >= least && *value <= most)) return value;
        problems.say(spot, fmt::format("must be from {}; this is {}", range, in_quotes(spot.value.text)));
        return std::nullopt;
    };
    return rule;
}

ValueRule<std::uint64_t> size(std::uint64_t least, std::uint64_t most) {
    auto rule = spelled<std::uint64_t>(size_from_text, [](const std::uint64_t& value) { return size_to_text(value); },
                                       {{"pattern", "^[0-9]{1,18}(B|KB|MB|GB)$"}});
    rule.range = fmt::format("{} to {}", size_to_text(least), size_to_text(most));
    rule.read = [least, most, any = rule.read, range = rule.range](const Spot& spot, Problems& problems) -> std::optional<std::uint64_t> {
        const auto value = any(spot, problems);
        if (!value || (*value >= least && *value <= most)) return value;
        problems.say(spot, fmt::format("must be from {}; this is {}", range, in_quotes(spot.value.text)));
        return std::nullopt;
    };
    return rule;
}

bool check_length(const Spot& spot, std::size_t least, std::size_t most, Problems& problems) {
    const std::size_t length = spot.value.children.size();
    if (length < least) problems.say(spot, "must not be empty");
    if (length > most) problems.say(spot, fmt::format("must have at most {} entries, and has {}", most, length));
    return length >= least && length <= most;
}

bool check_no_repeats(const Spot& spot, const std::function<bool(std::size_t, std::size_t)>& same, Problems& problems) {
    bool unique = true;
    for (std::size_t i = 0; i < spot.value.children.size(); ++i) {
        for (std::size_t j = 0; j < i; ++j) {
            if (!same(i, j)) continue;
            problems.say(spot.element(i), fmt::format("is the same as entry {}", j + 1));
            unique = false;
            break;
        }
    }
    return unique;
}

}  // namespace sstp
