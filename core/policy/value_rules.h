#pragma once

#include "core/model/text.h"
#include "core/policy/json_document.h"
#include "core/policy/policy_words.h"
#include "core/policy/spelling.h"

#include <fmt/format.h>
#include <nlohmann/json.hpp>

#include <functional>
#include <initializer_list>
#include <limits>
#include <memory>
#include <optional>
#include <set>
#include <string>
#include <string_view>
#include <type_traits>
#include <utility>
#include <vector>

namespace sstp {

// For the files of this folder alone. A rule says once how one kind of value is written in the policy file: reader, writer,
// schema and reference all follow from it.

using Json = nlohmann::ordered_json;

template <class T>
struct ValueRule {
    std::function<std::optional<T>(const Spot&, Problems&)> read;  ///< nothing exactly when it added a problem
    std::function<Json(const T&)> show;                            ///< as `read` takes it
    Json schema;                                                   ///< JSON Schema, draft 2020-12
    std::string range;                                             ///< for people: "5s to 1d"; empty: said by the schema
};

/// The members of an object whose values were good; what rests on others must not be judged.
class GoodMembers {
public:
    void insert(std::string name) { names_.insert(std::move(name)); }

    void failed(std::string name) { failed_.insert(std::move(name)); }

    /// Given in the file or not: nothing was wrong with any of them.
    [[nodiscard]] bool good(std::initializer_list<const char*> names) const;

    [[nodiscard]] bool given(const char* name) const { return names_.count(name) != 0; }

private:
    std::set<std::string> names_;
    std::set<std::string> failed_;
};

/// When a member of an object means anything, seen from the others.
template <class T>
struct Belongs {
    bool (*when)(const T&);
    const char* to;                                 ///< "a syslog destination over TLS"
    std::initializer_list<const char*> decided_by;  ///< the members that `when` looks at
};

template <class T>
struct Field {
    std::string name;
    Json schema;
    std::function<bool(T&, const Spot&, Problems&)> read;
    std::function<Json(const T&)> show;  ///< empty: not part of the policy
    std::optional<Belongs<T>> belongs;
};

enum class Default : std::uint8_t { in_schema, none };

/// The schema of a member: that of its rule, with what it means, its default where that is shown, and how it looks.
Json schema_of_member(const Json& rule, std::string_view range, std::string_view meaning, Default shown, Json default_value, Json example);

/// A value as it is when nothing was read into it.
template <class T>
const T& untouched() {
    static const T value{};
    return value;
}

/// `example`: for schema and reference, where the default does not show how a value looks. Instantiated for each member of the policy, so
/// it does only what needs the types.
template <class T, class M>
Field<T> field(const char* name, M T::* member, const ValueRule<M>& rule, std::string_view meaning, Json example = nullptr,
               std::type_identity_t<std::optional<Belongs<T>>> belongs = std::nullopt, Default shown = Default::in_schema) {
    Json default_value = shown == Default::in_schema ? rule.show(untouched<T>().*member) : Json(nullptr);
    Json schema = schema_of_member(rule.schema, rule.range, meaning, shown, std::move(default_value), std::move(example));
    const auto shared = std::make_shared<const ValueRule<M>>(rule);  // else every level of nesting would multiply the copies
    const auto read = [member, shared](T& target, const Spot& spot, Problems& problems) {
        auto value = shared->read(spot, problems);
        if (!value) return false;
        target.*member = *std::move(value);
        return true;
    };
    return {name, std::move(schema), read, [member, shared](const T& from) { return shared->show(from.*member); }, belongs};
}

/// Adds the problem of a key that no member has, with what was probably meant.
void say_unknown_key(const Spot& object, const JsonValue& member, const std::vector<std::string>& known, Problems& problems);
void say_does_not_belong(const Spot& object, const JsonValue& member, const char* to, Problems& problems);
bool is_kind(const Spot& spot, JsonValue::Kind kind, std::string_view wanted, Problems& problems);
/// A text of the file inside a sentence, `in_quotes`; of a URL only what is ever shown.
std::string quoted_value(std::string_view text);

template <class T>
using Finish = void (*)(T&, const Spot&, const GoodMembers&, Problems&);

/// An object in braces. `finish` fills what depends on several members, and says which combinations are impossible.
template <class T>
ValueRule<T> object(std::vector<Field<T>> members_of, const std::vector<std::string>& required = {}, Finish<T> finish = nullptr) {
    const auto fields = std::make_shared<const std::vector<Field<T>>>(std::move(members_of));
    Json properties = Json::object();
    std::vector<std::string> names;
    for (const Field<T>& each : *fields) {
        properties[each.name] = each.schema;
        names.push_back(each.name);
    }
    Json schema = {{"type", "object"}, {"additionalProperties", false}, {"properties", std::move(properties)}};
    if (!required.empty()) schema["required"] = required;

    const auto show = [fields](const T& from) {
        Json out = Json::object();
        for (const Field<T>& each : *fields) {
            if (each.show && (!each.belongs || each.belongs->when(from))) out[each.name] = each.show(from);
        }
        return out;
    };
    const auto read = [fields, names, required, finish](const Spot& spot, Problems& problems) -> std::optional<T> {
        if (!is_kind(spot, JsonValue::Kind::object, "an object in braces { }", problems)) return std::nullopt;
        const std::size_t before = problems.size();
        T result{};
        GoodMembers members;
        const auto field_of = [&fields](const JsonValue& child) {
            return std::find_if(fields->begin(), fields->end(), [&](const Field<T>& each) { return each.name == child.key; });
        };
        for (const JsonValue& child : spot.value.children) {
            const auto found = field_of(child);
            if (found == fields->end()) {
                say_unknown_key(spot, child, names, problems);
            } else if (found->read(result, spot.member(child), problems)) {
                members.insert(child.key);
            } else {
                members.failed(child.key);
            }
        }
        for (const JsonValue& child : spot.value.children) {
            const auto found = field_of(child);
            const bool judged = found != fields->end() && found->belongs && child.kind != JsonValue::Kind::null;
            if (judged && members.good(found->belongs->decided_by) && !found->belongs->when(result)) {
                say_does_not_belong(spot, child, found->belongs->to, problems);
            }
        }
        for (const std::string& name : required) {
            if (!spot.value.find(name)) problems.say(spot, fmt::format("must have \"{}\"", name));
        }
        if (finish) finish(result, spot, members, problems);
        return problems.size() == before ? std::optional<T>(std::move(result)) : std::nullopt;
    };
    return {read, show, std::move(schema), {}};
}

ValueRule<bool> boolean();

std::optional<std::int64_t> read_integer(const Spot& spot, std::int64_t least, std::int64_t most, Problems& problems);

template <class T>
ValueRule<T> integer(std::int64_t least, std::int64_t most) {
    const auto read = [=](const Spot& spot, Problems& problems) -> std::optional<T> {
        const auto number = read_integer(spot, least, most, problems);
        return number ? std::optional<T>(static_cast<T>(*number)) : std::nullopt;
    };
    return {read,
            [](const T& value) { return Json(value); },
            {{"type", "integer"}, {"minimum", least}, {"maximum", most}},
            fmt::format("{} to {}", least, most)};
}

/// Index into `words`; nothing when it is none of them.
std::optional<std::size_t> read_word(const Spot& spot, const std::vector<std::string>& words, Problems& problems);

template <class E>
ValueRule<E> words() {
    const std::vector<std::string> all(kWordsOf<E>.begin(), kWordsOf<E>.end());
    const auto read = [all](const Spot& spot, Problems& problems) -> std::optional<E> {
        const auto index = read_word(spot, all, problems);
        return index ? std::optional<E>(static_cast<E>(*index)) : std::nullopt;
    };
    return {read, [](const E& value) { return Json(word_of(value)); }, {{"enum", all}}, {}};
}

/// A text in quotes that `from_text` understands. `quoted`: how a sentence shows one that it does not.
template <class T>
ValueRule<T> spelled(Spelled<T> (*from_text)(std::string_view), const std::function<std::string(const T&)>& to_text,
                     const Json& schema = Json::object(), std::string (*quoted)(std::string_view) = quoted_value) {
    const auto read = [from_text, quoted](const Spot& spot, Problems& problems) -> std::optional<T> {
        if (!is_kind(spot, JsonValue::Kind::string, "a text in double quotes", problems)) return std::nullopt;
        auto value = from_text(spot.value.text);
        if (value) return *std::move(value);
        problems.say(spot, fmt::format("{}; this is {}", value.error().why, quoted(spot.value.text)));
        return std::nullopt;
    };
    Json whole = {{"type", "string"}};
    whole.update(schema);
    return {read, [to_text](const T& value) { return Json(to_text(value)); }, std::move(whole), {}};
}

ValueRule<std::string> text(Spelled<std::string> (*from_text)(std::string_view) = plain_text);
ValueRule<std::string> url();
ValueRule<Duration> duration(Duration least, Duration most);
ValueRule<std::uint64_t> size(std::uint64_t least, std::uint64_t most);

/// What `rule` takes, or null.
template <class T>
ValueRule<std::optional<T>> nullable(const ValueRule<T>& rule) {
    const auto read = [rule](const Spot& spot, Problems& problems) -> std::optional<std::optional<T>> {
        if (spot.value.kind == JsonValue::Kind::null) return std::optional<T>{};
        auto value = rule.read(spot, problems);
        return value ? std::optional<std::optional<T>>(std::move(value)) : std::nullopt;
    };
    const auto show = [rule](const std::optional<T>& value) { return value ? rule.show(*value) : Json(nullptr); };
    return {read, show, {{"anyOf", Json::array({{{"type", "null"}}, rule.schema})}}, rule.range};
}

/// Adds that a value is neither the word nor what `wanted` calls the other possibility.
void say_neither(const Spot& spot, const std::string& word, std::string_view wanted, Problems& problems);

/// What `rule` takes, or "auto", which is nothing. `wanted`: what `rule` takes, inside a sentence.
template <class T>
ValueRule<std::optional<T>> or_auto(const ValueRule<T>& rule, JsonValue::Kind kind, const std::string& wanted) {
    const auto read = [rule, kind, wanted](const Spot& spot, Problems& problems) -> std::optional<std::optional<T>> {
        const bool is_text = spot.value.kind == JsonValue::Kind::string;
        if (is_text && spot.value.text == "auto") return std::optional<T>{};
        const bool is_a_word = is_text && !spot.value.text.empty() && (spot.value.text[0] < '0' || spot.value.text[0] > '9');
        if (spot.value.kind != kind || is_a_word) {
            say_neither(spot, "auto", wanted, problems);
            return std::nullopt;
        }
        auto value = rule.read(spot, problems);
        return value ? std::optional<std::optional<T>>(std::move(value)) : std::nullopt;
    };
    const auto show = [rule](const std::optional<T>& value) { return value ? rule.show(*value) : Json("auto"); };
    return {read, show, {{"anyOf", Json::array({{{"const", "auto"}}, rule.schema})}}, rule.range};
}

bool check_length(const Spot& spot, std::size_t least, std::size_t most, Problems& problems);
/// `same(i, j)` tells whether two entries mean one thing.
bool check_no_repeats(const Spot& spot, const std::function<bool(std::size_t, std::size_t)>& same, Problems& problems);

/// A list in brackets, each entry once. `same`: when two entries mean one thing.
template <class T>
ValueRule<std::vector<T>> list(
    const ValueRule<T>& rule, std::size_t least, std::size_t most,
    bool (*same)(const T&, const T&) = [](const T& left, const T& right) { return left == right; }) {
    const auto read = [=](const Spot& spot, Problems& problems) -> std::optional<std::vector<T>> {
        if (!is_kind(spot, JsonValue::Kind::array, "a list in brackets [ ]", problems)) return std::nullopt;
        if (!check_length(spot, least, most, problems)) return std::nullopt;
        std::vector<T> values;
        for (std::size_t i = 0; i < spot.value.children.size(); ++i) {
            if (auto value = rule.read(spot.element(i), problems)) values.push_back(*std::move(value));
        }
        if (values.size() != spot.value.children.size()) return std::nullopt;
        if (!check_no_repeats(spot, [&](std::size_t i, std::size_t j) { return same(values[i], values[j]); }, problems))
            return std::nullopt;
        return values;
    };
    const auto show = [rule](const std::vector<T>& values) {
        Json out = Json::array();
        for (const T& value : values) out.push_back(rule.show(value));
        return out;
    };
    Json schema = {{"type", "array"}, {"items", rule.schema}, {"maxItems", most}, {"uniqueItems", true}};
    if (least > 0) schema["minItems"] = least;
    return {read, show, std::move(schema), rule.range};
}

inline bool same_text(const std::string& left, const std::string& right) { return equal_ignoring_case(left, right); }

}  // namespace sstp
