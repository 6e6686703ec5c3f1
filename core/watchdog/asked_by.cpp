#include "core/watchdog/asked_by.h"

namespace sstp {

namespace {

constexpr std::size_t kMostBytes = 4096;
constexpr Duration kFresh = std::chrono::minutes{1};

}  // namespace

std::string to_text(const AskedBy& asked) { return to_rfc3339(asked.at) + "\n" + asked.account + "\n"; }

std::optional<AskedBy> asked_by_from_text(const std::string& text) {
    const std::size_t first = text.find('\n');
    if (first == std::string::npos) return std::nullopt;
    const std::size_t second = text.find('\n', first + 1);
    const auto at = from_rfc3339(std::string_view{text}.substr(0, first));
    if (!at || second == std::string::npos || second + 1 != text.size() || second == first + 1) return std::nullopt;
    return AskedBy{*at, text.substr(first + 1, second - first - 1)};
}

std::string Asking::account(Files& files, const std::string& path, WallTime now) {
    const auto text = files.read(path, kMostBytes);
    const auto asked = text ? asked_by_from_text(*text) : std::nullopt;
    if (!asked || asked->at == taken_ || asked->at > now + kFresh || asked->at < now - kFresh) return {};
    taken_ = asked->at;
    return asked->account;
}

}  // namespace sstp
