// The spellings that name something on a network or a disk. The rest is in spelling.cpp.
#include "core/policy/spelling.h"

#include "core/model/ip_address.h"
#include "core/model/text.h"

#include <fmt/format.h>

#include <algorithm>
#include <array>
#include <charconv>
#include <optional>

namespace sstp {

namespace {

bool is_digit(char c) { return c >= '0' && c <= '9'; }

bool is_letter(char c) { return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z'); }

bool is_hex(char c) { return is_digit(c) || (c >= 'a' && c <= 'f') || (c >= 'A' && c <= 'F'); }

/// The pieces between separators, empty ones included.
std::vector<std::string_view> split(std::string_view text, char separator) {
    std::vector<std::string_view> parts;
    while (true) {
        const std::size_t end = text.find(separator);
        parts.push_back(text.substr(0, end));
        if (end == std::string_view::npos) return parts;
        text.remove_prefix(end + 1);
    }
}

bool is_label(std::string_view label) {
    const auto allowed = [](char c) { return is_letter(c) || is_digit(c) || c == '-' || c == '_'; };
    return !label.empty() && label.size() <= 63 && label.front() != '-' && label.back() != '-' &&
           std::all_of(label.begin(), label.end(), allowed);
}

/// Something that a person would take for an IPv4 address: it must then be one.
bool looks_like_ipv4(std::string_view text) {
    return std::all_of(text.begin(), text.end(), [](char c) { return is_digit(c) || c == '.'; });
}

bool is_ipv4(std::string_view text) {
    const auto parts = split(text, '.');
    return parts.size() == 4 && std::all_of(parts.begin(), parts.end(), [](std::string_view part) {
               if (part.empty() || part.size() > 3 || (part.size() > 1 && part.front() == '0')) return false;
               int number = 0;
               std::from_chars(part.data(), part.data() + part.size(), number);
               return number <= 255;
           });
}

/// RFC 4291 section 2.2: eight groups, `::` for one run of zeros, the last two perhaps as an IPv4 address.
bool is_ipv6(std::string_view text) {
    const std::size_t gap = text.find("::");
    const bool has_gap = gap != std::string_view::npos;
    std::size_t groups = 0;
    const auto counted = [&groups](std::string_view side, bool last) {
        if (side.empty()) return true;
        const auto parts = split(side, ':');
        for (std::size_t i = 0; i < parts.size(); ++i) {
            const bool as_ipv4 = last && i + 1 == parts.size() && parts[i].find('.') != std::string_view::npos;
            groups += as_ipv4 ? 2 : 1;
            if (as_ipv4 ? !is_ipv4(parts[i])
                        : parts[i].empty() || parts[i].size() > 4 || !std::all_of(parts[i].begin(), parts[i].end(), is_hex)) {
                return false;
            }
        }
        return true;
    };
    if (!has_gap) return counted(text, true) && groups == 8;
    return counted(text.substr(0, gap), false) && counted(text.substr(gap + 2), true) && groups < 8;
}

/// Why it is not a DNS name; nothing when it is one.
std::optional<std::string> why_not_a_name(std::string_view name) {
    const bool ascii = std::all_of(name.begin(), name.end(), [](char c) { return static_cast<unsigned char>(c) < 0x80; });
    if (!ascii) return "must have only ASCII characters: write an international name in its xn-- form";
    const auto labels = split(name, '.');
    if (name.size() > 253 || !std::all_of(labels.begin(), labels.end(), is_label)) {
        return R"(must be a DNS name: letters, digits and hyphens, at most 63 between two dots, such as "vpn.example.com")";
    }
    return std::nullopt;
}

std::optional<std::uint16_t> port_from_text(std::string_view text) {
    unsigned port = 0;
    if (text.empty() || text.size() > 5 || !std::all_of(text.begin(), text.end(), is_digit)) return std::nullopt;
    std::from_chars(text.data(), text.data() + text.size(), port);
    return port >= 1 && port <= 65535 ? std::optional{static_cast<std::uint16_t>(port)} : std::nullopt;
}

Spelled<HostAndPort> with_port(std::string_view host, std::string_view rest) {
    HostAndPort found{std::string(host), 0};
    if (rest.empty()) return found;
    const auto port = rest.front() == ':' ? port_from_text(rest.substr(1)) : std::nullopt;
    if (!port) return Misspelled::because(R"(must have a port from 1 to 65535 behind the colon, such as "siem.example.com:6514")");
    found.port = *port;
    return found;
}

}  // namespace

Spelled<HostAndPort> host_from_text(std::string_view text) {
    if (text.find("://") != std::string_view::npos)
        return Misspelled::because(R"(must be a host without scheme and path, such as "siem.example.com:6514")");
    if (text.starts_with('[')) {
        const std::size_t end = text.find(']');
        const std::string_view address = end == std::string_view::npos ? std::string_view{} : text.substr(1, end - 1);
        if (!is_ipv6(address))
            return Misspelled::because(R"(must have an IPv6 address between the brackets, such as "[2001:db8::1]:6514")");
        return with_port(address, text.substr(end + 1));
    }
    if (std::count(text.begin(), text.end(), ':') > 1) {
        return Misspelled::because(R"(must have an IPv6 address in brackets, such as "[2001:db8::1]:6514")");
    }
    const std::string_view host = text.substr(0, text.find(':'));
    if (looks_like_ipv4(host)) {
        if (!is_ipv4(host))
            return Misspelled::because(R"(must be a name, an IPv4 address such as "192.0.2.1" or an IPv6 address in brackets)");
    } else if (const auto why = why_not_a_name(host)) {
        return Misspelled::because(*why);
    }
    return with_port(host, text.substr(host.size()));
}

std::string host_to_text(const HostAndPort& host) {
    const bool is_address = host.host.find(':') != std::string::npos;
    return fmt::format("{}{}{}:{}", is_address ? "[" : "", host.host, is_address ? "]" : "", host.port);
}

Spelled<std::string> certificate_name_from_text(std::string_view text) {
    const std::string_view name = text.starts_with("*.") ? text.substr(2) : text;
    if (!name.empty() && (looks_like_ipv4(name) || name.find_first_of(":[") != std::string_view::npos)) {
        const auto address = is_ipv4(text) || is_ipv6(text) ? IpAddress::parse(text) : std::nullopt;
        if (address && !address->is_wildcard()) return address->to_string();
        return Misspelled::because(
            R"(must be a name or an address that clients dial, such as "vpn.example.com", "192.0.2.7" or "2001:db8::7")");
    }
    if (const auto why = why_not_a_name(name)) return Misspelled::because(*why);
    return std::string(text);
}

Spelled<std::string> path_from_text(std::string_view text) {
    auto plain = plain_text(text);
    if (!plain) return plain;
    const bool rooted = text.size() > 3 && is_letter(text[0]) && text[1] == ':' && (text[2] == '\\' || text[2] == '/');
    if (!rooted) return Misspelled::because(R"(must be a full path on a local drive, such as "C:\\ProgramData\\SSTP Watchdog\\ca.pem")");
    if (text.substr(3).find_first_of("<>:\"|?*") != std::string_view::npos) {
        return Misspelled::because("must be a path, which has none of the characters <>:\"|?* behind the drive");
    }
    return plain;
}

Spelled<std::string> url_from_text(std::string_view text) {
    constexpr std::string_view kScheme = "https://";
    constexpr std::size_t kMost = 2048;
    if (!equal_ignoring_case(text.substr(0, kScheme.size()), kScheme))
        return Misspelled::because(R"(must begin with "https://": events are never sent unencrypted here)");
    const auto is_allowed = [](char c) {
        return c > 0x20 && c < 0x7F && c != '"' && c != '<' && c != '>' && c != '\\' && c != '^' && c != '`';
    };
    if (text.size() > kMost || !std::all_of(text.begin(), text.end(), is_allowed)) {
        return Misspelled::because(fmt::format("must have only the characters of a URL (RFC 3986), and at most {}", kMost));
    }
    const std::string_view rest = text.substr(kScheme.size());
    const std::string_view authority = rest.substr(0, rest.find_first_of("/?#"));
    if (authority.find('@') != std::string_view::npos)
        return Misspelled::because(R"(must not hold a user or password: put the token into a "token_file")");
    if (rest.find('#') != std::string_view::npos) return Misspelled::because("must not have a fragment (#)");
    if (const auto host = host_from_text(authority); !host)
        return Misspelled::because(fmt::format("must name a host behind https://, which {}", host.error().why));
    return std::string(text);
}

namespace {

/// A URL taken apart as far as anybody shows it. Text without `://` is read as if the scheme were missing.
struct UrlParts {
    std::string_view scheme;     ///< with `://`
    std::string_view authority;  ///< without user and password
    std::string_view segment;    ///< first of the path, with its slash
    bool has_more = false;
};

UrlParts parts_of_url(std::string_view url) {
    UrlParts parts;
    if (const std::size_t end = url.find("://"); end != std::string_view::npos) {
        parts.scheme = url.substr(0, end + 3);
        url.remove_prefix(end + 3);
    }
    parts.authority = url.substr(0, url.find_first_of("/\\?#"));
    url.remove_prefix(parts.authority.size());
    if (const std::size_t user = parts.authority.rfind('@'); user != std::string_view::npos) {
        parts.authority.remove_prefix(user + 1);
        parts.has_more = true;
    }
    if (url.starts_with('/')) {
        parts.segment = url.substr(0, url.find_first_of("/\\?#", 1));
        url.remove_prefix(parts.segment.size());
    }
    parts.has_more = parts.has_more || url.size() > 1;
    return parts;
}

}  // namespace

std::string host_of_url(std::string_view url) {
    const auto host = host_from_text(parts_of_url(url).authority);
    return host ? host->host : std::string{};
}

std::string shown_url(std::string_view url) {
    const UrlParts parts = parts_of_url(url);
    std::string shown = fmt::format("{}{}{}", parts.scheme, parts.authority, parts.segment);
    if (parts.has_more) shown += parts.segment.ends_with('/') ? "..." : "/...";
    return shown;
}

}  // namespace sstp
