#include "core/model/sstp_values.h"

#include <algorithm>
#include <string>

namespace sstp {

namespace {

// Registry types besides those that RawValue names (winnt.h).
constexpr std::uint32_t kExpandText = 2;      // REG_EXPAND_SZ
constexpr std::uint32_t kDwordBigEndian = 5;  // REG_DWORD_BIG_ENDIAN
constexpr std::uint32_t kMultiText = 7;       // REG_MULTI_SZ
constexpr std::uint32_t kQword = 11;          // REG_QWORD

bool is_one(Bytes little_endian) {
    return !little_endian.empty() && little_endian.front() == 1 &&
           std::all_of(little_endian.begin() + 1, little_endian.end(), [](std::uint8_t byte) { return byte == 0; });
}

/// The characters of UTF-16LE text without blanks and NULs; nothing else than ASCII spells a number.
std::string ascii_in(const Bytes& utf16) {
    std::string text;
    for (std::size_t i = 0; i + 1 < utf16.size(); i += 2) {
        const char character = utf16[i + 1] == 0 ? static_cast<char>(utf16[i]) : '?';
        if (character != '\0' && character != ' ' && character != '\t') text += character;
    }
    return text;
}

bool spells_one(std::string text) {
    if (text.starts_with("0x") || text.starts_with("0X")) text.erase(0, 2);
    const auto first = text.find_first_not_of('0');
    return first != std::string::npos && text.substr(first) == "1";
}

}  // namespace

std::uint32_t flag_meant_by(const RawValue& raw) {
    bool one = false;
    switch (raw.type) {
        case RawValue::kBinary:
        case RawValue::kDword:
        case kQword: one = is_one(raw.data); break;
        case kDwordBigEndian: one = is_one({raw.data.rbegin(), raw.data.rend()}); break;
        case RawValue::kText:
        case kExpandText:
        case kMultiText: one = spells_one(ascii_in(raw.data)); break;
        default: break;
    }
    return one ? 1 : 0;
}

}  // namespace sstp
