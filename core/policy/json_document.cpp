#include "core/policy/json_document.h"

#include "core/policy/json_tokens.h"

#include <fmt/format.h>
#include <nlohmann/json.hpp>

#include <algorithm>
#include <limits>
#include <set>
#include <tuple>
#include <utility>

namespace sstp {

const JsonValue* JsonValue::find(std::string_view name) const {
    const auto found = std::find_if(children.begin(), children.end(), [&](const JsonValue& child) { return child.key == name; });
    return kind == Kind::object && found != children.end() ? &*found : nullptr;
}

Spot Spot::member(const JsonValue& child) const { return {child, pointer + pointer_step(child.key)}; }

Spot Spot::element(std::size_t index) const { return {value.children[index], fmt::format("{}/{}", pointer, index)}; }

std::string pointer_step(std::string_view name) {
    std::string step = "/";
    for (const char character : name) {
        if (character == '~') {
            step += "~0";
        } else if (character == '/') {
            step += "~1";
        } else {
            step += character;
        }
    }
    return step;
}

std::string printable(std::string_view text, std::size_t most) {
    std::string shown;
    for (const std::string_view character : characters_of(text.substr(0, 4 * most + 4))) {  // no character has more than 4 bytes
        if (most-- == 0) return shown + "...";
        shown += is_control_character(character) ? "?" : character;
    }
    return shown;
}

std::string in_quotes(std::string_view text) {
    constexpr std::size_t kMost = 60;
    std::size_t characters = 0;
    std::size_t end = 0;
    for (; end < text.size(); ++end) {
        if (is_first_byte(text[end]) && ++characters > kMost) break;
    }
    std::string shown = nlohmann::json(text.substr(0, end)).dump(-1, ' ', false, nlohmann::json::error_handler_t::replace);
    if (end < text.size()) shown.insert(shown.size() - 1, "...");
    return printable(shown, shown.size());
}

std::string subject_of(std::string_view pointer) {
    if (pointer.empty()) return "The policy";
    const auto last_step = [&pointer] {
        const std::size_t slash = pointer.rfind('/');
        std::string step(pointer.substr(slash + 1));
        pointer = pointer.substr(0, slash);
        return step;
    };
    std::string step = last_step();
    const bool is_index = !pointer.empty() && !step.empty() && step.size() < 7 &&
                          std::all_of(step.begin(), step.end(), [](char c) { return c >= '0' && c <= '9'; });
    if (!is_index) return in_quotes(step);
    return fmt::format("{} entry {}", in_quotes(last_step()), std::stoul(step) + 1);
}

void Problems::say(const Spot& spot, std::string_view predicate) {
    say(spot.value.at, spot.pointer, fmt::format("{} {}", subject_of(spot.pointer), predicate));
}

void Problems::say(TextPosition at, std::string pointer, std::string sentence) {
    if (++count_ <= kProblemBound) found_.push_back({at.line, at.column, std::move(pointer), std::move(sentence), {}, {}});
}

std::vector<PolicyProblem> Problems::take() {
    std::sort(found_.begin(), found_.end(), [](const PolicyProblem& left, const PolicyProblem& right) {
        return std::tie(left.line, left.column, left.pointer, left.sentence) <
               std::tie(right.line, right.column, right.pointer, right.sentence);
    });
    count_ = 0;
    return std::exchange(found_, {});
}

namespace {

/// Builds the tree from nlohmann's events. Each event belongs to one token, in the order of the text, so a second pair of
/// eyes that only finds where tokens start (`TokenStarts`) tells the position of every key and value.
class TreeBuilder : public nlohmann::json_sax<nlohmann::json> {
public:
    TreeBuilder(std::string_view text, Problems& problems) : text_(text), starts_(text), problems_(problems) {}

    bool null() override { return put(JsonValue::Kind::null) != nullptr; }

    bool boolean(bool value) override {
        put(JsonValue::Kind::boolean)->boolean = value;
        return true;
    }

    bool number_integer(number_integer_t value) override {
        put(JsonValue::Kind::integer)->integer = value;
        return true;
    }

    bool number_unsigned(number_unsigned_t value) override {
        constexpr std::uint64_t kMost = std::numeric_limits<std::int64_t>::max();
        put(JsonValue::Kind::integer)->integer = static_cast<std::int64_t>(std::min<std::uint64_t>(value, kMost));
        return true;
    }

    bool number_float(number_float_t /*value*/, const string_t& /*spelling*/) override { return put(JsonValue::Kind::fraction) != nullptr; }

    bool string(string_t& value) override {
        put(JsonValue::Kind::string)->text = std::move(value);
        return true;
    }

    bool binary(binary_t& /*value*/) override { return false; }  // not in JSON text

    bool start_object(std::size_t /*elements*/) override { return open(JsonValue::Kind::object); }

    bool start_array(std::size_t /*elements*/) override { return open(JsonValue::Kind::array); }

    bool end_object() override { return close(); }

    bool end_array() override { return close(); }

    bool key(string_t& name) override {
        Frame& frame = open_.back();
        frame.key = std::move(name);
        frame.key_at = starts_.next();
        if (!frame.keys.insert(frame.key).second) {
            problems_.say(frame.key_at, frame.pointer + pointer_step(frame.key),
                          fmt::format("{} is given twice: which one counts would be a guess. Remove one.", in_quotes(frame.key)));
        }
        return true;
    }

    bool parse_error(std::size_t characters_read, const std::string& /*token*/, const nlohmann::detail::exception& error) override {
        const SyntaxError found = explain_syntax_error(text_, characters_read, error.what());
        problems_.say(found.at, open_.empty() ? "" : open_.back().pointer, found.sentence);
        return false;
    }

    JsonValue root;

private:
    struct Frame {
        JsonValue* container = nullptr;
        std::string pointer;
        std::set<std::string> keys;
        std::string key;
        TextPosition key_at;
    };

    /// Adds a value to the innermost container. A container's children only move while it is the innermost one, so the
    /// addresses that `open_` holds stay good.
    JsonValue* put(JsonValue::Kind kind) {
        JsonValue* value = &root;
        if (!open_.empty()) {
            Frame& frame = open_.back();
            value = &frame.container->children.emplace_back();
            value->key = frame.key;
            value->key_at = frame.key_at;
        }
        value->kind = kind;
        value->at = starts_.next();
        return value;
    }

    bool open(JsonValue::Kind kind) {
        std::string pointer;
        if (!open_.empty()) {
            const Frame& frame = open_.back();
            const bool in_array = frame.container->kind == JsonValue::Kind::array;
            pointer = frame.pointer + (in_array ? fmt::format("/{}", frame.container->children.size()) : pointer_step(frame.key));
        }
        JsonValue* value = put(kind);
        if (open_.size() == kPolicyDepthBound) {
            problems_.say(value->at, pointer, fmt::format("Braces and brackets are nested deeper than {}.", kPolicyDepthBound));
            return false;
        }
        open_.push_back({value, std::move(pointer), {}, {}, {}});
        return true;
    }

    bool close() {
        starts_.next();
        open_.pop_back();
        return true;
    }

    std::string_view text_;
    TokenStarts starts_;
    Problems& problems_;
    std::vector<Frame> open_;
};

/// What keeps a text from being read at all.
std::optional<SyntaxError> unreadable(std::string_view text) {
    if (text.size() > kPolicySizeBound) {
        return SyntaxError{{}, fmt::format("The file has {} bytes; a policy has at most {}.", text.size(), kPolicySizeBound)};
    }
    if (text.starts_with("\xFF\xFE") || text.starts_with("\xFE\xFF")) return SyntaxError{{}, "The file is UTF-16. Save it as UTF-8."};
    if (const std::size_t nul = text.find('\0'); nul != std::string_view::npos) {
        return SyntaxError{position_of(text, nul), "There is a NUL byte: the file is damaged (a power loss can leave zeros), or UTF-16."};
    }
    if (const std::size_t bad = first_invalid_utf8(text); bad != std::string_view::npos) {
        return SyntaxError{position_of(text, bad),
                           fmt::format("Byte 0x{:02X} is not UTF-8. Save the file as UTF-8.", static_cast<unsigned char>(text[bad]))};
    }
    return std::nullopt;
}

}  // namespace

std::optional<JsonValue> parse_json(std::string_view text, Problems& problems) {
    if (const auto why = unreadable(text)) {
        problems.say(why->at, "", why->sentence);
        return std::nullopt;
    }
    if (text.starts_with(kByteOrderMark)) text.remove_prefix(kByteOrderMark.size());
    TreeBuilder builder(text, problems);
    const bool whole = nlohmann::json::sax_parse(text.begin(), text.end(), &builder, nlohmann::json::input_format_t::json, true, true);
    if (!whole) return std::nullopt;
    return std::move(builder.root);
}

}  // namespace sstp
