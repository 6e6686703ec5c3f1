#pragma once

#include <string>
#include <string_view>

namespace sstp {

/// What stands for bytes that are no character.
inline constexpr char32_t kReplacementCharacter = 0xFFFD;

/// Takes one character off the front of `rest`, which must not be empty. Bytes that are not well-formed UTF-8 (RFC 3629) count as
/// U+FFFD: one for the longest beginning of a character, one for a surrogate, however it came into the text.
char32_t take_character(std::string_view& rest);
void append_utf8(std::string& text, char32_t character);
/// The text with each such sequence replaced; unchanged when there is none.
std::string valid_utf8(std::string_view text);

/// C0, DEL, C1 and the two separators that viewers take for line ends.
bool is_control(char32_t character) noexcept;
/// Each control character replaced by a blank: what is left is one line. `text` is valid UTF-8.
std::string single_line(std::string_view text);

bool is_ascii(std::string_view text) noexcept;
/// Characters beyond ASCII as `\uXXXX` (a surrogate pair beyond U+FFFF). A backslash that would read like the beginning of one is
/// written `\u005C`, so that the original can be had back. `text` is valid UTF-8.
std::string ascii_escaped(std::string_view text);

/// At most `most` bytes, cut between two characters and marked. `most` is at least the length of the mark.
std::string shortened(std::string_view text, std::size_t most);
inline constexpr std::string_view kShortenedMark = " [cut]";

}  // namespace sstp
