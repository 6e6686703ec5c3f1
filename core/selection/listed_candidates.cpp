#include "core/selection/choice.h"
#include "core/selection/foreign_records.h"

#include <fmt/format.h>

#include <algorithm>

namespace sstp::selection {

namespace {

bool is_taken(const Certificate& certificate, const DesiredState& desired) {
    return (desired.certificate && desired.certificate->hash == certificate.hash) ||
           (desired.successor && desired.successor->certificate.hash == certificate.hash);
}

/// A demand for names is told with where it comes from and the key that ends it (DESIGN 2.1).
std::string origin_of_the_demand(const JudgedCandidate& judged, const RequiredNames& names) {
    const Unfitness* worst = worst_of(judged.against);
    const bool is_for_names = judged.kind == CandidateKind::partial ||
                              (judged.kind == CandidateKind::unfit && worst && worst->reason == Reason::name_mismatch);
    return is_for_names ? fmt::format(" ({})", names.because) : std::string{};
}

std::string why_not(const JudgedCandidate& judged, const DesiredState& desired, const Choice& choice) {
    const Basis& basis = choice.basis;
    if (judged.kind != CandidateKind::full) return judged.why_not + origin_of_the_demand(judged, basis.names);
    if (desired.obstacle) return desired.obstacle->explanation;
    if (choice.waits_for && supersedes(*judged.certificate, *basis.active, basis)) {
        return fmt::format("waits until {} names it too", describe(*choice.waits_for));
    }
    const Certificate* taken = desired.successor ? &desired.successor->certificate : desired.certificate ? &*desired.certificate : nullptr;
    if (!taken) return "is not needed";
    if (basis.active && taken->hash == basis.active->hash) return fmt::format("does not supersede {}", brief(*taken));
    return fmt::format("comes after {}", brief(*taken));
}

}  // namespace

std::vector<Candidate> listed_candidates(const Choice& choice, const DesiredState& desired) {
    const Basis& basis = choice.basis;
    std::vector<Candidate> listed;
    const auto list_kind = [&](CandidateKind kind) {
        Candidates of_kind = choice.pool.of(kind);
        sort_by_order(of_kind, basis);
        for (const Certificate* each : of_kind) {
            const auto judged = std::find_if(choice.pool.all.begin(), choice.pool.all.end(),
                                             [&](const JudgedCandidate& one) { return one.certificate == each; });
            listed.push_back({*each, judged->against, is_taken(*each, desired) ? std::string{} : why_not(*judged, desired, choice)});
        }
    };
    for (const CandidateKind kind : {CandidateKind::full, CandidateKind::partial, CandidateKind::astray, CandidateKind::guess,
                                     CandidateKind::other_ca, CandidateKind::unwanted, CandidateKind::unfit}) {
        list_kind(kind);
    }
    if (choice.active.place == Place::in_store && basis.stored_active) {
        const bool stands = choice.active.stands;
        Candidate active{*basis.stored_active, choice.active.against,
                         is_taken(*basis.stored_active, desired) ? std::string{} : "is in force and is to be left"};
        listed.insert(stands ? listed.begin() : listed.end(), std::move(active));
    }
    std::stable_partition(listed.begin(), listed.end(), [&](const Candidate& each) { return is_taken(each.certificate, desired); });
    return listed;
}

}  // namespace sstp::selection
