#include "core/model/digest.h"

namespace sstp {

namespace {

constexpr std::string_view kLeftToRightMark = "\xE2\x80\x8E";

int digit_value(char character) {
    if (character >= '0' && character <= '9') return character - '0';
    if (character >= 'a' && character <= 'f') return character - 'a' + 10;
    if (character >= 'A' && character <= 'F') return character - 'A' + 10;
    return -1;
}

bool is_separator(char character) { return character == ' ' || character == ':' || character == '-'; }

}  // namespace

std::string to_hex(std::span<const std::uint8_t> bytes) {
    constexpr char kDigits[] = "0123456789ABCDEF";
    std::string text(bytes.size() * 2, '0');
    for (std::size_t i = 0; i < bytes.size(); ++i) {
        text[2 * i] = kDigits[bytes[i] >> 4];
        text[2 * i + 1] = kDigits[bytes[i] & 0x0F];
    }
    return text;
}

std::optional<Bytes> from_hex(std::string_view text) {
    while (text.starts_with(kLeftToRightMark)) text.remove_prefix(kLeftToRightMark.size());
    Bytes bytes;
    int high = -1;
    for (const char character : text) {
        if (is_separator(character)) continue;
        const int value = digit_value(character);
        if (value < 0) return std::nullopt;
        if (high < 0) {
            high = value;
        } else {
            bytes.push_back(static_cast<std::uint8_t>(high * 16 + value));
            high = -1;
        }
    }
    if (high >= 0) return std::nullopt;
    return bytes;
}

}  // namespace sstp
