#include "core/selection/renewal_link.h"

#include "core/selection/policy_wish.h"

#include <algorithm>

namespace sstp::selection {

std::vector<const Certificate*> renewals_of(const Certificate& certificate, const ServerState& state) {
    std::vector<const Certificate*> chain;
    const Certificate* from = &certificate;
    while (from->renewed_by) {
        const Certificate* next = state.find(*from->renewed_by);
        const bool is_known = next && (next->hash == certificate.hash || std::find(chain.begin(), chain.end(), next) != chain.end());
        if (!next || is_known) break;
        chain.push_back(next);
        from = next;
    }
    return chain;
}

const Certificate* linked_renewal(const Certificate& certificate, const ServerState& state) {
    const auto chain = renewals_of(certificate, state);
    return chain.empty() || chain.back()->archived ? nullptr : chain.back();
}

std::string objection(const Certificate& certificate, const Basis& basis, const ActiveStanding& active) {
    if (certificate.archived) return "is archived";
    const auto against = judge(certificate, successor_input(certificate, basis, active));
    if (const Unfitness* worst = worst_of(against)) return worst->explanation;
    return is_wanted(certificate, basis.in.policy.certificate) ? std::string{} : why_unwanted(certificate, basis.in.policy.certificate);
}

std::optional<ServedLink> served_by_link(const Basis& basis) {
    const ServerState& state = basis.in.state;
    const auto records = wildcards(state);
    for (const Certificate* leaf : basis.leaves) {
        const bool is_bound = std::any_of(records.begin(), records.end(),
                                          [&](const ListenerBinding* record) { return record->thumbprint() == leaf->thumbprint; });
        if (is_bound) continue;
        for (const ListenerBinding* record : records) {
            const auto thumbprint = record->thumbprint();
            const Certificate* bound = thumbprint ? state.find(*thumbprint) : nullptr;
            if (!bound) continue;
            const auto chain = renewals_of(*bound, state);
            const bool is_linked =
                std::any_of(chain.begin(), chain.end(), [&](const Certificate* each) { return each->hash == leaf->hash; });
            if (is_linked) return ServedLink{bound, leaf};
        }
    }
    return std::nullopt;
}

}  // namespace sstp::selection
