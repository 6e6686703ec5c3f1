#include "core/report/support/telling_words.h"

#include "core/policy/policy_values.h"

#include <algorithm>
#include <array>
#include <cctype>
#include <set>

namespace sstp {

namespace {

constexpr std::string_view kDelimiters = " \t\r\n\"'`()[]{}<>,;=|!?";

constexpr std::string_view kSchemas = "schemas.microsoft.com";   // in every event that Windows renders

bool has_letter_or_digit(char c) { return std::isalnum(static_cast<unsigned char>(c)) != 0; }

std::string lowered(std::string_view text) {
    std::string made{text};
    std::transform(made.begin(), made.end(), made.begin(),
                   [](char c) { return c >= 'A' && c <= 'Z' ? static_cast<char>(c - 'A' + 'a') : c; });
    return made;
}

template <std::size_t N>
bool is_one_of(std::string_view text, const std::array<std::string_view, N>& all) {
    return std::find(all.begin(), all.end(), text) != all.end();
}

/// What stands behind the last dot of a name of a file.
constexpr std::array<std::string_view, 36> kFileEnds{
    "admx", "adml", "bak", "bat",  "cat", "cer", "cmd", "cpp", "crt", "csv", "db",  "dll",  "etl", "evtx", "exe", "htm", "html",  "inf",
    "ini",  "json", "key", "link", "log", "man", "md",  "msi", "new", "pem", "pfx", "prom", "ps1", "reg",  "sys", "txt", "token", "xml"};

/// Keys of the policy look like names of hosts: "certificate.issuer".
const std::set<std::string>& policy_keys() {
    static const std::set<std::string> kKeys = [] {
        std::set<std::string> keys;
        for (const PolicyValue& each : policy_values({}, {}, false)) keys.insert(each.key);
        return keys;
    }();
    return kKeys;
}

/// Labels with dots between, the last of letters, no file and no key of ours.
bool is_host_name(std::string_view token) {
    std::size_t labels = 0;
    std::string_view last;
    for (std::size_t from = 0; from <= token.size(); ++labels) {
        const std::size_t dot = std::min(token.find('.', from), token.size());
        last = token.substr(from, dot - from);
        const bool is_label = !last.empty() && last.front() != '-' && std::all_of(last.begin(), last.end(), [](char c) {
            return has_letter_or_digit(c) || c == '-' || c == '_' || static_cast<unsigned char>(c) >= 0x80;
        });
        if (!is_label) return false;
        from = dot + 1;
    }
    const bool of_letters = last.size() >= 2 && std::none_of(last.begin(), last.end(), [](char c) { return c >= '0' && c <= '9'; });
    const std::string low = lowered(token);
    return labels >= 2 && (of_letters || lowered(last).starts_with("xn--")) && !is_one_of(lowered(last), kFileEnds) && low != kSchemas &&
           !policy_keys().contains(low);
}

bool is_hex(std::string_view text) {
    return std::all_of(text.begin(), text.end(), [](char c) { return std::isxdigit(static_cast<unsigned char>(c)) != 0; });
}

/// `CORP\alice`; in our texts one backslash also stands in names of stores, keys and files.
bool is_account(std::string_view token) {
    constexpr std::array<std::string_view, 14> kNoDomains{"localmachine", "currentuser", "authority", "builtin",   "hklm",
                                                          "hkcu",         "hku",         "sstpsvc",   "logs",      "software",
                                                          "system",       "service",     "services",  "parameters"};
    const std::size_t at = token.find('\\');
    if (at == std::string_view::npos || at == 0 || at + 1 == token.size() || token.find('\\', at + 1) != std::string_view::npos)
        return false;
    if (token.find_first_of(":/%") != std::string_view::npos || is_one_of(lowered(token.substr(0, at)), kNoDomains)) return false;
    const std::size_t dot = token.rfind('.');
    return dot == std::string_view::npos || !is_one_of(lowered(token.substr(dot + 1)), kFileEnds);
}

void add_token(TellingWords& words, std::string_view token) {
    while (!token.empty() && (token.back() == '.' || token.back() == ':')) token.remove_suffix(1);
    if (token.starts_with("*.")) token.remove_prefix(2);
    constexpr std::size_t kShortestSerial = 16;
    if (token.size() < 3) return;
    const std::string_view host = std::count(token.begin(), token.end(), ':') == 1 ? token.substr(0, token.find(':')) : token;
    if (IpAddress::parse(token.substr(0, token.find('%')))) return add_host(words, token.substr(0, token.find('%')));
    if (IpAddress::parse(host) || is_host_name(host)) return add_host(words, host);
    if (token.starts_with("S-1-5-21-")) words.accounts.emplace(token);
    if (token.size() >= kShortestSerial && from_hex(token) && !add_digest(words, token) && is_hex(token)) words.serials.emplace(token);
    if (is_account(token) || (token.find('@') != std::string_view::npos && token.find('/') == std::string_view::npos))
        words.accounts.emplace(token);
}

/// From `from` on up to what cannot be part of it.
std::string_view run_at(std::string_view text, std::size_t from, std::string_view ends) {
    return text.substr(from, std::min(text.find_first_of(ends, from), text.size()) - from);
}

void add_urls(TellingWords& words, std::string_view text) {
    for (std::size_t at = text.find("://"); at != std::string_view::npos; at = text.find("://", at + 3)) {
        std::size_t begin = at;
        while (begin > 0 && has_letter_or_digit(text[begin - 1])) --begin;
        const std::string_view url = run_at(text, begin, " \t\r\n\"'<>`");
        const std::string_view authority = run_at(url, at - begin + 3, "/?#");
        const std::string_view host_and_port = authority.substr(std::min(authority.find('@') + 1, authority.size()));
        const std::string_view host = host_and_port.starts_with('[') ? run_at(host_and_port, 1, "]") : run_at(host_and_port, 0, ":");
        if (host == kSchemas) continue;
        add_host(words, host);
        words.urls.emplace(url);
    }
}

/// What stands behind `mark` up to one of `ends`.
template <class Add>
void add_behind(std::string_view text, const std::string& low, std::string_view mark, std::string_view ends, const Add& add) {
    for (std::size_t at = low.find(mark); at != std::string::npos; at = low.find(mark, at + 1)) {
        const std::string_view found = run_at(text, at + mark.size(), ends);
        if (found.size() > 1) add(found);
    }
}

}  // namespace

void add_telling_words(TellingWords& words, std::string_view text) {
    add_urls(words, text);
    const std::string low = lowered(text);
    const auto secret = [&](std::string_view found) { words.secrets.emplace(found); };
    for (const char* mark :
         {"token=", "password=", "passwort=", "pwd=", "secret=", "apikey=", "api_key=", "bearer ", "authorization: splunk "})
        add_behind(text, low, mark, " \t\r\n\"'&;,<>", secret);
    add_behind(text, low, ":\\users\\", "\\\"\r\n<>", [&](std::string_view found) { words.accounts.emplace(found); });
    for (std::size_t at = text.find("\\\\"); at != std::string_view::npos; at = text.find("\\\\", at + 2))
        add_host(words, run_at(text, at + 2, "\\ \"\r\n<>"));
    for (std::size_t from = 0; from < text.size();) {
        const std::size_t end = std::min(text.find_first_of(kDelimiters, from), text.size());
        add_token(words, text.substr(from, end - from));
        from = end + 1;
    }
}

}  // namespace sstp
