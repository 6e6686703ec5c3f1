#include "core/selection/adoption.h"

#include "core/model/families.h"
#include "core/model/rare.h"
#include "core/selection/names.h"
#include "core/selection/policy_wish.h"
#include "core/selection/unknown_hash.h"

#include <fmt/format.h>

#include <algorithm>

namespace sstp::selection {

namespace {

/// RRAS starts, or has become RUNNING so lately that no listener has to answer yet. Where it has ended, or nobody answers for longer, what
/// was chosen is no choice that could be waited for.
bool rras_is_coming_up(const SelectionInput& in) {
    const ServiceStatus* rras = in.state.service(kRemoteAccess);
    if (!rras) return false;
    if (rras->state == ServiceState::start_pending) return true;
    const Duration ready_within = in.policy.verify.ready_within;
    return rras->state == ServiceState::running && rras->started && in.now - rras->started->latest <= 2 * ready_within;
}

/// All records by which clients are served and every listener that answered agree on it. Where RRAS is known to hold it, one listener is
/// enough: another one that serves something else has it from HTTP.SYS's memory. A record of a family on which HTTP.SYS does not listen,
/// or that the policy leaves out, serves nobody. While RRAS comes up no listener answers: what was agreed upon before is so still.
bool is_agreed_upon(const Certificate& certificate, const SelectionInput& in) {
    auto records = wildcards(in.state);
    std::erase_if(records, [&](const ListenerBinding* record) { return !is_looked_after(record->endpoint.family, in.state, in.policy); });
    const auto names_it = [&](const ListenerBinding* record) { return record->thumbprint() == certificate.thumbprint; };
    if (records.empty() || !std::all_of(records.begin(), records.end(), names_it)) return false;
    const auto leaves = served_leaves(in.state, in.policy);
    if (leaves.empty()) return in.memory.unconfirmed_choice == certificate.hash && rras_is_coming_up(in);
    const auto serving =
        std::count_if(leaves.begin(), leaves.end(), [&](const Certificate* leaf) { return leaf->hash == certificate.hash; });
    return serving > 0 && (rras_holds(certificate, in.memory) || serving == static_cast<std::ptrdiff_t>(leaves.size()));
}

/// In the store; else, where it has left that, as a listener serves it from memory.
const Certificate* stored_or_served(const CertificateHash& hash, const SelectionInput& in) {
    if (const Certificate* stored = in.state.find(hash)) return stored;
    const auto leaves = served_leaves(in.state, in.policy);
    const auto served = std::find_if(leaves.begin(), leaves.end(), [&](const Certificate* leaf) { return leaf->hash == hash; });
    return served == leaves.end() ? nullptr : *served;
}

const Certificate* agreed_upon_with(const std::optional<CertificateHash>& hash, const SelectionInput& in) {
    const Certificate* certificate = hash ? stored_or_served(*hash, in) : nullptr;
    if (!certificate || (certificate->archived && certificate->renewed_by))
        return nullptr;   // listeners follow the link at RRAS's next start
    return is_agreed_upon(*certificate, in) ? certificate : nullptr;
}

/// Fit as far as it goes without names.
bool will_do(const Certificate& certificate, const SelectionInput& in) {
    const bool is_served = is_served_anywhere(certificate, in.state);
    return is_fit(certificate, FitnessInput{in.policy, in.memory, in.now, in.policy.certificate.dns_names, is_served, true});
}

/// What was proven lies in the store, and would do; else null.
const Certificate* proven_that_would_do(const SelectionInput& in) {
    const Certificate* proven = in.state.find(in.memory.proven->certificate.hash);
    return proven && !proven->archived && will_do(*proven, in) ? proven : nullptr;
}

/// It would take the place of what was proven: the same, or a renewal of it with all of its names.
bool leads_back(const Certificate& each, const SelectionInput& in) {
    const Certificate& proven = in.memory.proven->certificate;
    if (each.archived || !will_do(each, in)) return false;
    return each.hash == proven.hash || (is_same_ca(authority_of(proven), authority_of(each)) && covers_all(each, names_on(proven)));
}

/// Some value names again what was proven, or a renewal of it: whoever moved everything away is moving it back.
bool is_going_back(const Certificate& choice, const SelectionInput& in, const std::vector<const Certificate*>& leaves) {
    const auto* store = value_of(in.state.certificates);
    return store && std::any_of(store->begin(), store->end(), [&](const Certificate& each) {
               return each.hash != choice.hash && is_still_named(each, in.state, leaves) && leads_back(each, in);
           });
}

/// The change that an earlier look saw whole, and nobody has confirmed: it outlasts drift as the proven certificate does. RRAS holds it
/// (where that is not known: nothing that was proven would do in its place), something names it still, and nothing is going back to what
/// was proven.
const Certificate* seen_whole_before(const SelectionInput& in) {
    const auto& choice = in.memory.unconfirmed_choice;
    const Certificate* certificate = choice ? in.state.find(*choice) : nullptr;
    if (!certificate || certificate->archived) return nullptr;
    if (in.memory.held ? !rras_holds(*certificate, in.memory) : proven_that_would_do(in) != nullptr) return nullptr;
    const auto leaves = served_leaves(in.state, in.policy);
    if (leaves.empty() && !rras_is_coming_up(in)) return nullptr;
    if (!is_still_named(*certificate, in.state, leaves) || is_going_back(*certificate, in, leaves)) return nullptr;
    SSTP_RARE("a value drifts from a change of everything that nobody has confirmed");
    return certificate;
}

/// The certificate, archived or not, or gone from MY (its listeners serve it all the same), on which all records of ours, the hash and
/// every listener that answered agree; null when there is none. The hash that RRAS is known to hold stands for one that somebody has
/// overwritten since: a single value is drift, and undoes no change of all.
const Certificate* agreed_upon(const SelectionInput& in) {
    const auto* stored = value_of(in.state.settings.sha256_hash);
    if (const Certificate* all = agreed_upon_with(stored ? std::optional{*stored} : std::nullopt, in)) return all;
    const Certificate* held = in.memory.held ? agreed_upon_with(in.memory.held->sha256, in) : nullptr;
    return held ? held : seen_whole_before(in);
}

/// What the policy names outranks adoption.
bool policy_objects(const Certificate& certificate, const CertificatePolicy& policy) {
    return !covers_all(certificate, policy.dns_names) || !is_wanted(certificate, policy);
}

/// Records and parameters were last written then. Where that is not known, or the hash was overwritten since: RRAS holds it since it
/// started.
std::optional<WallTime> changed_at(const Certificate& to, const SelectionInput& in) {
    const auto* stored = value_of(in.state.settings.sha256_hash);
    const bool is_stored = stored && *stored == to.hash;
    if (is_stored && in.state.settings.written && in.state.bindings_written)
        return std::max(*in.state.settings.written, *in.state.bindings_written);
    if (rras_holds(to, in.memory)) return in.memory.held->start.latest;
    return std::nullopt;
}

/// RRAS has read the change, and complained of it in a way in which it did not before.
bool rras_complains(const std::optional<WallTime>& changed, const SelectionInput& in) {
    const ServiceStatus* rras = in.state.service(kRemoteAccess);
    const bool has_read_it = !changed || !rras || !rras->started || rras->started->latest >= *changed;
    // Event 13 where IPv6 is off comes at each start, whatever is bound: it speaks of no client (DESIGN 2.4).
    const auto families = families_with_clients(in.state, in.policy);
    const auto counts = [&](const Complaint& each) {
        return !each.at_previous_start_too &&
               std::any_of(families.begin(), families.end(), [&](AddressFamily family) { return each.is_about(family); });
    };
    return has_read_it && std::any_of(in.memory.complaints.begin(), in.memory.complaints.end(), counts);
}

/// It has no name that a client could dial, and what was proven has: no client will ever confirm it.
bool nobody_could_ask_for(const Certificate& to, const SelectionInput& in) {
    return names_on(to).empty() && !names_on(in.memory.proven->certificate).empty() && in.policy.certificate.dns_names.empty();
}

/// Sessions cannot be counted here: a day of it without a complaint stands for one, as where names are learned. Where they were only not
/// asked for yet, the next answer tells; and an RRAS that is stopped, or was a while ago, cannot be asked: that tells nothing of this
/// server.
bool is_accepted_unseen(const std::optional<WallTime>& changed, const SelectionInput& in) {
    constexpr Duration kAskedSince = std::chrono::hours{1};
    const ServiceStatus* rras = in.state.service(kRemoteAccess);
    const bool has_run = rras && rras->state == ServiceState::running && rras->started && in.now - rras->started->latest >= kAskedSince;
    const bool cannot_be_counted = why_unreadable(in.memory.sessions.now) != nullptr;
    return changed && has_run && cannot_be_counted && in.memory.complaints.empty() && in.now - *changed >= kAcceptedWithoutSessions;
}

/// What selection itself would allow in place of the proven one.
bool is_own_choice(const Certificate& to, const Basis& from_proven) {
    if (!allows(from_proven.ca, to)) return false;
    if (covers_all(to, names_asked_of(to, from_proven.names, from_proven.in.policy.certificate))) return true;
    const Certificate* proven = from_proven.stored_active;
    const bool proven_works = proven && !proven->archived && is_fit(*proven, fitness_input(*proven, from_proven, true));
    return !proven_works && is_second_choice(to, from_proven.names, from_proven.in.memory);
}

/// With the flag at 0 RRAS takes another certificate of the store at its start where the one that it knew has left it, and writes records
/// and hashes itself (facts: rras-sstp section 2). That is nobody's choice: clients dial a name that it does not bear.
bool is_taken_by_rras(const Certificate& to, const Basis& from_proven) {
    return !from_proven.stored_active && !covers_all(to, names_asked_of(to, from_proven.names, from_proven.in.policy.certificate));
}

}  // namespace

std::optional<ChangeOfAll> change_of_all(const SelectionInput& in) {
    const auto& proven = in.memory.proven;
    const Certificate* to = proven && !in.memory.clock_doubtful ? agreed_upon(in) : nullptr;
    if (!to || to->hash == proven->certificate.hash || policy_objects(*to, in.policy.certificate)) return std::nullopt;
    if (!will_do(*to, in)) return std::nullopt;

    if (in.memory.put_in_force_by_us == to->hash) {
        SSTP_RARE("a change of everything is our own heal");
        return ChangeOfAll{ChangeOfAll::Verdict::own_choice, *to};
    }
    const auto changed = changed_at(*to, in);
    const bool connected = changed && sstp_session_began_since(*changed, in.memory.sessions).value_or(false);
    if (!connected && !in.state.find(to->hash)) return std::nullopt;  // its clients alone tell that it was meant
    if (in.state.settings.chosen_by_administrator() || connected) return ChangeOfAll{ChangeOfAll::Verdict::adopted, *to};
    if (nobody_could_ask_for(*to, in)) {
        SSTP_RARE("a change of everything is to a certificate without a name");
        return std::nullopt;
    }
    const Basis from_proven = basis_of(in, proven->certificate);
    if (is_accepted_unseen(changed, in) && !is_taken_by_rras(*to, from_proven)) return ChangeOfAll{ChangeOfAll::Verdict::adopted, *to};
    if (is_own_choice(*to, from_proven)) {
        SSTP_RARE("a change of everything is what selection would choose");
        return ChangeOfAll{ChangeOfAll::Verdict::own_choice, *to};
    }
    if (is_taken_by_rras(*to, from_proven)) {
        SSTP_RARE("RRAS took a certificate of another name at its start");
        return ChangeOfAll{ChangeOfAll::Verdict::taken_by_rras, *to};
    }
    if (rras_complains(changed, in)) {
        SSTP_RARE("a change of everything is complained of");
        return ChangeOfAll{ChangeOfAll::Verdict::complained_of, *to};
    }
    SSTP_RARE("a change of everything waits for a client");
    return ChangeOfAll{ChangeOfAll::Verdict::not_confirmed, *to};
}

bool is_in_force_as_chosen(const Certificate& choice, const SelectionInput& in) {
    const auto* hash = value_of(in.state.settings.sha256_hash);
    const bool rras_holds_another = in.memory.held && in.memory.held->sha256 && !rras_holds(choice, in.memory);
    if (rras_holds_another || !hash || *hash != choice.hash) return false;
    const auto families = families_with_clients(in.state, in.policy);
    return std::all_of(families.begin(), families.end(), [&](AddressFamily family) {
        const auto* record = value_of(in.state.binding(family));
        return record ? record->thumbprint() == choice.thumbprint : !is_absent(in.state.binding(family));
    });
}

Finding not_confirmed(const ChangeOfAll& change, bool is_left_alone, const SelectionInput& in) {
    const Certificate& before = in.memory.proven->certificate;
    const char* what_is_done = is_left_alone ? "It is left alone" : "What is at odds with it is put right";
    return {Reason::choice_not_confirmed, Severity::warning, change.to.thumbprint.to_string(),
            fmt::format(
                "Records, hashes and listeners were all moved from {} to {} ({}), and no client has connected since. {}: the first SSTP "
                "session confirms the choice. To move back, run sstp-watchdog heal, or name {} in certificate.thumbprint; to keep it, "
                "name {} there.",
                brief(before), brief(change.to), describe(authority_of(change.to)), what_is_done, before.thumbprint.brief(),
                change.to.thumbprint.brief())};
}

}  // namespace sstp::selection
