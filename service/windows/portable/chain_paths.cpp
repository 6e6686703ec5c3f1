#include "service/windows/portable/chain_paths.h"

#include <algorithm>
#include <utility>

namespace sstp {

namespace {

constexpr std::uint32_t kAboutRevocation = trust_bit::kRevoked | trust_bit::kRevocationUnknown | trust_bit::kOfflineRevocation;
/// Root or issuer is not on this machine, or not among those that it trusts: public roots come lazily, private ones from an
/// administrator. Neither is a fault of the certificate.
constexpr std::uint32_t kCannotBeJudged = trust_bit::kPartialChain | trust_bit::kUntrustedRoot;

int worth(ChainTrust trust) {
    switch (trust) {
        case ChainTrust::good: return 2;
        case ChainTrust::unknown: return 1;
        case ChainTrust::bad: return 0;
    }
    return 0;
}

void add_name(std::vector<std::string>& names, const std::string& name) {
    if (!name.empty() && std::ranges::find(names, name) == names.end()) names.push_back(name);
}

/// The first end of a CA on the path; nothing for a leaf alone.
std::optional<WallTime> end_of_cas(const ChainPath& path) {
    if (path.elements.size() < 2) return std::nullopt;
    const auto first = std::ranges::min_element(path.elements.begin() + 1, path.elements.end(), {}, &PathElement::not_after);
    return first->not_after;
}

}  // namespace

PathVerdict judge_path(const ChainPath& path) {
    PathVerdict verdict;
    std::uint32_t errors = path.errors;
    for (std::size_t i = 0; i < path.elements.size(); ++i) {
        std::uint32_t status = path.elements[i].errors;
        // The leaf's dates are a check of ours, and its revocation is told apart from its chain.
        if (i == 0) status &= ~trust_bit::kNotTimeValid;
        if (i > 0 && (status & trust_bit::kRevoked) != 0) verdict.issuer_revoked = true;
        errors |= status;
    }
    verdict.errors = errors & ~(kAboutRevocation | trust_bit::kNotTimeNested);
    if (verdict.issuer_revoked || (verdict.errors & ~kCannotBeJudged) != 0) {
        verdict.trust = ChainTrust::bad;
    } else {
        verdict.trust = verdict.errors == 0 && !path.elements.empty() ? ChainTrust::good : ChainTrust::unknown;
    }
    return verdict;
}

PathVerdict judge_paths(const std::vector<ChainPath>& paths) {
    if (paths.empty()) return {};
    PathVerdict best = judge_path(paths.front());
    for (const ChainPath& path : paths) {
        const PathVerdict other = judge_path(path);
        if (worth(other.trust) > worth(best.trust)) best = other;
    }
    return best;
}

void describe_paths(const std::vector<ChainPath>& paths, Certificate& certificate) {
    certificate.roots.clear();
    certificate.chain_names.clear();
    certificate.issuer_key.reset();
    certificate.chain_ends.reset();
    for (const ChainPath& path : paths) {
        if (path.elements.empty()) continue;
        if (judge_path(path).trust == ChainTrust::good) certificate.chain_ends = std::max(certificate.chain_ends, end_of_cas(path));
        for (std::size_t i = 1; i < path.elements.size(); ++i) {
            add_name(certificate.chain_names, path.elements[i].common_name);
            add_name(certificate.chain_names, path.elements[i].subject);
        }
        const PathElement& last = path.elements.back();
        if (last.self_signed) {
            ChainRoot root{last.subject, last.public_key, last.in_root_programme};
            if (std::ranges::find(certificate.roots, root) == certificate.roots.end()) certificate.roots.push_back(std::move(root));
        } else {
            // Its issuer is not here, and is in the chain all the same.
            add_name(certificate.chain_names, last.issuer_common_name);
            add_name(certificate.chain_names, last.issuer);
        }
        if (certificate.issuer_key) continue;
        if (path.elements.size() > 1) {
            certificate.issuer_key = path.elements[1].public_key;
        } else if (last.self_signed) {
            certificate.issuer_key = last.public_key;
        }
    }
    std::ranges::sort(certificate.roots);
}

bool is_worth_the_network(const Certificate& certificate, const ChainVerdict& from_caches, RevocationPolicy revocation, WallTime now) {
    if (certificate.self_signed || certificate.archived || certificate.key == KeyState::absent || certificate.not_after < now) return false;
    if (from_caches.trust == ChainTrust::bad || from_caches.revocation == Revocation::revoked) return false;
    if (from_caches.trust == ChainTrust::unknown) return true;
    return revocation != RevocationPolicy::off && from_caches.revocation == Revocation::unknown;
}

}  // namespace sstp
