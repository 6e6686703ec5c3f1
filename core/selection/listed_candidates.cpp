#include "core/selection/choice.h"
#include "core/selection/foreign_records.h"

#include <fmt/format.h>

#include <algorithm>

namespace sstp::selection {

namespace {

constexpr CandidateKind kBestFirst[] = {CandidateKind::full,     CandidateKind::partial,  CandidateKind::astray, CandidateKind::guess,
                                        CandidateKind::other_ca, CandidateKind::unwanted, CandidateKind::unfit};

bool is_taken(const Certificate& certificate, const DesiredState& desired) {
    return (desired.certificate && desired.certificate->hash == certificate.hash) ||
           (desired.successor && desired.successor->certificate.hash == certificate.hash);
}

/// A demand for names is told with where it comes from and the key that ends it (DESIGN 2.1).
std::string origin_of_the_demand(const JudgedCandidate& judged, const RequiredNames& names) {
    const Unfitness* worst = worst_of(judged.against);
    const bool is_for_names =
        judged.kind == CandidateKind::partial || (judged.kind == CandidateKind::unfit && worst && worst->reason == Reason::name_mismatch);
    return is_for_names ? fmt::format(" ({})", names.because) : std::string{};
}

std::string why_not(const JudgedCandidate& judged, const DesiredState& desired, const Choice& choice) {
    const Basis& basis = choice.basis;
    if (judged.kind != CandidateKind::full) return judged.why_not + origin_of_the_demand(judged, basis.names);
    if (desired.obstacle) return desired.obstacle->explanation;
    if (basis.in.memory.clock_doubtful) return "waits until the clock is believed";
    if (choice.waits_for && supersedes(*judged.certificate, *basis.active, basis)) {
        return fmt::format("waits until {} names it too", describe(*choice.waits_for));
    }
    const Certificate* taken = desired.successor ? &desired.successor->certificate : desired.certificate ? &*desired.certificate : nullptr;
    if (!taken) return "is not needed";
    if (basis.active && taken->hash == basis.active->hash) return fmt::format("does not supersede {}", brief(*taken));
    return fmt::format("comes after {}", brief(*taken));
}

/// Whoever put it into the store may take it for the renewal of the active one.
bool seems_to_follow(const Certificate& certificate, const Certificate& active) {
    if (certificate.not_before <= active.not_before || certificate.not_after <= active.not_after) return false;
    const auto names = names_on(active);
    return names.empty() || std::any_of(names.begin(), names.end(), [&](const std::string& name) { return covers(certificate, name); });
}

/// The best of what seems to follow the active one and is not taken.
const JudgedCandidate* best_passed_over(const Choice& choice, const DesiredState& desired) {
    const Basis& basis = choice.basis;
    for (const CandidateKind kind : kBestFirst) {
        Candidates of_kind = choice.pool.of(kind);
        std::erase_if(of_kind, [&](const Certificate* each) { return is_taken(*each, desired) || !seems_to_follow(*each, *basis.active); });
        if (of_kind.empty()) continue;
        sort_by_order(of_kind, basis);
        return &*std::find_if(choice.pool.all.begin(), choice.pool.all.end(),
                              [&](const JudgedCandidate& one) { return one.certificate == of_kind.front(); });
    }
    return nullptr;
}

/// What goes on after "is not taken".
std::string why_passed_over(const JudgedCandidate& judged, const Choice& choice, const std::string& decided_by,
                            const DesiredState& desired) {
    const bool is_fit = judged.kind == CandidateKind::full;
    if (is_fit && desired.obstacle) return fmt::format(" while {} stands.", word(desired.obstacle->reason));
    if (is_fit && has(desired.findings, Reason::choice_not_confirmed)) return " before a client has connected with it.";
    if (is_fit && !decided_by.empty()) return ": " + decided_by;
    std::string because = fmt::format(": it {}.", why_not(judged, desired, choice));
    if (judged.kind == CandidateKind::other_ca) return because + " " + kCaRemedy;
    if (judged.kind != CandidateKind::guess) return because;
    return because + " Say in certificate.dns_names which names VPN clients use, or pin one in certificate.thumbprint.";
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
    for (const CandidateKind kind : kBestFirst) list_kind(kind);
    if (choice.active.place == Place::in_store && basis.stored_active) {
        const bool stands = choice.active.stands;
        Candidate active{*basis.stored_active, choice.active.against,
                         is_taken(*basis.stored_active, desired) ? std::string{} : "is in force and is to be left"};
        listed.insert(stands ? listed.begin() : listed.end(), std::move(active));
    }
    std::stable_partition(listed.begin(), listed.end(), [&](const Candidate& each) { return is_taken(each.certificate, desired); });
    return listed;
}

void say_what_is_passed_over(const Choice& choice, const std::string& decided_by, DesiredState& desired) {
    if (!choice.basis.active || desired.successor) return;
    const JudgedCandidate* judged = best_passed_over(choice, desired);
    if (!judged) return;
    desired.passed_over = fmt::format("{}, until {}, is in LocalMachine\\MY, and is not taken{}", brief(*judged->certificate),
                                      to_date(judged->certificate->not_after), why_passed_over(*judged, choice, decided_by, desired));
}

void say_what_is_passed_over(const Basis& basis, const std::string& decided_by, DesiredState& desired) {
    Choice choice{basis, active_standing(basis), {}};
    choice.pool = judge_candidates(basis, choice.active);
    say_what_is_passed_over(choice, decided_by, desired);
}

}  // namespace sstp::selection
