#pragma once

#include "core/policy/read_policy.h"

#include <cstddef>
#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

namespace sstp {

// For the files of this folder alone: JSON that remembers where each value stands, because nlohmann's values do not.

/// Line and column as an editor shows them: from 1, the column in characters (code points).
struct TextPosition {
    std::size_t line = 1;
    std::size_t column = 1;
    friend bool operator==(const TextPosition&, const TextPosition&) = default;
};

struct JsonValue {
    enum class Kind : std::uint8_t { null, boolean, integer, fraction, string, array, object };

    Kind kind = Kind::null;
    TextPosition at;      ///< first character of the value
    std::string key;  ///< of a member of an object
    TextPosition key_at;
    bool boolean = false;
    std::int64_t integer = 0;  ///< held at the limits of its type when the file has more
    std::string text;
    std::vector<JsonValue> children;  ///< elements or members, in the order of the file

    /// The member of that name; nothing when there is none.
    [[nodiscard]] const JsonValue* find(std::string_view name) const;
};

/// A value, and the way to it.
struct Spot {
    const JsonValue& value;
    std::string pointer;  ///< RFC 6901; empty for the root

    [[nodiscard]] Spot member(const JsonValue& child) const;
    [[nodiscard]] Spot element(std::size_t index) const;
};

/// One more step of a JSON pointer, escaped as RFC 6901 section 3 wants it.
std::string pointer_step(std::string_view name);
/// What a sentence calls the value at `pointer`: `"mode"`, `"hosts" entry 2`, `The policy`.
std::string subject_of(std::string_view pointer);
/// Text without a character that a console or a log would obey: those become `?`. Cut after `most` characters.
std::string printable(std::string_view text, std::size_t most);
/// The text of a file inside a sentence: in quotes, control characters escaped, cut after 60 characters.
std::string in_quotes(std::string_view text);

inline constexpr std::string_view kByteOrderMark = "\xEF\xBB\xBF";
inline constexpr std::size_t kPolicySizeBound = 1 << 20;  ///< bytes
inline constexpr std::size_t kPolicyDepthBound = 16;
inline constexpr std::size_t kProblemBound = 100;

/// What is wrong with a file, in the order in which it was found. Holds at most `kProblemBound`.
class Problems {
public:
    /// `predicate` completes a sentence that begins with what `spot` is called: "must be true or false".
    void say(const Spot& spot, std::string_view predicate);
    void say(TextPosition at, std::string pointer, std::string sentence);

    [[nodiscard]] std::size_t size() const { return count_; }

    /// Sorted by their place in the file.
    [[nodiscard]] std::vector<PolicyProblem> take();

private:
    std::vector<PolicyProblem> found_;
    std::size_t count_ = 0;
};

/// JSON (RFC 8259) with comments, a byte order mark passed over. Nothing when it is not that, or too large or too deep;
/// duplicate keys are added to `problems`, but do not keep the rest from being read.
std::optional<JsonValue> parse_json(std::string_view text, Problems& problems);

}  // namespace sstp
