#include "core/policy/said_mode.h"

#include "core/policy/policy_words.h"
#include "core/policy/suggestion.h"

#include <algorithm>

namespace sstp {

namespace {

bool says_heal(const JsonValue& value) { return value.kind == JsonValue::Kind::string && value.text == word_of(Mode::heal); }

/// A key that is `mode`, or that somebody wrote who meant it, in whatever object: `Mode`, `mod`, `{"log": {"mode": ...}}`.
/// Of two in one file each must say heal, for which one counts would be a guess.
bool only_heals(const JsonValue& value) {
    static const std::vector<std::string> kMode = {"mode"};
    return std::all_of(value.children.begin(), value.children.end(), [](const JsonValue& child) {
        const bool is_mode = !child.key.empty() && closest(child.key, kMode).has_value();
        return is_mode ? says_heal(child) : only_heals(child);
    });
}

}  // namespace

SaidMode said_mode(const std::optional<JsonValue>& document) {
    if (!document || document->kind != JsonValue::Kind::object) return SaidMode::unreadable;
    return only_heals(*document) ? SaidMode::heal : SaidMode::other;
}

}  // namespace sstp
