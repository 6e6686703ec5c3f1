#include "core/selection/candidates.h"

#include "core/selection/names.h"
#include "core/selection/policy_wish.h"
#include "core/selection/renewal_link.h"

#include <fmt/format.h>
#include <fmt/ranges.h>

#include <algorithm>
#include <iterator>

namespace sstp::selection {

namespace {

bool speaks_only(const std::vector<Unfitness>& against, Reason reason) {
    return std::all_of(against.begin(), against.end(),
                       [=](const Unfitness& each) { return each.severity != Severity::critical || each.reason == reason; });
}

std::string missing_names(const Certificate& certificate, const std::vector<std::string>& names) {
    std::vector<std::string> missing;
    std::copy_if(names.begin(), names.end(), std::back_inserter(missing),
                 [&](const std::string& name) { return !covers(certificate, name); });
    return fmt::format("{}", fmt::join(missing, ", "));
}

/// Some clients would find their name on it. One that covers none of the learned names is another site's.
bool covers_something_learned(const Certificate& certificate, const Basis& basis) {
    if (basis.names.origin != Origin::learned) return false;
    return is_below_the_primary_wildcard(certificate, basis.names) ||
           std::any_of(basis.names.names.begin(), basis.names.names.end(),
                       [&](const std::string& name) { return covers(certificate, name); });
}

void classify(JudgedCandidate& judged, const Basis& basis, const ActiveStanding& active, const Certificate* linked) {
    const Certificate& certificate = *judged.certificate;
    const bool is_linked = linked && linked->hash == certificate.hash;
    const bool is_of_the_ca = allows(basis.ca, certificate) || is_linked || !basis.ca.is_decided();
    const auto is = [&](CandidateKind kind, std::string why_not) {
        judged.kind = kind;
        judged.why_not = std::move(why_not);
    };
    if (const Unfitness* worst = worst_of(judged.against)) {
        const bool wanted = is_wanted(certificate, basis.in.policy.certificate);
        // A chain that cannot be judged is told as what it comes to: a CA that nobody has seen at work here.
        if (!is_of_the_ca && wanted && speaks_only(judged.against, Reason::chain_unknown)) {
            return is(CandidateKind::other_ca, fmt::format("is of {}", describe(authority_of(certificate))));
        }
        if (is_of_the_ca && wanted && covers_something_learned(certificate, basis) && speaks_only(judged.against, Reason::name_mismatch)) {
            return is(CandidateKind::partial, fmt::format("lacks {}", missing_names(certificate, basis.names.names)));
        }
        return is(CandidateKind::unfit, worst->explanation);
    }
    if (!is_wanted(certificate, basis.in.policy.certificate)) {
        return is(CandidateKind::unwanted, why_unwanted(certificate, basis.in.policy.certificate));
    }
    if (!is_of_the_ca) return is(CandidateKind::other_ca, fmt::format("is of {}", describe(authority_of(certificate))));
    if (active.no_cipher && certificate.key_algorithm == basis.active->key_algorithm) {
        return is(CandidateKind::unfit, "has a key of the kind that the cipher list in force does not serve");
    }
    if (basis.names.names.empty() && basis.active && !is_linked && !is_pinned(certificate, basis.in.policy.certificate) &&
        !covers_the_same(certificate, *basis.active, basis)) {
        return is(CandidateKind::guess, "may or may not have the name that clients ask for");
    }
    const auto chain = renewals_of(certificate, basis.in.state);
    const std::string against = chain.empty() ? std::string{} : objection(*chain.back(), basis, active);
    if (!against.empty() && !is_pinned(certificate, basis.in.policy.certificate)) {
        return is(CandidateKind::astray, fmt::format("is linked to its renewal {}, which {}, and Windows may serve that one in its place",
                                                     brief(*chain.back()), against));
    }
    is(CandidateKind::full, {});
}

/// What the messages can show of them; none of them could be chosen, named or waited for.
constexpr std::size_t kMostOfOtherSites = 100;

/// It has none of the names that clients ask for, and nobody means it for SSTP: no pin, no link, no record, hash or listener. Such a one is
/// unfit for its names, whatever else speaks against it.
bool is_of_another_site(const Certificate& certificate, const Basis& basis, const Certificate* linked) {
    const std::vector<std::string>& names = basis.names.names;
    if (names.empty() || is_pinned(certificate, basis.in.policy.certificate) || (linked && linked->hash == certificate.hash)) return false;
    if (std::any_of(names.begin(), names.end(), [&](const std::string& name) { return covers(certificate, name); })) return false;
    return !is_below_the_primary_wildcard(certificate, basis.names) && !is_named_somewhere(certificate, basis);
}

}  // namespace

Candidates CandidatePool::of(CandidateKind kind) const {
    Candidates found;
    for (const JudgedCandidate& each : all) {
        if (each.kind == kind) found.push_back(each.certificate);
    }
    return found;
}

CandidatePool judge_candidates(const Basis& basis, const ActiveStanding& active) {
    CandidatePool pool;
    const auto* store = value_of(basis.in.state.certificates);
    if (!store) return pool;
    const Certificate* linked = basis.active ? linked_renewal(*basis.active, basis.in.state) : nullptr;
    std::size_t of_other_sites = 0;
    for (const Certificate& each : *store) {
        if (each.archived || (basis.active && each.hash == basis.active->hash)) continue;
        if (is_of_another_site(each, basis, linked) && ++of_other_sites > kMostOfOtherSites) {
            ++pool.left_out;
            continue;
        }
        JudgedCandidate judged{&each, judge(each, successor_input(each, basis, active)), CandidateKind::unfit, {}};
        classify(judged, basis, active, linked);
        pool.all.push_back(std::move(judged));
    }
    return pool;
}

}  // namespace sstp::selection
