#include "core/selection/choice.h"

#include "core/model/rare.h"
#include "core/selection/foreign_records.h"
#include "core/selection/messages.h"
#include "core/selection/names.h"
#include "core/selection/other_store.h"
#include "core/selection/policy_wish.h"
#include "core/selection/renewal_link.h"

#include <fmt/format.h>

#include <algorithm>
#include <tuple>

namespace sstp::selection {

namespace {

void obstruct(DesiredState& desired, Reason reason, std::string explanation) {
    desired.certificate = std::nullopt;
    desired.obstacle = Obstacle{reason, std::move(explanation)};
}

void obstruct_with(DesiredState& desired, const Finding& finding) {
    obstruct(desired, finding.reason, finding.explanation);
    desired.findings.push_back(finding);
}

std::string why_taken(const Certificate& taken, const Basis& basis) {
    if (is_pinned(taken, basis.in.policy.certificate)) return "certificate.thumbprint pins it";
    const Certificate* linked = basis.active ? linked_renewal(*basis.active, basis.in.state) : nullptr;
    if (linked && linked->hash == taken.hash) return "the renewal to which the active one is linked";
    if (basis.active && !is_wanted(*basis.active, basis.in.policy.certificate)) return "of the issuer that certificate.issuer asks for";
    if (basis.active && taken.not_before > basis.active->not_before) return "newer";
    return "fit";
}

/// Certificates that may follow the active one while that stands, in the hours of the window.
Candidates followers(const Choice& choice) {
    const Basis& basis = choice.basis;
    const Certificate& active = *basis.active;
    const bool must_leave = choice.active.next_start_breaks || !is_wanted(active, basis.in.policy.certificate);
    Candidates found;
    for (const Certificate* each : choosable(basis, choice.pool)) {
        // One that covers all learned names ends a second choice.
        if (must_leave || choice.active.is_second_choice || supersedes(*each, active, basis)) found.push_back(each);
    }
    // A pinned one in force is left for no other.
    if (is_pinned(active, basis.in.policy.certificate) && !choice.active.next_start_breaks) found.clear();
    if (!choice.active.is_second_choice) return found;
    for (const Certificate* each : choice.pool.of(CandidateKind::partial)) {
        const bool may_follow = is_second_choice(*each, basis.names, basis.in.memory) && covers_the_same(*each, active, basis);
        if (may_follow && (must_leave || supersedes(*each, active, basis))) found.push_back(each);
    }
    return found;
}

/// All records that there are of ours name one other certificate, while the hash names the active one; null when not so.
const Certificate* records_moved_to(const Basis& basis) {
    const auto* hash = value_of(basis.in.state.settings.sha256_hash);
    if (!hash || *hash != basis.active->hash) return nullptr;
    const auto records = wildcards(basis.in.state);
    if (records.empty()) return nullptr;
    const auto first = records.front()->thumbprint();
    const bool agree =
        std::all_of(records.begin(), records.end(), [&](const ListenerBinding* record) { return record->thumbprint() == first; });
    return agree && first && *first != basis.active->thumbprint ? basis.in.state.find(*first) : nullptr;
}

/// A site of another name on the certificate still gives out the active one. Should VPN clients use that name after all, they come through
/// as long as the hash names it: while there is time its owner is waited for, who has to renew it as well.
const ListenerBinding* site_to_wait_for(const Choice& choice) {
    const Basis& basis = choice.basis;
    const Certificate& active = *basis.active;
    const CertificatePolicy& policy = basis.in.policy.certificate;
    const bool has_time = active.not_after - basis.in.now > replace_before(active, policy);
    const bool must_leave = choice.active.next_start_breaks || choice.active.is_second_choice || !is_wanted(active, policy);
    // Where it is linked to its renewal Windows may serve that one at any time, by the site's record too.
    if (!has_time || must_leave || active.renewed_by) return nullptr;
    const auto records = records_of_other_names(basis);
    const auto names_it = [&](const ListenerBinding* record) { return record->thumbprint() == active.thumbprint; };
    const auto found = std::find_if(records.begin(), records.end(), names_it);
    return found == records.end() ? nullptr : *found;
}

void warn_of_pending_link(const Choice& choice, DesiredState& desired) {
    const Basis& basis = choice.basis;
    if (!basis.stored_active) return;
    const auto chain = renewals_of(*basis.stored_active, basis.in.state);
    if (chain.empty()) return;
    const auto full = choice.pool.of(CandidateKind::full);
    const bool is_fit = std::find(full.begin(), full.end(), chain.back()) != full.end();
    desired.findings.push_back(renewal_link_pending(basis, *chain.back(), is_fit));
}

/// Something of the unit names it; or it was proven, and has been left for one of another CA: clients may trust that one alone.
bool is_in_question(const Certificate& certificate, const Basis& basis) {
    if (is_named_somewhere(certificate, basis)) return true;
    return was_proven(certificate, basis) && basis.active && !is_same_ca(authority_of(certificate), authority_of(*basis.active));
}

/// The active certificate stays for now.
void keep(Choice& choice, DesiredState& desired) {
    const Basis& basis = choice.basis;
    const bool may_be_named = choice.active.place == Place::in_store || choice.active.place == Place::archived;
    // What is not in MY is never written anew; it is compared with as long as nothing would have to be.
    if (may_be_named || is_named_everywhere(*basis.active, basis)) desired.certificate = basis.active;
    desired.second_choice = choice.active.is_second_choice;
    if (auto elsewhere = lies_elsewhere(choice)) desired.findings.push_back(*std::move(elsewhere));

    if (const auto unclear = riddle(basis, choice.active, choice.pool)) {
        const Finding finding{Reason::ambiguous_certificate, Severity::warning, kStoreSubject, unclear->explanation};
        const auto is_one = [&](const Certificate* each) { return is_in_question(*each, basis); };
        if (unclear->unit_is_at_odds || std::any_of(unclear->among.begin(), unclear->among.end(), is_one) || !desired.certificate)
            return obstruct_with(desired, finding);
        desired.findings.push_back(finding);
        return;
    }
    const Certificate* next = best(followers(choice), basis);
    const Certificate* moved = next ? records_moved_to(basis) : nullptr;
    const bool goes_forward = moved && moved->hash == next->hash && !rras_holds(*basis.active, basis.in.memory);
    if (next && !goes_forward) choice.waits_for = site_to_wait_for(choice);
    if (goes_forward) {
        // Both records were moved ahead, and RRAS holds them, or may: forward is as near as back (DESIGN 2.1).
        SSTP_RARE("both records were moved ahead to the successor");
        desired.certificate = *next;
        desired.second_choice = !covers_all(*next, basis.names.names);
    } else if (choice.waits_for) {
        SSTP_RARE("a successor waits for the owner of a site that names the active one");
        desired.findings.push_back(waits_for_a_site(basis, *next, *choice.waits_for));
    } else if (next) {
        desired.successor = Successor{*next, choice.active.next_start_breaks ? Urgency::soon : Urgency::planned, why_taken(*next, basis)};
        if (!choice.active.next_start_breaks) desired.findings.push_back(superseded(basis, *desired.successor));
    } else if (!desired.certificate) {
        const bool is_in_another = choice.active.place == Place::other_store;
        obstruct(desired, is_in_another ? Reason::certificate_in_other_store : Reason::no_fit_certificate,
                 fmt::format("{} is not in LocalMachine\\MY with its key, so that nothing may name it anew. {}", brief(*basis.active),
                             is_in_another ? std::string{"Import it with its key into MY."} : why_none(basis, choice.pool)));
    } else if (!is_wanted(*basis.active, basis.in.policy.certificate)) {
        desired.findings.push_back({Reason::no_fit_certificate, Severity::warning, kStoreSubject,
                                    fmt::format("{} {}, and nothing can take its place. {}", brief(*basis.active),
                                                why_unwanted(*basis.active, basis.in.policy.certificate), why_none(basis, choice.pool))});
    }
    warn_of_pending_link(choice, desired);
}

/// Of second choices the best; an obstacle where they stand for different names below a learned wildcard (servers.md 9).
const Certificate* second_choice(const Choice& choice, const Candidates& partial) {
    const Basis& basis = choice.basis;
    Candidates may_be_taken;
    for (const Certificate* each : partial) {
        if (is_second_choice(*each, basis.names, basis.in.memory)) may_be_taken.push_back(each);
    }
    const Certificate* first = best(may_be_taken, basis);
    if (!first || covers(*first, basis.names.primary)) return first;
    const bool is_alone = std::all_of(partial.begin(), partial.end(), [&](const Certificate* each) {
        return !is_below_the_primary_wildcard(*each, basis.names) || primary_name(*each) == primary_name(*first);
    });
    return is_alone ? first : nullptr;
}

/// The active certificate is not known, or will not do.
void replace(const Choice& choice, DesiredState& desired) {
    const Basis& basis = choice.basis;
    const auto elsewhere = lies_elsewhere(choice);
    if (elsewhere) desired.findings.push_back(*elsewhere);
    if (const auto meant = meant_but_elsewhere(basis)) return obstruct_with(desired, *meant);
    if (const auto unclear = riddle(basis, choice.active, choice.pool)) {
        return obstruct_with(desired, {Reason::ambiguous_certificate, Severity::critical, kStoreSubject, unclear->explanation});
    }
    if (const Certificate* next = best(choosable(basis, choice.pool), basis)) {
        desired.certificate = *next;
        return;
    }
    const Candidates partial = choice.pool.of(CandidateKind::partial);
    if (const Certificate* next = second_choice(choice, partial)) {
        SSTP_RARE("a second choice is taken");
        desired.certificate = *next;
        desired.second_choice = true;
        return;
    }
    if (const Certificate* last = best(choice.pool.of(CandidateKind::astray), basis)) {
        SSTP_RARE("one whose link leads astray is taken, for nothing else is left");
        desired.certificate = *last;
        return;
    }
    if (Candidates others = choice.pool.of(CandidateKind::other_ca); !others.empty()) {
        SSTP_RARE("only another CA has a fit certificate");
        sort_by_order(others, basis);
        // The finding follows with all others of its kind.
        return obstruct(desired, Reason::successor_other_ca,
                        fmt::format("Only {} would do: a successor must be of the same CA ({}). {}", list_with_ca(others),
                                    describe(basis.ca), kCaRemedy));
    }
    if (!partial.empty()) {
        SSTP_RARE("what there is covers only some of the names");
        return obstruct_with(
            desired, {Reason::ambiguous_certificate, Severity::critical, kStoreSubject, riddle_of_partial(basis, partial).explanation});
    }
    if (elsewhere) return obstruct(desired, elsewhere->reason, elsewhere->explanation + ' ' + why_none(basis, choice.pool));
    std::string active;
    if (basis.active) {
        const Unfitness* worst = worst_of(choice.active.against);
        active = fmt::format("{} {}. ", brief(*basis.active),
                             worst                     ? worst->explanation
                             : choice.active.no_cipher ? std::string{"has a key of a kind that the cipher list in force does not serve"}
                                                       : std::string{"is no longer in LocalMachine\\MY"});
    }
    obstruct_with(desired, {Reason::no_fit_certificate, Severity::critical, kStoreSubject, active + why_none(basis, choice.pool)});
}

/// Dates decide nothing while the clock is not believed: what is in force stays if nothing else speaks against it. Whether one that has
/// ended by this clock, or by what it showed before, is written anew is for its dates to say.
void wait_for_the_clock(const Choice& choice, DesiredState& desired) {
    const Basis& basis = choice.basis;
    desired.second_choice = choice.active.is_second_choice;
    if (const auto unclear = riddle_of_the_unit(basis)) {
        return obstruct_with(desired, {Reason::ambiguous_certificate, Severity::warning, kStoreSubject, unclear->explanation});
    }
    const bool is_in_my = choice.active.place == Place::in_store || choice.active.place == Place::archived;
    const bool may_be_written = is_in_my && basis.active && has_not_ended(*basis.active, basis.in);
    const bool may_be_named = may_be_written || (basis.active && is_named_everywhere(*basis.active, basis));
    if (choice.active.stands && may_be_named && !served_by_link(basis)) {
        SSTP_RARE("the clock is in doubt and what is in force stands");
        desired.certificate = basis.active;
        return;
    }
    SSTP_RARE("the clock is in doubt and the certificate in force will not do");
    obstruct(desired, Reason::clock_not_believed,
             fmt::format("{} Which certificate may take the place of {} depends on dates, so that nothing is changed until the clock is "
                         "believed.",
                         basis.in.memory.clock_explanation, basis.active ? brief(*basis.active) : std::string{"the missing one"}));
}

void say_what_else_there_is(const Choice& choice, DesiredState& desired) {
    const Basis& basis = choice.basis;
    const Certificate* taken = desired.successor     ? &desired.successor->certificate
                               : desired.certificate ? &*desired.certificate
                               : basis.active        ? &*basis.active
                                                     : nullptr;
    Candidates others = choice.pool.of(CandidateKind::other_ca);
    sort_by_order(others, basis);
    const bool has_own = desired.successor || (desired.certificate && !choice.active.stands);
    std::erase_if(
        others, [&](const Certificate* each) { return taken && (choice.active.stands || has_own) && each->not_after <= taken->not_after; });
    if (!others.empty()) desired.findings.push_back(other_ca(basis, choice.active, others, has_own));

    const JudgedCandidate* newest = nullptr;
    for (const JudgedCandidate& each : choice.pool.all) {
        const bool for_its_key = worst_of(each.against) && std::all_of(each.against.begin(), each.against.end(), [](const Unfitness& one) {
                                     return one.severity != Severity::critical || one.reason == Reason::private_key_missing ||
                                            one.reason == Reason::private_key_unusable || one.reason == Reason::private_key_unknown;
                                 });
        const bool is_for_sstp = is_wanted(*each.certificate, basis.in.policy.certificate) && allows(basis.ca, *each.certificate);
        if (!for_its_key || !is_for_sstp || (taken && each.certificate->not_before <= taken->not_before)) continue;
        if (!newest || std::tie(newest->certificate->not_before, newest->certificate->hash) <
                           std::tie(each.certificate->not_before, each.certificate->hash)) {
            newest = &each;
        }
    }
    if (newest) desired.findings.push_back(newest_without_key(basis, choice.active, *newest, has_own));
}

}  // namespace

void choose(const Basis& basis, DesiredState& desired) {
    Choice choice{basis, active_standing(basis), {}};
    choice.pool = judge_candidates(basis, choice.active);
    if (basis.in.memory.clock_doubtful) {
        wait_for_the_clock(choice, desired);
    } else if (!follow_served_link(choice, desired)) {
        choice.active.stands ? keep(choice, desired) : replace(choice, desired);
    }
    if (desired.second_choice && desired.certificate) desired.findings.push_back(names_changed(basis, *desired.certificate));
    if (!basis.in.memory.clock_doubtful) say_what_else_there_is(choice, desired);
    desired.candidates = listed_candidates(choice, desired);
    say_what_is_passed_over(choice, {}, desired);
}

}  // namespace sstp::selection
