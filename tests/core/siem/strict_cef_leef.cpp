#include "tests/core/siem/strict_cef_leef.h"

#include <algorithm>
#include <cctype>
#include <vector>

namespace sstp::strict {

namespace {

bool is_printable_ascii(std::string_view text) {
    return std::all_of(text.begin(), text.end(), [](unsigned char c) { return c >= 32 && c < 127; });
}

/// Splits the header at unescaped pipes into `parts` parts; the rest stays in `text`. Empty result: too few pipes or a bad escape.
std::vector<std::string> take_header(std::string_view& text, std::size_t parts, bool has_escapes) {
    std::vector<std::string> taken(1);
    while (!text.empty()) {
        const char c = text.front();
        text.remove_prefix(1);
        if (has_escapes && c == '\\') {
            if (text.empty() || (text.front() != '|' && text.front() != '\\')) return {};
            taken.back() += text.front();
            text.remove_prefix(1);
        } else if (c == '|') {
            if (taken.size() == parts) return taken;
            taken.emplace_back();
        } else {
            taken.back() += c;
        }
    }
    return {};
}

bool is_key(std::string_view key) {
    return !key.empty() && std::all_of(key.begin(), key.end(), [](unsigned char c) { return std::isalnum(c) || c == '_'; });
}

/// Undoes the escapes of an extension value. False: an escape that CEF does not have, or an `=` without one.
bool unescape(std::string_view value, std::string& into) {
    for (std::size_t i = 0; i < value.size(); ++i) {
        if (value[i] == '=') return false;
        if (value[i] != '\\') {
            into += value[i];
            continue;
        }
        if (++i == value.size()) return false;
        switch (value[i]) {
            case '\\': into += '\\'; break;
            case '=': into += '='; break;
            case 'n': into += '\n'; break;
            case 'r': into += '\r'; break;
            case 'u':   // our own spelling of characters beyond ASCII, whose backslash is part of the text
            default: return false;
        }
    }
    return true;
}

bool is_escaped(std::string_view text, std::size_t position) {
    std::size_t backslashes = 0;
    while (position > backslashes && text[position - backslashes - 1] == '\\') ++backslashes;
    return backslashes % 2 == 1;
}

/// `key=value key=value`: a value ends where blank, key and unescaped `=` follow.
std::string read_extension(std::string_view text, std::map<std::string, std::string>& fields) {
    std::vector<std::size_t> keys, equals;
    for (std::size_t i = 0; i < text.size(); ++i) {
        if (text[i] != '=' || is_escaped(text, i)) continue;
        const std::size_t blank = text.rfind(' ', i);
        keys.push_back(blank == std::string_view::npos ? 0 : blank + 1);
        equals.push_back(i);
    }
    if (equals.empty() || keys.front() != 0) return "the extension does not start with a key";
    for (std::size_t i = 0; i < equals.size(); ++i) {
        const std::string key{text.substr(keys[i], equals[i] - keys[i])};
        if (!is_key(key)) return "an unescaped = or a malformed key: " + key;
        if (i > 0 && keys[i] <= equals[i - 1]) return "an unescaped = in the value of a field";
        const std::size_t end = i + 1 < equals.size() ? keys[i + 1] - 1 : text.size();
        std::string value;
        if (!unescape(text.substr(equals[i] + 1, end - equals[i] - 1), value)) return "a bad escape in the value of " + key;
        if (!fields.emplace(key, value).second) return "a key occurs twice: " + key;
    }
    return {};
}

}  // namespace

KeyedMessage read_cef(std::string_view text) {
    KeyedMessage message;
    if (!is_printable_ascii(text)) {
        message.problem = "not printable ASCII";
        return message;
    }
    if (!text.starts_with("CEF:0|")) {
        message.problem = "does not start with CEF:0|";
        return message;
    }
    text.remove_prefix(6);
    const auto header = take_header(text, 6, true);
    if (header.empty()) {
        message.problem = "not seven pipes, or a bad escape in the header";
        return message;
    }
    message.vendor = header[0];
    message.product = header[1];
    message.version = header[2];
    message.event_class = header[3];
    message.name = header[4];
    message.severity = header[5];
    const bool number = !message.severity.empty() && message.severity.size() <= 2 &&
                        std::all_of(message.severity.begin(), message.severity.end(), [](unsigned char c) { return std::isdigit(c); });
    if (!number || std::stoi(message.severity) > 10) message.problem = "severity is 0 to 10";
    if (message.problem.empty()) message.problem = read_extension(text, message.fields);
    return message;
}

KeyedMessage read_leef(std::string_view text) {
    KeyedMessage message;
    if (!is_printable_ascii(text)) {
        message.problem = "not printable ASCII";
        return message;
    }
    if (!text.starts_with("LEEF:2.0|")) {
        message.problem = "does not start with LEEF:2.0|";
        return message;
    }
    text.remove_prefix(9);
    const auto header = take_header(text, 5, false);
    if (header.empty() || header[4] != "^") {
        message.problem = "not six pipes with the delimiter ^ before the last";
        return message;
    }
    message.vendor = header[0];
    message.product = header[1];
    message.version = header[2];
    message.event_class = header[3];
    while (!text.empty()) {
        const std::size_t end = std::min(text.find('^'), text.size());
        const std::string_view field = text.substr(0, end);
        const std::size_t equals = field.find('=');
        if (equals == std::string_view::npos || !is_key(field.substr(0, equals))) {
            message.problem = "an attribute without a key: " + std::string{field};
            return message;
        }
        if (!message.fields.emplace(field.substr(0, equals), field.substr(equals + 1)).second) {
            message.problem = "a key occurs twice: " + std::string{field.substr(0, equals)};
            return message;
        }
        text.remove_prefix(std::min(end + 1, text.size()));
    }
    const auto severity = message.fields.find("sev");
    if (severity == message.fields.end() || severity->second.empty() || std::stoi(severity->second) < 1 ||
        std::stoi(severity->second) > 10) {
        message.problem = "sev is 1 to 10";
    }
    const auto time = message.fields.find("devTime");
    if (time == message.fields.end() || time->second.size() != 13) message.problem = "devTime is milliseconds since 1970, 13 digits";
    return message;
}

}  // namespace sstp::strict
