#include "service/tls/http_head.h"

#include <fmt/format.h>

#include <algorithm>
#include <string_view>

namespace sstp {

namespace {

constexpr std::size_t kLongestAnswer = 16 * 1024;
constexpr std::uint16_t kHttpsPort = 443;

Error malformed(const char* operation, std::string subject, std::string why) {
    return {ErrorKind::malformed, operation, std::move(subject), 0, std::move(why)};
}

Error bad_answer(std::string why) { return malformed("read the HTTP status of", "the ServerURI", std::move(why)); }

bool is_visible_ascii(std::string_view text) {
    return !text.empty() && std::ranges::all_of(text, [](char c) { return c > ' ' && c < '\x7F'; });
}

bool is_digit(char c) { return c >= '0' && c <= '9'; }

/// `HTTP/1.1 401 Unauthorized` without its line end; the reason may be missing, the blank before it may not.
/// HTTP.SYS and RRAS write it; a listener that leaves the blank out is accepted, for no client minds.
std::optional<int> status_of(std::string_view line) {
    constexpr std::string_view kVersion = "HTTP/1.";
    constexpr std::size_t kCodeAt = 9;
    constexpr std::size_t kCodeEnd = 12;
    if (line.size() < kCodeEnd || !line.starts_with(kVersion) || !is_digit(line[7]) || line[8] != ' ') return std::nullopt;
    const auto code = line.substr(kCodeAt, 3);
    if (!std::ranges::all_of(code, is_digit) || code[0] == '0') return std::nullopt;
    if (line.size() > kCodeEnd && line[kCodeEnd] != ' ') return std::nullopt;
    const auto reason = line.substr(kCodeEnd);
    const bool printable = std::ranges::all_of(reason, [](char c) { return c == '\t' || (c >= ' ' && c != '\x7F') || c < 0; });
    if (!printable) return std::nullopt;
    return (code[0] - '0') * 100 + (code[1] - '0') * 10 + (code[2] - '0');
}

}  // namespace

Result<std::string> head_request(const std::string& host, std::uint16_t port, const std::string& uri) {
    constexpr char kOperation[] = "ask for";
    if (!is_visible_ascii(uri) || uri.front() != '/') {
        return malformed(kOperation, "the ServerURI", "it must begin with / and hold only visible ASCII characters");
    }
    if (!is_visible_ascii(host)) return malformed(kOperation, uri, "the server's name holds other than visible ASCII characters");
    std::string authority = host.find(':') == std::string::npos ? host : "[" + host + "]";
    if (port != kHttpsPort) authority += fmt::format(":{}", port);
    return fmt::format("HEAD {} HTTP/1.1\r\nHost: {}\r\nUser-Agent: SSTP-Watchdog\r\nConnection: close\r\n\r\n", uri, authority);
}

Result<std::optional<int>> StatusReader::feed(std::span<const std::uint8_t> bytes) {
    const std::size_t room = kLongestAnswer - seen_;
    const auto taken = bytes.first(std::min(bytes.size(), room));
    seen_ += taken.size();
    text_.append(taken.begin(), taken.end());
    for (;;) {
        const auto end = text_.find("\r\n");
        if (end == std::string::npos) break;
        const std::string line = text_.substr(0, end);
        text_.erase(0, end + 2);
        if (skipping_fields_) {
            skipping_fields_ = !line.empty();
            continue;
        }
        const auto status = status_of(line);
        if (!status) return bad_answer("this is no HTTP/1.x status line");
        if (*status >= 200) return status;
        skipping_fields_ = true;
    }
    if (seen_ == kLongestAnswer) return bad_answer(fmt::format("there is none in the first {} bytes", kLongestAnswer));
    return std::optional<int>{};
}

}  // namespace sstp
