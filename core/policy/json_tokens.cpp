#include "core/policy/json_tokens.h"

#include <fmt/format.h>

#include <algorithm>
#include <array>
#include <utility>

namespace sstp {

namespace {

bool is_blank(char character) { return character == ' ' || character == '\t' || character == '\n' || character == '\r'; }

bool is_punctuation(char character) { return std::string_view("{}[],:").find(character) != std::string_view::npos; }

/// Moves `position` from `from` to `to`.
void count(TextPosition& position, std::string_view text, std::size_t from, std::size_t to) {
    for (std::size_t i = from; i < to && i < text.size(); ++i) {
        if (text[i] == '\n') {
            position = {position.line + 1, 1};
        } else if (is_first_byte(text[i])) {
            ++position.column;
        }
    }
}

/// How many bytes the well-formed sequence at the front has; 0 when there is none. The table of RFC 3629 section 4.
std::size_t utf8_length(std::string_view text) {
    const auto byte = [text](std::size_t i) { return i < text.size() ? static_cast<unsigned char>(text[i]) : 0U; };
    const auto tail = [&byte](std::size_t i) { return byte(i) >= 0x80 && byte(i) <= 0xBF; };
    const unsigned first = byte(0);
    if (first < 0x80) return 1;
    if (first >= 0xC2 && first <= 0xDF) return tail(1) ? 2 : 0;
    if (first >= 0xE0 && first <= 0xEF) {
        const unsigned least = first == 0xE0 ? 0xA0 : 0x80;  // shorter forms exist below
        const unsigned most = first == 0xED ? 0x9F : 0xBF;   // surrogates above
        return byte(1) >= least && byte(1) <= most && tail(2) ? 3 : 0;
    }
    if (first >= 0xF0 && first <= 0xF4) {
        const unsigned least = first == 0xF0 ? 0x90 : 0x80;
        const unsigned most = first == 0xF4 ? 0x8F : 0xBF;  // U+10FFFF is the last
        return byte(1) >= least && byte(1) <= most && tail(2) && tail(3) ? 4 : 0;
    }
    return 0;
}

}  // namespace

Characters characters_of(std::string_view text) {
    Characters characters;
    for (std::size_t begin = 0; begin < text.size();) {
        std::size_t end = begin + 1;
        while (end < text.size() && !is_first_byte(text[end])) ++end;
        characters.push_back(text.substr(begin, end - begin));
        begin = end;
    }
    return characters;
}

bool is_control_character(std::string_view character) {
    const auto last = character.empty() ? 0U : static_cast<unsigned char>(character.back());
    if (character.size() == 1) return last < 0x20 || last == 0x7F;
    if (character.size() == 2) return character[0] == '\xC2' && last < 0xA0;
    if (character.starts_with("\xE2\x80")) return (last >= 0x8B && last <= 0x8F) || (last >= 0xA8 && last <= 0xAE);  // U+200B-F, 2028-E
    return character.starts_with("\xE2\x81") && last >= 0xA0 && last <= 0xAF;                                       // U+2060-F
}

std::size_t first_invalid_utf8(std::string_view text) {
    for (std::size_t i = 0; i < text.size();) {
        const std::size_t length = utf8_length(text.substr(i));
        if (length == 0) return i;
        i += length;
    }
    return std::string_view::npos;
}

TextPosition position_of(std::string_view text, std::size_t offset) {
    TextPosition position;
    count(position, text, 0, offset);
    return position;
}

std::size_t token_length(std::string_view text) {
    if (text.empty()) return 0;
    std::size_t length = 1;
    if (is_punctuation(text.front())) return length;
    if (text.front() == '"') {
        while (length < text.size() && text[length] != '"') length += text[length] == '\\' ? 2 : 1;
        return std::min(length + 1, text.size());
    }
    const auto ends = [](char c) { return is_blank(c) || is_punctuation(c) || c == '"' || c == '/'; };
    while (length < text.size() && !ends(text[length])) ++length;
    return length;
}

TextPosition TokenStarts::next() {
    std::size_t start = next_offset();
    while (start < text_.size() && (text_[start] == ',' || text_[start] == ':')) start = next_offset();
    start = std::min(start, text_.size());
    count(position_, text_, counted_, start);
    counted_ = start;
    return position_;
}

std::size_t TokenStarts::next_offset() {
    pass_blanks_and_comments();
    if (offset_ >= text_.size()) return std::string_view::npos;
    const std::size_t start = offset_;
    pass_token();
    return start;
}

void TokenStarts::pass_blanks_and_comments() {
    while (offset_ < text_.size()) {
        const std::string_view rest = text_.substr(offset_);
        if (is_blank(rest.front())) {
            ++offset_;
        } else if (rest.starts_with("//")) {
            offset_ += std::min(rest.find_first_of("\r\n"), rest.size());
        } else if (rest.starts_with("/*")) {
            const std::size_t end = rest.find("*/", 2);
            if (end == std::string_view::npos) return;  // a token of its own: what the parser will complain of
            offset_ += end + 2;
        } else {
            return;
        }
    }
}

void TokenStarts::pass_token() {
    const bool unclosed_comment = text_.substr(offset_).starts_with("/*");
    offset_ = unclosed_comment ? text_.size() : offset_ + token_length(text_.substr(offset_));
}

namespace {

/// The token in which the parser stopped, and the one before it.
std::pair<std::size_t, std::string_view> last_token(std::string_view text, std::size_t characters_read) {
    TokenStarts tokens(text);
    std::size_t start = tokens.next_offset();
    std::string_view before;
    for (std::size_t next = tokens.next_offset(); next < characters_read; next = tokens.next_offset()) {
        before = text.substr(start, 1);
        start = next;
    }
    return {std::min(start, text.size()), before};
}

bool has(std::string_view text, std::string_view part) { return text.find(part) != std::string_view::npos; }

std::string sentence_for(std::string_view what, std::string_view token, std::string_view before) {
    if (has(what, "comment")) return "This comment is not one: write // to the end of the line, or /* and */ around it.";
    if (has(what, "after backslash")) return R"(A backslash begins an escape here. Write it twice: "C:\\folder\\file.pem".)";
    if (has(what, "missing closing quote") || has(what, "control character")) return "This text has no closing quote on its line.";
    if (has(what, "unexpected end of input")) return "The file ends too early: a closing brace or bracket is missing.";
    if (has(what, "expected end of input")) return "Something follows the closing brace of the policy.";
    if ((token == "}" || token == "]") && before == ",") return "There is a comma before this, and nothing follows it. Remove the comma.";
    if (token == "'") return "Names and texts stand in double quotes (\").";
    if (token == "\"" && has(what, "expected")) return "A comma or a colon is missing before this.";
    std::string_view rest = what;
    for (const std::string_view mark : {"] ", ": ", "syntax error "}) {
        if (const std::size_t at = rest.find(mark); at != std::string_view::npos) rest.remove_prefix(at + mark.size());
    }
    constexpr std::size_t kMost = 160;
    return fmt::format("This is not JSON: {}.", printable(rest, kMost));
}

}  // namespace

SyntaxError explain_syntax_error(std::string_view text, std::size_t characters_read, std::string_view what) {
    const auto [start, before] = last_token(text, characters_read);
    std::size_t offset = start;
    if (has(what, "unexpected end of input")) offset = text.size();
    if (has(what, "after backslash")) offset = characters_read > 0 ? characters_read - 1 : 0;
    return {position_of(text, offset), sentence_for(what, text.substr(std::min(start, text.size()), 1), before)};
}

}  // namespace sstp
