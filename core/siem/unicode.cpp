#include "core/siem/unicode.h"

#include <fmt/format.h>

#include <algorithm>
#include <cstdint>
#include <iterator>

namespace sstp {

namespace {

struct Lead {
    std::size_t more = 0;        ///< continuation bytes that must follow
    unsigned least = 0x80;       ///< of the first of them: excludes overlong forms and what is beyond U+10FFFF
    unsigned most = 0xBF;
    char32_t bits = 0;
    bool valid = true;
};

/// RFC 3629 section 4, but that surrogates pass here: they are replaced as one.
Lead lead_of(unsigned byte) noexcept {
    if (byte < 0x80) return {0, 0, 0, byte, true};
    if (byte >= 0xC2 && byte <= 0xDF) return {1, 0x80, 0xBF, byte & 0x1FU, true};
    if (byte >= 0xE0 && byte <= 0xEF) return {2, byte == 0xE0 ? 0xA0U : 0x80U, 0xBF, byte & 0x0FU, true};
    if (byte >= 0xF0 && byte <= 0xF4) return {3, byte == 0xF0 ? 0x90U : 0x80U, byte == 0xF4 ? 0x8FU : 0xBFU, byte & 0x07U, true};
    return {0, 0, 0, 0, false};
}

bool is_surrogate(char32_t character) noexcept { return character >= 0xD800 && character <= 0xDFFF; }

bool is_hex(char c) noexcept { return (c >= '0' && c <= '9') || (c >= 'a' && c <= 'f') || (c >= 'A' && c <= 'F'); }

void append_escape(std::string& text, std::uint32_t unit) { fmt::format_to(std::back_inserter(text), "\\u{:04X}", unit); }

}  // namespace

char32_t take_character(std::string_view& rest) {
    Lead lead = lead_of(static_cast<unsigned char>(rest.front()));
    rest.remove_prefix(1);
    if (!lead.valid) return kReplacementCharacter;
    for (; lead.more > 0; --lead.more) {
        if (rest.empty()) return kReplacementCharacter;
        const unsigned next = static_cast<unsigned char>(rest.front());
        if (next < lead.least || next > lead.most) return kReplacementCharacter;
        lead.bits = lead.bits << 6 | (next & 0x3FU);
        lead.least = 0x80;
        lead.most = 0xBF;
        rest.remove_prefix(1);
    }
    return is_surrogate(lead.bits) ? kReplacementCharacter : lead.bits;
}

void append_utf8(std::string& text, char32_t character) {
    const auto put = [&text](char32_t byte) { text += static_cast<char>(byte); };
    if (character < 0x80) {
        put(character);
    } else if (character < 0x800) {
        put(0xC0 | character >> 6);
        put(0x80 | (character & 0x3F));
    } else if (character < 0x10000) {
        put(0xE0 | character >> 12);
        put(0x80 | (character >> 6 & 0x3F));
        put(0x80 | (character & 0x3F));
    } else {
        put(0xF0 | character >> 18);
        put(0x80 | (character >> 12 & 0x3F));
        put(0x80 | (character >> 6 & 0x3F));
        put(0x80 | (character & 0x3F));
    }
}

std::string valid_utf8(std::string_view text) {
    if (is_ascii(text)) return std::string(text);
    std::string valid;
    valid.reserve(text.size());
    while (!text.empty()) append_utf8(valid, take_character(text));
    return valid;
}

bool is_control(char32_t character) noexcept {
    return character < 0x20 || (character >= 0x7F && character < 0xA0) || character == 0x2028 || character == 0x2029;
}

std::string single_line(std::string_view text) {
    std::string line;
    line.reserve(text.size());
    while (!text.empty()) {
        const char32_t character = take_character(text);
        append_utf8(line, is_control(character) ? U' ' : character);
    }
    return line;
}

bool is_ascii(std::string_view text) noexcept {
    return std::all_of(text.begin(), text.end(), [](char c) { return static_cast<unsigned char>(c) < 0x80; });
}

std::string ascii_escaped(std::string_view text) {
    std::string ascii;
    ascii.reserve(text.size());
    while (!text.empty()) {
        const char32_t character = take_character(text);
        const bool looks_like_escape =
            character == U'\\' && text.size() >= 5 && text[0] == 'u' && std::all_of(text.begin() + 1, text.begin() + 5, is_hex);
        if (character < 0x80 && !looks_like_escape) {
            ascii += static_cast<char>(character);
        } else if (character < 0x10000) {
            append_escape(ascii, character);
        } else {
            append_escape(ascii, 0xD800 + ((character - 0x10000) >> 10));
            append_escape(ascii, 0xDC00 + ((character - 0x10000) & 0x3FF));
        }
    }
    return ascii;
}

std::string shortened(std::string_view text, std::size_t most) {
    if (text.size() <= most) return std::string(text);
    std::size_t end = most - std::min(most, kShortenedMark.size());
    while (end > 0 && (static_cast<unsigned char>(text[end]) & 0xC0) == 0x80) --end;
    return fmt::format("{}{}", text.substr(0, end), kShortenedMark);
}

}  // namespace sstp
