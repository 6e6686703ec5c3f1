#pragma once

#include "core/policy/json_document.h"

#include <cstddef>
#include <string>
#include <string_view>
#include <vector>

namespace sstp {

// For the files of this folder alone: where the tokens of a JSON text start. Whether the text is JSON is nlohmann's verdict.

inline bool is_first_byte(char byte) { return (static_cast<unsigned char>(byte) & 0xC0) != 0x80; }

/// Text, one character (code point) an entry: columns count characters.
using Characters = std::vector<std::string_view>;
Characters characters_of(std::string_view text);
/// What a console or a log would obey instead of printing: C0 and C1 controls, marks and overrides of direction, separators
/// of lines.
bool is_control_character(std::string_view character);

/// Where the first byte stands that is not part of a well-formed UTF-8 sequence (RFC 3629); npos when there is none.
std::size_t first_invalid_utf8(std::string_view text);
TextPosition position_of(std::string_view text, std::size_t offset);

/// Bytes of the token at the front: a text in quotes (to the end of `text` when it is not closed), one of {}[],: or what
/// stands until the next blank, quote, slash or punctuation.
std::size_t token_length(std::string_view text);

/// Walks over text that is JSON with comments as far as it has been walked.
class TokenStarts {
public:
    explicit TokenStarts(std::string_view text) : text_(text) {}

    /// Start of the next token that nlohmann makes an event of: commas and colons are passed over. At the end: the end.
    TextPosition next();
    /// Offset of the next token of any kind; npos at the end.
    std::size_t next_offset();

private:
    void pass_blanks_and_comments();
    void pass_token();

    std::string_view text_;
    std::size_t offset_ = 0;
    TextPosition position_;  ///< of `counted_`
    std::size_t counted_ = 0;
};

struct SyntaxError {
    TextPosition at;
    std::string sentence;
};

/// `characters_read` and `what` are nlohmann's.
SyntaxError explain_syntax_error(std::string_view text, std::size_t characters_read, std::string_view what);

}  // namespace sstp
