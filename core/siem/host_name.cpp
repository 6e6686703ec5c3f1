#include "core/siem/host_name.h"

#include "core/siem/unicode.h"

#include <algorithm>
#include <cstdint>
#include <limits>

namespace sstp {

namespace {

// RFC 3492 section 5: the parameters of Punycode.
constexpr std::uint32_t kBase = 36;
constexpr std::uint32_t kLeastThreshold = 1;
constexpr std::uint32_t kMostThreshold = 26;
constexpr std::uint32_t kSkew = 38;
constexpr std::uint32_t kDamp = 700;
constexpr std::uint32_t kFirstBias = 72;
constexpr std::uint32_t kFirstCharacter = 0x80;

constexpr std::size_t kLongestLabel = 63;
constexpr std::size_t kLongestName = 253;
constexpr std::size_t kLongestHost = 255;

char digit(std::uint32_t value) { return static_cast<char>(value < 26 ? 'a' + value : '0' + (value - 26)); }

/// RFC 3492 section 6.1.
std::uint32_t adapted_bias(std::uint32_t delta, std::uint32_t points, bool first) {
    delta = first ? delta / kDamp : delta / 2;
    delta += delta / points;
    std::uint32_t k = 0;
    for (; delta > (kBase - kLeastThreshold) * kMostThreshold / 2; k += kBase) delta /= kBase - kLeastThreshold;
    return k + (kBase - kLeastThreshold + 1) * delta / (delta + kSkew);
}

/// A generalized variable-length integer, section 3.3.
void append_number(std::string& text, std::uint32_t number, std::uint32_t bias) {
    for (std::uint32_t k = kBase;; k += kBase) {
        const std::uint32_t threshold = k <= bias ? kLeastThreshold : std::min(k - bias, kMostThreshold);
        if (number < threshold) break;
        text += digit(threshold + (number - threshold) % (kBase - threshold));
        number = (number - threshold) / (kBase - threshold);
    }
    text += digit(number);
}

std::u32string characters_of(std::string_view text) {
    std::u32string characters;
    while (!text.empty()) characters += take_character(text);
    return characters;
}

/// Letters, digits, hyphens (RFC 5890 2.3.1), and the underscore that Windows takes as well.
bool is_of_a_label(char32_t c) { return (c >= U'a' && c <= U'z') || (c >= U'0' && c <= U'9') || c == U'-' || c == U'_'; }

std::optional<std::string> a_label(std::string_view label) {
    if (is_ascii(label)) return std::string(label);
    if (label.size() > 4 * kLongestLabel) return std::nullopt;
    std::u32string characters = characters_of(label);
    for (char32_t& c : characters) {
        if (c >= U'A' && c <= U'Z') c += U'a' - U'A';
        if (c == kReplacementCharacter || (c < 0x80 ? !is_of_a_label(c) : is_control(c))) return std::nullopt;
    }
    const auto encoded = punycode(characters);
    if (!encoded || encoded->size() + 4 > kLongestLabel) return std::nullopt;
    return "xn--" + *encoded;
}

}  // namespace

// RFC 3492 section 6.3.
std::optional<std::string> punycode(std::u32string_view label) {
    std::string encoded;
    for (const char32_t c : label) {
        if (c < kFirstCharacter) encoded += static_cast<char>(c);
    }
    const auto basic = static_cast<std::uint32_t>(encoded.size());
    std::uint32_t handled = basic;
    if (basic > 0) encoded += '-';
    std::uint32_t next = kFirstCharacter, delta = 0, bias = kFirstBias;
    while (handled < label.size()) {
        std::uint32_t smallest = std::numeric_limits<std::uint32_t>::max();
        for (const char32_t c : label) {
            if (c >= next) smallest = std::min<std::uint32_t>(smallest, c);
        }
        if (smallest - next > (std::numeric_limits<std::uint32_t>::max() - delta) / (handled + 1)) return std::nullopt;
        delta += (smallest - next) * (handled + 1);
        next = smallest;
        for (const char32_t c : label) {
            if (c < next && ++delta == 0) return std::nullopt;
            if (c != next) continue;
            append_number(encoded, delta, bias);
            bias = adapted_bias(delta, handled + 1, handled == basic);
            delta = 0;
            ++handled;
        }
        ++delta;
        ++next;
    }
    return encoded;
}

std::string to_a_labels(std::string_view name) {
    if (is_ascii(name)) return std::string(name);
    std::string converted;
    for (std::string_view rest = name;;) {
        const std::size_t dot = rest.find('.');
        const auto label = a_label(rest.substr(0, dot));
        if (!label) return std::string(name);
        converted += *label;
        if (dot == std::string_view::npos) break;
        converted += '.';
        rest.remove_prefix(dot + 1);
    }
    return converted.size() <= kLongestName ? converted : std::string(name);
}

std::string header_host(std::string_view name) {
    std::string host;
    for (std::string rest = to_a_labels(name); const char c : rest) {
        if (host.size() == kLongestHost) break;
        const bool continues_character = (static_cast<unsigned char>(c) & 0xC0) == 0x80;
        if (!continues_character) host += c > 0x20 && c < 0x7F ? c : '-';
    }
    return host.empty() ? "-" : host;
}

}  // namespace sstp
