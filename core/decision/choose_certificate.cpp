#include "core/decision/choose_certificate.h"

#include "core/decision/standing_records.h"
#include "core/model/text.h"

#include <fmt/format.h>

#include <algorithm>
#include <set>
#include <tuple>

namespace sstp {

namespace {

using Verdict = CertificateChoice::Verdict;
using Candidates = std::vector<const Certificate*>;

bool is_pinned(const Certificate& certificate, const CertificatePolicy& policy) {
    if (const auto* thumbprint = std::get_if<Thumbprint>(&*policy.thumbprint)) return certificate.thumbprint == *thumbprint;
    return certificate.hash == std::get<CertificateHash>(*policy.thumbprint);
}

/// What the administrator asked for beyond fitness: a pinned certificate, or a certain issuer.
bool is_wanted(const Certificate& certificate, const CertificatePolicy& policy) {
    if (policy.thumbprint) return is_pinned(certificate, policy);
    if (!policy.issuer) return true;
    return equal_ignoring_case(*policy.issuer, certificate.issuer_cn) || equal_ignoring_case(*policy.issuer, certificate.issuer);
}

/// DNS names as a set: order, case and repetitions tell nothing apart.
std::set<std::string> name_set(const Certificate& certificate) {
    std::set<std::string> names;
    for (std::string name : certificate.dns_names) {
        std::transform(name.begin(), name.end(), name.begin(),
                       [](char c) { return c >= 'A' && c <= 'Z' ? static_cast<char>(c - 'A' + 'a') : c; });
        names.insert(std::move(name));
    }
    return names;
}

bool is_renewal_of(const Certificate& certificate, const Certificate* old) { return old && old->renewed_by == certificate.thumbprint; }

/// Whether `other` can stand in for `current`: it covers the policy's names, or, where the policy names none, every name
/// of the current one. Without any name, only what auto-enrolment linked or what has the same subject can.
bool covers_the_same(const Certificate& other, const Certificate& current, const CertificatePolicy& policy) {
    if (!policy.dns_names.empty() || policy.thumbprint) return true;  // fitness, or the pin, has said it already
    if (!current.dns_names.empty()) return covers(other, current.dns_names);
    return is_renewal_of(other, &current) || (other.dns_names.empty() && other.subject == current.subject);
}

/// DESIGN 7.4. `other` is fit and wanted.
bool supersedes(const Certificate& other, const Certificate& current, const CertificatePolicy& policy) {
    return other.not_before > current.not_before && other.not_after > current.not_after && covers_the_same(other, current, policy);
}

/// The order of preference, total over different certificates, so that the choice never flips.
const Certificate* best(const Candidates& candidates, const Certificate* old) {
    const auto rank = [old](const Certificate& each) { return std::tuple{is_renewal_of(each, old), each.not_before, each.not_after}; };
    return *std::max_element(candidates.begin(), candidates.end(), [&](const Certificate* left, const Certificate* right) {
        const auto a = rank(*left);
        const auto b = rank(*right);
        return a != b ? a < b : left->hash > right->hash;
    });
}

/// Nothing tells candidates of different names apart when no name is required and no renewal link leads to one.
bool is_ambiguous(const Candidates& candidates, const std::vector<std::string>& names, const Certificate* old) {
    if (!names.empty() || candidates.size() < 2) return false;
    if (std::any_of(candidates.begin(), candidates.end(), [old](const Certificate* each) { return is_renewal_of(*each, old); })) {
        return false;
    }
    const auto first = name_set(*candidates.front());
    return std::any_of(candidates.begin() + 1, candidates.end(), [&](const Certificate* each) {
        return name_set(*each) != first || (first.empty() && each->subject != candidates.front()->subject);
    });
}

/// Every certificate out of its dates in the same direction: more likely the clock than all of them.
const char* clock_suspicion(const std::vector<Certificate>& store, WallTime now) {
    if (store.size() < 2) return "";
    if (std::all_of(store.begin(), store.end(), [=](const Certificate& each) { return each.not_after < now; })) {
        return " Every certificate in the store looks expired at once: check the machine's clock.";
    }
    if (std::all_of(store.begin(), store.end(), [=](const Certificate& each) { return each.not_before > now; })) {
        return " No certificate in the store has begun yet: check the machine's clock.";
    }
    return "";
}

/// Says of the few first what speaks against each; a store with hundreds is not a sentence.
std::string why_none(const Diagnosis& d, const std::vector<Certificate>& store, const std::vector<std::string>& names) {
    constexpr std::size_t kMost = 5;
    if (store.empty()) return fmt::format("The store {} holds no certificate.", d.policy.certificate.store);
    std::string text = fmt::format("None of the {} certificates in the store {} will do:", store.size(), d.policy.certificate.store);
    std::vector<const Certificate*> shown;
    for (const Certificate& each : store) shown.push_back(&each);
    std::sort(shown.begin(), shown.end(),
              [](const Certificate* a, const Certificate* b) { return std::tie(b->not_after, a->hash) < std::tie(a->not_after, b->hash); });
    for (std::size_t i = 0; i < std::min(kMost, shown.size()); ++i) {
        const auto against = judge(*shown[i], names, d.policy, d.now);
        const auto worst =
            std::find_if(against.begin(), against.end(), [](const Unfitness& each) { return each.severity == Severity::critical; });
        text += fmt::format("{} {} {}", i == 0 ? "" : ";", brief(*shown[i]),
                            worst != against.end()            ? worst->explanation
                            : d.policy.certificate.thumbprint ? std::string{"is not the pinned one"}
                                                              : fmt::format("was issued by {}", shown[i]->issuer));
    }
    if (shown.size() > kMost) text += fmt::format("; and {} more", shown.size() - kMost);
    return text + "." + clock_suspicion(store, d.now);
}

std::string why_pinned_will_not_do(const Diagnosis& d, const std::vector<Certificate>& store, const std::vector<std::string>& names) {
    for (const Certificate& each : store) {
        if (!is_pinned(each, d.policy.certificate)) continue;
        const auto against = judge(each, names, d.policy, d.now);
        const auto worst =
            std::find_if(against.begin(), against.end(), [](const Unfitness& one) { return one.severity == Severity::critical; });
        if (worst == against.end()) break;
        return fmt::format("The pinned certificate {} {}.{}", brief(each), worst->explanation, clock_suspicion(store, d.now));
    }
    const std::string pinned = std::visit([](const auto& digest) { return digest.brief(); }, *d.policy.certificate.thumbprint);
    return fmt::format("The pinned certificate {} is not in the store {}.", pinned, d.policy.certificate.store);
}

std::string which_candidates(const Candidates& candidates) {
    std::string text = "Several certificates are fit and have different names:";
    for (std::size_t i = 0; i < std::min<std::size_t>(candidates.size(), 5); ++i) text += (i == 0 ? " " : ", ") + brief(*candidates[i]);
    return text + ". Say in certificate.dns_names which names the VPN clients use.";
}

CertificateChoice follow(const Dictation& dictation) {
    CertificateChoice choice;
    choice.dictated_by_foreign_record = true;
    choice.explanation = dictation.explanation + ".";
    if (dictation.verdict == Dictation::Verdict::fit) {
        choice.verdict = Verdict::keep;
        choice.current_works = true;
        choice.target = *dictation.certificate;
    }
    return choice;
}

/// What is superseded itself would have to be replaced again at once, restart and all: even the renewal that auto-enrolment
/// linked gives way to what was issued after it (promise idempotent).
const Certificate* newest_after(const Certificate* chosen, const Candidates& fit, const CertificatePolicy& policy) {
    for (;;) {
        Candidates newer;
        std::copy_if(fit.begin(), fit.end(), std::back_inserter(newer),
                     [&](const Certificate* each) { return supersedes(*each, *chosen, policy); });
        if (newer.empty()) return chosen;
        chosen = best(newer, chosen);   // starts later each time, so that this ends
    }
}

CertificateChoice kept_with(const Certificate& current, const ListenerBinding& beside) {
    CertificateChoice choice;
    choice.verdict = Verdict::keep;
    choice.current_works = true;
    choice.target = current;
    choice.explanation = fmt::format(
        "{} is fit, and stays while {} names it too. If VPN clients do not use that name, list theirs in certificate.dns_names.",
        brief(current), beside.endpoint.to_string());
    return choice;
}

CertificateChoice among(const Diagnosis& d, const Candidates& candidates, const Candidates& fit, const Certificate* current,
                        const std::vector<std::string>& names) {
    CertificateChoice choice;
    if (is_ambiguous(candidates, names, current)) {
        choice.verdict = Verdict::ambiguous;
        choice.explanation = which_candidates(candidates);
        return choice;
    }
    const Certificate* found = newest_after(best(candidates, current), fit, d.policy.certificate);
    if (const ListenerBinding* rival = names.empty() ? rival_record(d, *found) : nullptr) {
        choice.verdict = Verdict::ambiguous;
        choice.explanation =
            fmt::format("{} is fit, but {} names another certificate. Say in certificate.dns_names which names the VPN clients use.",
                        brief(*found), rival->endpoint.to_string());
        return choice;
    }
    choice.verdict = Verdict::replace;
    choice.target = *found;
    choice.explanation = fmt::format("{} is fit{}.", brief(*choice.target),
                                     is_renewal_of(*choice.target, current) ? " and the renewal of the one in force"
                                     : candidates.size() > 1                ? " and the newest that is"
                                                                            : "");
    return choice;
}

std::vector<std::string> required_names(const Diagnosis& d, const Certificate* configured) {
    if (!d.policy.certificate.dns_names.empty()) return d.policy.certificate.dns_names;
    if (d.policy.certificate.thumbprint) return {};
    if (d.memory.known_good && !d.memory.known_good->dns_names.empty()) return d.memory.known_good->dns_names;
    return configured ? configured->dns_names : std::vector<std::string>{};
}

}  // namespace

Grounds grounds_of(const Diagnosis& d) {
    Grounds grounds;
    grounds.configured = configured_certificate(d);
    grounds.names = required_names(d, grounds.configured);
    grounds.standing = standing_records(d, grounds.names);
    grounds.dictation = dictated(d, grounds.standing, grounds.names);
    const auto decides = std::find_if(grounds.standing.begin(), grounds.standing.end(),
                                      [](const StandingRecord& each) { return each.decides && each.certificate; });
    grounds.current = decides == grounds.standing.end() ? grounds.configured : decides->certificate;
    return grounds;
}

std::vector<std::string> names_to_remember(const Diagnosis& d, const Certificate& verified) {
    std::vector<std::string> names = required_names(d, configured_certificate(d));
    return names.empty() || !covers(verified, names) ? verified.dns_names : names;
}

CertificateChoice choose_certificate(const Diagnosis& d, const Grounds& grounds) {
    const auto* store = value_of(d.state.certificates);
    if (!store) {
        CertificateChoice unknown;
        unknown.explanation = "The certificate store could not be read.";
        return unknown;
    }
    if (grounds.dictation.verdict != Dictation::Verdict::none) return follow(grounds.dictation);

    const CertificatePolicy& policy = d.policy.certificate;
    const std::vector<std::string>& names = grounds.names;
    const Certificate* current = grounds.configured;
    const bool current_works = current && is_fit(*current, names, d.policy, d.now);
    const bool may_stay = current_works && is_wanted(*current, policy);

    if (const ListenerBinding* beside = may_stay ? record_under_our_wildcard(d, names, *current) : nullptr) {
        return kept_with(*current, *beside);
    }

    Candidates fit;          // all others that would do
    Candidates candidates;   // those of them that may take the place of the current one
    for (const Certificate& each : *store) {
        if ((current && each.hash == current->hash) || !is_wanted(each, policy)) continue;
        if (!is_fit(each, names, d.policy, d.now)) continue;
        fit.push_back(&each);
        if (!may_stay || supersedes(each, *current, policy)) candidates.push_back(&each);
    }
    CertificateChoice choice;
    if (may_stay && candidates.empty()) {
        choice.verdict = Verdict::keep;
        choice.target = *current;
        choice.explanation = brief(*current) + " is fit, and nothing newer covers the same names.";
    } else if (candidates.empty()) {
        choice.explanation = policy.thumbprint ? why_pinned_will_not_do(d, *store, names) : why_none(d, *store, names);
    } else {
        choice = among(d, candidates, fit, current, names);
    }
    choice.current_works = current_works;
    return choice;
}

}  // namespace sstp
