#include "core/siem/cef.h"

#include "core/siem/account.h"
#include "core/siem/host_name.h"
#include "core/siem/unicode.h"

#include <fmt/format.h>

#include <charconv>
#include <iterator>
#include <optional>
#include <system_error>

namespace sstp {

namespace {

// Lengths of the dictionary, in characters.
constexpr std::size_t kLongestHost = 100;
constexpr std::size_t kLongestMessage = 1023;   // of msg and reason
constexpr std::size_t kLongestUser = 1023;
constexpr std::size_t kLongestDomain = 255;
constexpr std::size_t kLongestCustom = 4000;    // of cs1 to cs6

std::string escaped_in_header(std::string_view text) {
    std::string safe;
    for (const char c : text) {
        if (c == '|' || c == '\\') safe += '\\';
        safe += c;
    }
    return safe;
}

std::string escaped_in_extension(std::string_view ascii) {
    std::string safe;
    safe.reserve(ascii.size());
    for (const char c : ascii) {
        switch (c) {
            case '\\': safe += "\\\\"; break;
            case '=': safe += "\\="; break;
            case '\n': safe += "\\n"; break;
            case '\r': safe += "\\r"; break;
            default: safe += c;
        }
    }
    return safe;
}

/// Control characters but line ends become blanks.
std::string lines_of(std::string_view text) {
    std::string kept;
    kept.reserve(text.size());
    while (!text.empty()) {
        const char32_t c = take_character(text);
        const bool line_end = c == U'\n' || c == U'\r';
        append_utf8(kept, is_control(c) && !line_end ? U' ' : c);
    }
    return kept;
}

std::size_t longest(std::string_view key) {
    if (key == "reason") return kLongestMessage;
    return key.starts_with("cs") ? kLongestCustom : std::string_view::npos;
}

/// The longest beginning whose ASCII form is within the bound.
std::string ascii_within(std::string_view text, std::size_t most) {
    std::string ascii = ascii_escaped(text);
    for (std::size_t bytes = most; ascii.size() > most; bytes -= (bytes + 15) / 16) ascii = ascii_escaped(shortened(text, bytes));
    return ascii;
}

void append(std::string& extension, std::string_view key, std::string_view ascii) {
    fmt::format_to(std::back_inserter(extension), "{}{}={}", extension.empty() ? "" : " ", key, escaped_in_extension(ascii));
}

/// What a typed key of the dictionary takes; nothing when the value is not of that type.
std::optional<std::string> typed(const CatalogueField& field, std::string_view value) {
    if (field.kind == FieldKind::time) {
        const auto time = from_rfc3339(value);
        return time ? std::optional{std::to_string(time->time_since_epoch().count())} : std::nullopt;
    }
    if (field.kind == FieldKind::number) {
        std::int64_t number = 0;
        const auto end = std::from_chars(value.data(), value.data() + value.size(), number);
        return end.ec == std::errc{} && end.ptr == value.data() + value.size() ? std::optional{std::to_string(number)} : std::nullopt;
    }
    return std::string(value);
}

void append_account(std::string& extension, std::string_view text) {
    const Account account = account_in(text);
    append(extension, "suser", ascii_within(lines_of(account.name), kLongestUser));
    if (!account.domain.empty()) append(extension, "sntdom", ascii_within(lines_of(account.domain), kLongestDomain));
}

void append_field(std::string& extension, const ContentField& field) {
    if (field.known && field.known->kind == FieldKind::account) return append_account(extension, field.value);
    const std::string ascii = ascii_value({field.known, field.name, lines_of(field.value)});
    const auto value = field.known && !field.known->cef.empty() ? typed(*field.known, ascii) : std::nullopt;
    if (!value) return append(extension, own_cef_key(field.name), ascii);
    const std::string_view key = field.known->cef;
    const bool bounded = longest(key) != std::string_view::npos;
    append(extension, key, bounded ? ascii_within(lines_of(field.value), longest(key)) : *value);
    if (key != field.name) append(extension, fmt::format("{}Label", key), field.name);
}

std::string host_of(const MessageContent& content) {
    std::string host = header_host(content.computer);
    return host.size() > kLongestHost ? host.substr(0, std::min(host.find('.'), kLongestHost)) : host;
}

}  // namespace

std::string own_cef_key(std::string_view field) {
    std::string key = "SstpWatchdog";
    bool begins = true;
    for (const char c : field) {
        if (c != '_') key += begins && c >= 'a' && c <= 'z' ? static_cast<char>(c - 'a' + 'A') : c;
        begins = c == '_';
    }
    return key;
}

std::string ascii_value(const ContentField& field) {
    const bool names = field.known && (field.known->kind == FieldKind::host_name || field.known->kind == FieldKind::host_names);
    if (!names || is_ascii(field.value)) return ascii_escaped(field.value);
    std::string ascii;
    for (std::string_view rest = field.value;;) {
        const std::size_t comma = rest.find(',');
        ascii += ascii_escaped(to_a_labels(rest.substr(0, comma)));
        if (comma == std::string_view::npos) return ascii;
        ascii += ',';
        rest.remove_prefix(comma + 1);
    }
}

std::string cef_text(const MessageContent& content) {
    std::string extension;
    append(extension, "rt", std::to_string(content.time.time_since_epoch().count()));
    if (content.created != content.time) append(extension, "end", std::to_string(content.created.time_since_epoch().count()));
    if (const std::string address = content.address(AddressFamily::ipv4); !address.empty()) append(extension, "dvc", address);
    append(extension, "dvchost", host_of(content));
    // The dictionary of CEF:0 has IPv4 alone in dvc.
    if (const std::string address = content.address(AddressFamily::ipv6); !address.empty()) {
        append(extension, "c6a1", address);
        append(extension, "c6a1Label", "Device IPv6 Address");
    }
    append(extension, "externalId", content.id);
    append(extension, "cat", ascii_within(lines_of(content.kind()), kLongestMessage));
    append(extension, "act", content.entry->action());
    if (const std::string_view outcome = word(content.entry->outcome); !outcome.empty()) append(extension, "outcome", outcome);
    for (const ContentField& field : content.fields) append_field(extension, field);
    append(extension, "msg", ascii_within(lines_of(content.text), kLongestMessage));
    return fmt::format("CEF:0|{0}|{0}|{1}|{2}|{3}|{4}|{5}", kProductName, escaped_in_header(content.version), content.entry->id,
                       escaped_in_header(content.entry->name), cef_number(content.severity), extension);
}

}  // namespace sstp
