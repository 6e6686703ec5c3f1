#include "core/report/support/redaction.h"

#include "core/policy/spelling.h"

#include <fmt/format.h>

#include <algorithm>
#include <map>
#include <type_traits>
#include <variant>

namespace sstp {

namespace {

char lower(char c) { return c >= 'A' && c <= 'Z' ? static_cast<char>(c - 'A' + 'a') : c; }

std::string lowered(std::string_view text) {
    std::string made{text};
    std::transform(made.begin(), made.end(), made.begin(), lower);
    return made;
}

bool is_part_of_a_word(char c) { return (c >= '0' && c <= '9') || (lower(c) >= 'a' && lower(c) <= 'z') || c == '_'; }

/// Label by label, so that a wildcard covers what it covered.
class Labels {
public:
    std::string of(const std::string& name) {
        std::string made;
        for (std::size_t from = 0; from <= name.size();) {
            const std::size_t dot = std::min(name.find('.', from), name.size());
            const auto [found, fresh] = known_.try_emplace(name.substr(from, dot - from), fmt::format("n{}", known_.size() + 1));
            made += (made.empty() ? "" : ".") + found->second;
            from = dot + 1;
        }
        return made;
    }

private:
    std::map<std::string, std::string> known_;
};

/// In the order of the true ones, for order decides where nothing else does.
template <class AnyDigest>
AnyDigest numbered(std::size_t number) {
    std::array<std::uint8_t, AnyDigest::kSize> bytes{};
    bytes[0] = static_cast<std::uint8_t>(number >> 8);
    bytes[1] = bytes[AnyDigest::kSize - 1] = static_cast<std::uint8_t>(number);
    return AnyDigest{bytes};
}

/// `AA:BB:CC`.
std::string with_colons(const std::string& hex) {
    std::string made;
    for (std::size_t at = 0; at < hex.size(); at += 2) made += (at == 0 ? "" : ":") + hex.substr(at, 2);
    return made;
}

/// Of RFC 5737 and RFC 3849; when those are used up, of RFC 2544.
IpAddress made_up_address(AddressFamily family, std::size_t number) {
    constexpr std::size_t kDocumented = 254;
    const bool is_ipv4 = family == AddressFamily::ipv4;
    IpAddress address = *IpAddress::parse(!is_ipv4 ? "2001:db8::" : number <= kDocumented ? "192.0.2.0" : "198.18.0.0");
    address.bytes[is_ipv4 ? 3 : 15] = static_cast<std::uint8_t>(number);
    if (!is_ipv4 || number > kDocumented) address.bytes[is_ipv4 ? 2 : 14] = static_cast<std::uint8_t>(number >> 8);
    return address;
}

}  // namespace

void Redaction::add(const std::string& from, const std::string& to) {
    if (from.size() > 1) words_.push_back({lowered(from), to});
}

void Redaction::add_digests(const TellingWords& words) {
    std::map<std::variant<Thumbprint, CertificateHash>, std::string> made;
    const auto number_all = [&](const auto& all) {
        std::size_t counted = 0;
        for (const auto& each : all) {
            using AnyDigest = std::decay_t<decltype(each)>;
            const auto other = numbered<AnyDigest>(++counted);
            add(each.to_string(), other.to_string());
            add(each.brief(), other.brief());
            if constexpr (!std::is_same_v<AnyDigest, PublicKeyHash>) made[each] = other.to_string();
        }
    };
    number_all(words.thumbprints);
    number_all(words.hashes);
    number_all(words.keys);
    for (const auto& [spelled, digest] : words.spelled) {
        add(spelled, spelled.find(':') != std::string::npos ? with_colons(made[digest]) : made[digest]);
    }
}

void Redaction::add_people(const TellingWords& words) {
    std::size_t number = 0;
    for (const std::string& each : words.accounts) {
        const bool is_sid = each.starts_with("S-1-");
        ++number;
        add(each, is_sid ? fmt::format("S-1-5-21-0-0-0-{}", number)
                         : fmt::format("{}user{}", each.find('\\') != std::string::npos ? "DOMAIN\\" : "", number));
    }
    for (const std::string& each : words.secrets) add(each, "removed");
}

Redaction::Redaction(const TellingWords& words) {
    Labels labels;
    std::size_t number = 0;
    for (const std::string& each : words.names) add(each, labels.of(each));
    for (const std::string& each : words.others) {
        if (!words.names.contains(lowered(each)))
            add(each, (each.find('=') != std::string::npos ? "CN=private-" : "private-") + std::to_string(++number));
    }
    for (const std::string& each : words.ids) add(each, fmt::format("{:0>{}}", ++number, each.size()));
    for (const std::string& each : words.serials) add(each, fmt::format("{:0>16}", ++number));
    number = 0;
    for (const IpAddress& each : words.addresses) {
        const IpAddress other = made_up_address(each.family, ++number);
        add(each.to_string(), other.to_string());
        add(to_hex(each.bytes), to_hex(other.bytes));
    }
    add_digests(words);
    add_people(words);
    arrange();
    for (const std::string& each : words.urls) {
        const std::string shown = shown_url(each);
        if (shown != each) add(each, apply(shown));
    }
    arrange();
}

void Redaction::arrange() {
    std::stable_sort(words_.begin(), words_.end(), [](const Word& a, const Word& b) { return a.from.size() > b.from.size(); });
    by_first_.clear();
    for (std::size_t at = 0; at < words_.size(); ++at) by_first_[words_[at].from.front()].push_back(at);
}

std::string Redaction::apply(std::string_view text) const {
    const std::string low = lowered(text);
    std::string out;
    out.reserve(text.size());
    for (std::size_t at = 0; at < text.size();) {
        const Word* found = nullptr;
        const bool begins = at == 0 || !is_part_of_a_word(low[at - 1]) || !is_part_of_a_word(low[at]);
        if (const auto candidates = by_first_.find(low[at]); begins && candidates != by_first_.end()) {
            for (const std::size_t each : candidates->second) {
                const std::string& from = words_[each].from;
                const std::size_t end = at + from.size();
                if (low.compare(at, from.size(), from) != 0) continue;
                if (end < low.size() && is_part_of_a_word(low[end]) && is_part_of_a_word(low[end - 1])) continue;
                found = &words_[each];
                break;
            }
        }
        if (found == nullptr) {
            out += text[at++];
        } else {
            out += found->to;
            at += found->from.size();
        }
    }
    return out;
}

}  // namespace sstp
