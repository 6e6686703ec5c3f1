#include "core/report/explain/nearest_words.h"

#include "core/policy/suggestion.h"

#include <algorithm>
#include <utility>

namespace sstp {

namespace {

/// What people call a thing, and the part of our word for it. No part of ours is on the left.
struct Synonym {
    std::string_view said;
    std::string_view ours;
};
constexpr Synonym kSynonyms[] = {
    {"wrong", "mismatch"},     {"missing", "incomplete"},
    {"cert", "certificate"},   {"certs", "certificate"},
    {"ssl", "certificate"},    {"thumbprint", "hash"},
    {"fingerprint", "hash"},   {"cn", "name"},
    {"san", "name"},           {"hostname", "names"},
    {"dns", "names"},          {"intermediate", "chain"},
    {"root", "chain"},         {"trust", "untrusted"},
    {"issuer", "ca"},          {"ocsp", "revocation"},
    {"crl", "revocation"},     {"rsa", "weak"},
    {"iis", "foreign"},        {"appid", "foreign"},
    {"sni", "shadowed"},       {"ccs", "shadowed"},
    {"netsh", "binding"},      {"sslcert", "binding"},
    {"balancer", "offloaded"}, {"loadbalancer", "offloaded"},
    {"proxy", "offloaded"},    {"gpo", "policy"},
    {"group", "policy"},       {"config", "policy"},
    {"syslog", "siem"},        {"splunk", "siem"},
    {"queue", "dropped"},      {"lost", "dropped"},
    {"time", "clock"},         {"ntp", "clock"},
    {"disk", "unwritable"},    {"database", "record"},
    {"restart", "budget"},     {"restarts", "budget"},
    {"rollback", "undone"},    {"fix", "heal"},
    {"repair", "heal"},        {"user", "client"},
    {"users", "client"},       {"firewall", "unreachable"},
    {"port", "listener"},      {"old", "superseded"},
    {"renewed", "successor"},  {"renew", "expiring"},
    {"expiry", "expired"},     {"rras", "service"},
    {"12", "rassstp"},         {"13", "rassstp"},
    {"18", "rassstp"},         {"21", "rassstp"},
    {"22", "rassstp"},         {"25", "rassstp"},
    {"32", "rassstp"},         {"15021", "http"},
    {"15300", "http"},         {"15301", "http"},
    {"15302", "http"},
};

constexpr int kSame = 6;
constexpr int kAlmost = 4;
constexpr int kBegins = 3;
constexpr int kWithin = 2;

bool is_letter_or_digit(char c) { return (c >= 'a' && c <= 'z') || (c >= '0' && c <= '9'); }

std::vector<std::string_view> parts_of(std::string_view text) {
    std::vector<std::string_view> parts;
    for (std::size_t at = 0; at < text.size();) {
        std::size_t end = at;
        while (end < text.size() && is_letter_or_digit(text[end])) ++end;
        if (end > at) parts.push_back(text.substr(at, end - at));
        at = end + 1;
    }
    return parts;
}

/// How much one part says of another, 0 to kSame.
int likeness(std::string_view said, std::string_view ours) {
    if (said == ours) return kSame;
    const std::size_t shorter = std::min(said.size(), ours.size());
    const std::size_t longer = std::max(said.size(), ours.size());
    if (shorter < 3) return 0;
    const auto same = static_cast<std::size_t>(
        std::mismatch(said.begin(), said.begin() + static_cast<std::ptrdiff_t>(shorter), ours.begin()).first - said.begin());
    if (shorter >= 4 && edit_distance(said, ours) <= (longer >= 7 ? 2 : 1)) return kAlmost;
    if (same == shorter || (same >= 4 && same * 5 >= longer * 3)) return kBegins;
    return shorter >= 4 && ours.find(said) != std::string_view::npos ? kWithin : 0;
}

int best_likeness(std::string_view said, const std::vector<std::string_view>& ours) {
    int best = 0;
    for (const std::string_view part : ours) {
        best = std::max(best, likeness(said, part));
        for (const Synonym& each : kSynonyms) {
            if (each.said == said) best = std::max(best, std::min(likeness(each.ours, part), kSame - 1));
        }
    }
    return best;
}

}  // namespace

std::vector<std::string> nearest_words(std::string_view typed, const std::vector<std::string>& words, std::size_t most) {
    constexpr std::size_t kMostParts = 8;
    std::vector<std::string_view> said = parts_of(typed);
    if (said.size() > kMostParts) said.resize(kMostParts);
    std::vector<std::pair<int, std::string>> scored;
    for (const std::string& word : words) {
        const std::vector<std::string_view> ours = parts_of(word);
        int score = 0;
        for (const std::string_view part : said) score += best_likeness(part, ours);
        if (score == 0 || score * 3 < static_cast<int>(said.size()) * kSame) continue;   // a third of what was said is meant by it
        scored.emplace_back(score, word);   // of two that share as much the first: findings go before events
    }
    if (const auto meant = closest(typed, words)) scored.emplace_back(1000, *meant);   // the whole word, with a slip or two
    std::stable_sort(scored.begin(), scored.end(), [](const auto& left, const auto& right) { return left.first > right.first; });
    std::vector<std::string> nearest;
    for (const auto& [score, word] : scored) {
        const bool far_behind = !nearest.empty() && score * 2 < scored.front().first && scored.front().first < 1000;
        if (nearest.size() == most || far_behind) break;
        if (std::find(nearest.begin(), nearest.end(), word) == nearest.end()) nearest.push_back(word);
    }
    return nearest;
}

}  // namespace sstp
