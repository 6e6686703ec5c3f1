#include "core/model/text.h"

#include <algorithm>

namespace sstp {

bool equal_ignoring_case(std::string_view left, std::string_view right) noexcept {
    const auto lower = [](char c) { return c >= 'A' && c <= 'Z' ? static_cast<char>(c - 'A' + 'a') : c; };
    return std::equal(left.begin(), left.end(), right.begin(), right.end(), [&](char a, char b) { return lower(a) == lower(b); });
}

std::uint64_t stable_number(std::string_view text) noexcept {
    std::uint64_t number = 0xCBF29CE484222325U;
    for (const char character : text) {
        number ^= static_cast<std::uint8_t>(character);
        number *= 0x100000001B3U;
    }
    return number;
}

}  // namespace sstp
