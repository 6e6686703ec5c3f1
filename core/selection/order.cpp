#include "core/selection/order.h"

#include "core/selection/policy_wish.h"
#include "core/selection/renewal_link.h"

#include <algorithm>
#include <iterator>
#include <tuple>

namespace sstp::selection {

namespace {

bool has_ike_intermediate(const Certificate& certificate) {
    return certificate.purposes &&
           std::find(certificate.purposes->begin(), certificate.purposes->end(), kIkeIntermediate) != certificate.purposes->end();
}

bool shares_a_root(const Certificate& left, const Certificate& right) {
    return std::any_of(left.roots.begin(), left.roots.end(), [&](const ChainRoot& root) {
        return std::any_of(right.roots.begin(), right.roots.end(),
                           [&](const ChainRoot& each) { return each.subject == root.subject && each.public_key == root.public_key; });
    });
}

std::size_t covered_names(const Certificate& certificate, const std::vector<std::string>& names) {
    return static_cast<std::size_t>(
        std::count_if(names.begin(), names.end(), [&](const std::string& name) { return covers(certificate, name); }));
}

/// Smaller comes first.
auto rank(const Certificate& each, const Basis& basis, const Certificate* linked) {
    const Certificate* active = basis.active_pointer();
    return std::tuple{!is_pinned(each, basis.in.policy.certificate),
                      // Of second choices the one with which more clients find their name.
                      basis.names.names.size() - covered_names(each, basis.names.names), !(linked && linked->hash == each.hash),
                      !(active && shares_a_root(each, *active)), !(active && each.key_algorithm == active->key_algorithm),
                      has_ike_intermediate(each), -each.not_before.time_since_epoch(), -each.not_after.time_since_epoch(), each.hash};
}

}  // namespace

bool covers_the_same(const Certificate& other, const Certificate& current, const Basis& basis) {
    if (!basis.names.names.empty()) {
        return std::all_of(basis.names.names.begin(), basis.names.names.end(),
                           [&](const std::string& name) { return covers(other, name) || !covers(current, name); });
    }
    const auto names = names_on(current);
    if (!names.empty()) return covers_all(other, names);
    const auto chain = renewals_of(current, basis.in.state);
    const bool is_linked = std::any_of(chain.begin(), chain.end(), [&](const Certificate* each) { return each->hash == other.hash; });
    return is_linked || (names_on(other).empty() && !other.subject.empty() && other.subject == current.subject);
}

bool supersedes(const Certificate& other, const Certificate& current, const Basis& basis) {
    if (other.not_before <= current.not_before || other.not_after <= current.not_after) return false;
    constexpr Duration kSameAge = std::chrono::hours{24};
    const bool is_of_another_kind =
        other.key_algorithm != current.key_algorithm || (has_ike_intermediate(other) && !has_ike_intermediate(current));
    if (is_of_another_kind && other.not_before - current.not_before < kSameAge) return false;
    return covers_the_same(other, current, basis);
}

const Certificate* best(const Candidates& candidates, const Basis& basis) {
    Candidates standing;
    std::copy_if(candidates.begin(), candidates.end(), std::back_inserter(standing), [&](const Certificate* each) {
        return is_pinned(*each, basis.in.policy.certificate) ||
               std::none_of(candidates.begin(), candidates.end(),
                            [&](const Certificate* other) { return supersedes(*other, *each, basis); });
    });
    sort_by_order(standing, basis);
    return standing.empty() ? nullptr : standing.front();
}

void sort_by_order(Candidates& candidates, const Basis& basis) {
    const Certificate* linked = basis.active ? linked_renewal(*basis.active, basis.in.state) : nullptr;
    std::sort(candidates.begin(), candidates.end(),
              [&](const Certificate* left, const Certificate* right) { return rank(*left, basis, linked) < rank(*right, basis, linked); });
}

}  // namespace sstp::selection
