#include "core/policy/spelling.h"

#include <fmt/format.h>

#include <algorithm>
#include <array>
#include <charconv>
#include <limits>
#include <optional>

namespace sstp {

namespace {

bool is_digit(char character) { return character >= '0' && character <= '9'; }

struct Amount {
    std::uint64_t number = 0;
    std::string_view unit;
};

/// A whole number and what follows it. Nothing without a digit, or beyond 18 of them: those fit any type here.
std::optional<Amount> amount_from_text(std::string_view text) {
    const auto unit = std::find_if_not(text.begin(), text.end(), is_digit);
    const auto digits = static_cast<std::size_t>(unit - text.begin());
    if (digits == 0 || digits > 18) return std::nullopt;
    Amount amount{0, text.substr(digits)};
    std::from_chars(text.data(), text.data() + digits, amount.number);
    return amount;
}

struct Unit {
    std::string_view suffix;
    std::uint64_t factor;
};

template <std::size_t N>
std::optional<std::uint64_t> times_unit(const Amount& amount, const std::array<Unit, N>& units) {
    for (const Unit& unit : units) {
        if (unit.suffix != amount.unit) continue;
        // Saturated: what is this long fails the range check all the same, and with a better sentence.
        constexpr auto kMost = static_cast<std::uint64_t>(std::numeric_limits<std::int64_t>::max());
        return amount.number > kMost / unit.factor ? kMost : amount.number * unit.factor;
    }
    return std::nullopt;
}

constexpr std::array<Unit, 5> kTimeUnits{{{"ms", 1}, {"s", 1'000}, {"m", 60'000}, {"h", 3'600'000}, {"d", 86'400'000}}};
constexpr std::array<Unit, 4> kSizeUnits{{{"GB", 1'000'000'000}, {"MB", 1'000'000}, {"KB", 1'000}, {"B", 1}}};

}  // namespace

Spelled<Duration> duration_from_text(std::string_view text) {
    const auto amount = amount_from_text(text);
    const auto total = amount ? times_unit(*amount, kTimeUnits) : std::nullopt;
    if (!total) return Misspelled::because(R"(must be a whole number with ms, s, m, h or d, such as "5m")");
    return Duration{static_cast<std::int64_t>(*total)};
}

Spelled<std::uint64_t> size_from_text(std::string_view text) {
    const auto amount = amount_from_text(text);
    const auto total = amount ? times_unit(*amount, kSizeUnits) : std::nullopt;
    if (!total) return Misspelled::because(R"(must be a whole number with B, KB, MB or GB, such as "10MB")");
    return *total;
}

std::string size_to_text(std::uint64_t bytes) {
    for (const Unit& unit : kSizeUnits) {
        if (bytes != 0 && bytes % unit.factor == 0) return fmt::format("{}{}", bytes / unit.factor, unit.suffix);
    }
    return "0B";
}

Spelled<std::chrono::minutes> clock_from_text(std::string_view text) {
    const bool shaped =
        text.size() == 5 && text[2] == ':' && is_digit(text[0]) && is_digit(text[1]) && is_digit(text[3]) && is_digit(text[4]);
    const int hours = shaped ? (text[0] - '0') * 10 + (text[1] - '0') : 24;
    const int minutes = shaped ? (text[3] - '0') * 10 + (text[4] - '0') : 60;
    if (hours > 23 || minutes > 59) return Misspelled::because(R"(must be a time of day from "00:00" to "23:59")");
    return std::chrono::hours{hours} + std::chrono::minutes{minutes};
}

std::string clock_to_text(std::chrono::minutes after_midnight) {
    return fmt::format("{:02}:{:02}", after_midnight.count() / 60, after_midnight.count() % 60);
}

Spelled<CertificateDigest> thumbprint_from_text(std::string_view text) {
    if (const auto sha1 = Thumbprint::parse(text)) return CertificateDigest{*sha1};
    if (const auto sha256 = CertificateHash::parse(text)) return CertificateDigest{*sha256};
    return Misspelled::because("must be a certificate's SHA-1 or SHA-256: 40 or 64 hex digits");
}

std::string thumbprint_to_text(const CertificateDigest& digest) {
    return std::visit([](const auto& each) { return each.to_string(); }, digest);
}

Spelled<CertificateHash> fingerprint_from_text(std::string_view text) {
    constexpr std::string_view kPrefix = "sha-256:";
    const auto hash = text.starts_with(kPrefix) ? CertificateHash::parse(text.substr(kPrefix.size())) : std::nullopt;
    if (!hash)
        return Misspelled::because(
            R"(must be "sha-256:" and the 64 hex digits of the server certificate's SHA-256, such as "sha-256:3F:2A:...")");
    return *hash;
}

std::string fingerprint_to_text(const CertificateHash& hash) {
    std::string text = "sha-256";
    for (const std::uint8_t byte : hash.bytes()) text += fmt::format(":{:02X}", byte);
    return text;
}

namespace {

Spelled<std::string> text_of_one_line(std::string_view text, std::size_t most) {
    if (text.empty()) return Misspelled::because("must not be empty");
    if (text.size() > most) return Misspelled::because(fmt::format("must have at most {} bytes, and has {}", most, text.size()));
    const auto is_control = [](char c) { return static_cast<unsigned char>(c) < 0x20 || c == 0x7F; };
    if (std::any_of(text.begin(), text.end(), is_control)) return Misspelled::because("must not have control characters");
    if (text.front() == ' ' || text.back() == ' ') return Misspelled::because("must not begin or end with a blank");
    return std::string(text);
}

}  // namespace

Spelled<std::string> plain_text(std::string_view text) { return text_of_one_line(text, 255); }
Spelled<std::string> distinguished_name(std::string_view text) { return text_of_one_line(text, 2048); }

namespace {

Spelled<std::string> plain_text_without(std::string_view text, std::string_view forbidden, std::string_view kind) {
    auto plain = plain_text(text);
    if (plain && text.find_first_of(forbidden) != std::string_view::npos) {
        return Misspelled::because(fmt::format("must be {}, which has none of the characters {}", kind, forbidden));
    }
    return plain;
}

}  // namespace

Spelled<std::string> service_from_text(std::string_view text) { return plain_text_without(text, "/\\", "the key name of a service"); }

Spelled<std::string> channel_from_text(std::string_view text) {
    return plain_text_without(text, "<>&\"|\\:`'?*", "the name of an event log channel");
}

}  // namespace sstp
