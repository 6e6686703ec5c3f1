#include "core/selection/riddle.h"

#include "core/model/rare.h"
#include "core/model/text.h"
#include "core/selection/fitness.h"
#include "core/selection/messages.h"
#include "core/selection/names.h"
#include "core/selection/renewal_link.h"

#include <fmt/format.h>
#include <fmt/ranges.h>

#include <algorithm>

namespace sstp::selection {

namespace {

const Certificate* linked_among(const Candidates& candidates, const Basis& basis) {
    const Certificate* linked = basis.active ? linked_renewal(*basis.active, basis.in.state) : nullptr;
    return linked && std::find(candidates.begin(), candidates.end(), linked) != candidates.end() ? linked : nullptr;
}

/// A listener serves what the hash names, and by a record that names it: not from what HTTP.SYS still had in memory.
bool is_named_by_the_hash_and_served(const Basis& basis) {
    const auto* hash = value_of(basis.in.state.settings.sha256_hash);
    if (!hash) return false;
    const auto records = wildcards(basis.in.state);
    return std::any_of(basis.leaves.begin(), basis.leaves.end(), [&](const Certificate* leaf) {
        const auto names_it = [&](const ListenerBinding* record) { return record->thumbprint() == leaf->thumbprint; };
        return leaf->hash == *hash && std::any_of(records.begin(), records.end(), names_it);
    });
}

/// Nothing but the stored hash, and perhaps RRAS that has read it, speaks for the active certificate: it was not proven, and no listener
/// serves it.
bool rests_on_the_hash_alone(const Basis& basis) {
    const Certificate& active = *basis.active;
    const auto is_active = [&](const Certificate* leaf) { return leaf->hash == active.hash; };
    return !was_proven(active, basis) && std::none_of(basis.leaves.begin(), basis.leaves.end(), is_active);
}

bool is_of_the_presumed_ca(const Certificate& certificate, const Basis& basis) {
    return !basis.ca.known || is_same_ca(*basis.ca.known, authority_of(certificate));
}

bool are_of_several_cas(const Candidates& candidates, const Basis& basis) {
    if (candidates.empty()) return false;
    const CertificateAuthority first = authority_of(*candidates.front());
    return std::any_of(candidates.begin(), candidates.end(), [&](const Certificate* each) {
        return !is_of_the_presumed_ca(*each, basis) || (each != candidates.front() && !is_same_ca(first, authority_of(*each)));
    });
}

/// Certificates for different names lie in the store, whatever speaks against one or the other: an ended one, one without its key, or one
/// whose CA is unknown here may bear the name that clients use as well as the one that would do.
bool store_has_several_primary_names(const Basis& basis) {
    const auto* store = value_of(basis.in.state.certificates);
    std::optional<std::string> first;
    return store && std::any_of(store->begin(), store->end(), [&](const Certificate& each) {
               const std::string name = is_for_servers(each) ? primary_name(each) : std::string{};
               if (name.empty()) return false;
               if (!first) first = name;
               return !equal_ignoring_case(name, *first);
           });
}

/// A record of another owner names it, for an address or a name of its own: it is another site's.
bool is_another_sites(const Certificate& certificate, const Basis& basis) {
    const auto* records = value_of(basis.in.state.shadowing);
    return records && std::any_of(records->begin(), records->end(), [&](const ShadowingBinding& each) {
               return each.app_id != kSstpAppId && each.thumbprint() == certificate.thumbprint;
           });
}

Riddle about_cas(const Basis& basis, const Candidates& among) {
    std::string active =
        basis.active ? fmt::format(" In force is {}, of {}.", brief(*basis.active), describe(authority_of(*basis.active))) : std::string{};
    if (basis.active && !is_of_the_presumed_ca(*basis.active, basis))
        active += fmt::format(" What was in force before was of {}.", describe(*basis.ca.known));
    return {among, fmt::format("Certificates of different CAs would do, and no client has been seen to connect yet: {}.{} Say in "
                               "certificate.issuer or certificate.thumbprint which one SSTP is to use.",
                               list_with_ca(among), active)};
}

/// A record for a host name has what the SHA-1 names: clients of that name get it, whatever the wildcards serve.
bool an_sni_record_has_what_the_sha1_names(const Basis& basis) {
    const auto* sha1 = value_of(basis.in.state.settings.sha1_hash);
    const auto* records = value_of(basis.in.state.shadowing);
    return sha1 && records && std::any_of(records->begin(), records->end(), [&](const ShadowingBinding& each) {
               return each.endpoint.kind == Endpoint::Kind::host_name && each.thumbprint() == *sha1;
           });
}

/// The SHA-1 names what was proven, or in force at the look before, and the active certificate is named by the SHA-256 and by nothing else:
/// that one has drifted from it.
bool the_sha1_has_what_was_in_force(const Thumbprint& sha1, const Basis& basis) {
    const Memory& memory = basis.in.memory;
    const auto& before = memory.proven ? std::optional{memory.proven->certificate} : memory.unproven_active;
    const auto records = wildcards(basis.in.state);
    return before && before->thumbprint == sha1 && rests_on_the_hash_alone(basis) &&
           std::none_of(records.begin(), records.end(),
                        [&](const ListenerBinding* record) { return record->thumbprint() == basis.active->thumbprint; });
}

/// The SHA-1 and what was in force before, or, where nothing was proven, a listener with its record or a record for a host name, are of one
/// word against the SHA-256 and another: one side has drifted, and clients of the other may be served rightly.
bool the_sha1_and_another_say_otherwise(const Basis& basis) {
    const auto* sha1 = value_of(basis.in.state.settings.sha1_hash);
    if (!sha1 || *sha1 == basis.active->thumbprint) return false;
    if (rras_holds(*basis.active, basis.in.memory)) return false;  // then clients of the other get no further than TLS
    if (the_sha1_has_what_was_in_force(*sha1, basis)) return true;
    if (basis.in.memory.proven) return false;
    if (an_sni_record_has_what_the_sha1_names(basis)) return true;
    const auto records = wildcards(basis.in.state);
    return std::any_of(records.begin(), records.end(), [&](const ListenerBinding* record) { return record->thumbprint() == *sha1; }) &&
           std::any_of(basis.leaves.begin(), basis.leaves.end(), [&](const Certificate* leaf) { return leaf->thumbprint == *sha1; });
}

/// What the SHA-1 names counts beside the SHA-256 only where that stands alone: no record of ours names the active certificate, RRAS is not
/// known to hold it, and nobody has said that the SHA-256 is his choice, or RRAS reads both. By default it reads the SHA-256, and a stale
/// SHA-1 beside it harms nobody.
bool the_sha1_counts(const Basis& basis) {
    const Certificate& active = *basis.active;
    const SstpSettings& settings = basis.in.state.settings;
    if (!value_of(settings.sha256_hash) || the_sha1_and_another_say_otherwise(basis)) return true;
    const bool is_chosen = settings.chosen_by_administrator() && !settings.reads_sha1();
    const auto records = wildcards(basis.in.state);
    return !is_chosen && !rras_holds(active, basis.in.memory) &&
           std::none_of(records.begin(), records.end(), [&](const ListenerBinding* record) {
               return may_be_rewritten(*record, basis.in) && record->thumbprint() == active.thumbprint;
           });
}

/// The certificate of this thumbprint in the store, or as it is remembered: what was in force and has left the store bears names still.
const Certificate* stored_or_remembered(const Thumbprint& thumbprint, const SelectionInput& in) {
    if (const Certificate* stored = in.state.find(thumbprint)) return stored;
    const auto& proven = in.memory.proven;
    if (proven && proven->certificate.thumbprint == thumbprint) return &proven->certificate;
    const auto& unproven = in.memory.unproven_active;
    return unproven && unproven->thumbprint == thumbprint ? &*unproven : nullptr;
}

/// What SSTP's records, and those that may be taken over, and the SHA-1 name and the listeners serve, wherever it lies: in the store,
/// archived, or gone from it and on the wire only. And what was in force at the look before and has left the store, while a record names it
/// still: whoever owns that record, clients were served with it.
Candidates named_beside_the_hash(const Basis& basis) {
    Candidates found;
    const auto add = [&](const Certificate* each) {
        const bool is_new =
            each && std::none_of(found.begin(), found.end(), [&](const Certificate* one) { return one->hash == each->hash; });
        if (is_new) found.push_back(each);
    };
    for (const ListenerBinding* record : wildcards(basis.in.state)) {
        const auto thumbprint = may_be_rewritten(*record, basis.in) ? record->thumbprint() : std::nullopt;
        if (thumbprint) add(basis.in.state.find(*thumbprint));
    }
    const auto* sha1 = value_of(basis.in.state.settings.sha1_hash);
    if (sha1 && the_sha1_counts(basis)) add(stored_or_remembered(*sha1, basis.in));
    for (const Certificate* leaf : basis.leaves) add(leaf);
    if (const auto& before = basis.in.memory.unproven_active; before && !basis.in.state.find(before->hash)) {
        const auto records = wildcards(basis.in.state);
        const auto names_it = [&](const ListenerBinding* record) { return record->thumbprint() == before->thumbprint; };
        if (std::any_of(records.begin(), records.end(), names_it)) add(&*before);
    }
    return found;
}

/// Nothing was proven here yet, or all has left what was, and the hash agrees with no listener and its record: nothing tells which value
/// of the unit drifted. What the rest of it names for other names, or from another CA, is in question then like the active one, whatever
/// else speaks against it: clients may trust a root that this server does not know.
Candidates others_of_the_unit(const Basis& basis) {
    if (!basis.active || (is_named_by_the_hash_and_served(basis) && !the_sha1_and_another_say_otherwise(basis))) return {};
    if (basis.in.memory.proven && !rests_on_the_hash_alone(basis)) return {};
    const bool names_are_open = basis.names.origin == Origin::presumed;
    const bool ca_is_open = !basis.ca.is_decided();
    Candidates others = named_beside_the_hash(basis);
    std::erase_if(others, [&](const Certificate* each) {
        if (each->hash == basis.active->hash) return true;
        const bool same_names = !names_are_open || covers_all(*each, basis.names.names);
        const bool same_ca = !ca_is_open || is_same_ca(authority_of(*each), authority_of(*basis.active));
        return same_names && same_ca;
    });
    return others;
}

Riddle about_the_unit(const Basis& basis, Candidates among) {
    sort_by_order(among, basis);
    std::string explanation = fmt::format(
        "Records, listeners and the stored hashes name certificates for different names or of different CAs, {} and {}, and none of "
        "them has been seen to work here yet. Say in certificate.dns_names which names VPN clients use and in certificate.issuer which "
        "CA they trust, or pin one in certificate.thumbprint.",
        brief(*basis.active), list(among));
    return {std::move(among), std::move(explanation), true};
}

Riddle about_names(const Basis& basis, const Candidates& among) {
    return {among, fmt::format("{} would do, and {}. Say in certificate.dns_names which names VPN clients use, or pin one in "
                               "certificate.thumbprint.",
                               list(among), basis.names.names.empty() ? basis.names.because : "nothing tells their names apart")};
}

}  // namespace

std::optional<Riddle> riddle_of_the_unit(const Basis& basis) {
    if (basis.in.policy.certificate.thumbprint) return std::nullopt;
    Candidates others = others_of_the_unit(basis);
    return others.empty() ? std::nullopt : std::optional{about_the_unit(basis, std::move(others))};
}

std::optional<Riddle> riddle(const Basis& basis, const ActiveStanding& active, const CandidatePool& pool) {
    if (basis.in.policy.certificate.thumbprint) return std::nullopt;
    Candidates full = pool.of(CandidateKind::full);
    if (linked_among(full, basis)) return std::nullopt;

    if (auto unit = riddle_of_the_unit(basis)) {
        SSTP_RARE("the unit names certificates for different names or of different CAs");
        return unit;
    }
    Candidates guesses = pool.of(CandidateKind::guess);
    Candidates all = full;
    all.insert(all.end(), guesses.begin(), guesses.end());
    sort_by_order(all, basis);
    if (!basis.ca.is_decided() && are_of_several_cas(all, basis)) {
        SSTP_RARE("certificates of different CAs would do");
        return about_cas(basis, all);
    }
    // What clients of a certificate without names ask for, nobody knows: another one is a guess.
    if (!guesses.empty() && (!basis.ca.is_decided() || !active.stands) && full.empty()) {
        SSTP_RARE("nobody knows which name clients ask for");
        return about_names(basis, all);
    }
    const bool is_a_guess = basis.names.names.empty() && !basis.active && !full.empty();
    const auto others = [&](const Certificate* each) { return is_another_sites(*each, basis); };
    if (is_a_guess && (store_has_several_primary_names(basis) || std::any_of(full.begin(), full.end(), others))) {
        SSTP_RARE("nothing is in force and several names would do");
        return about_names(basis, all);
    }
    return std::nullopt;
}

Candidates choosable(const Basis& basis, const CandidatePool& pool) {
    Candidates full = pool.of(CandidateKind::full);
    const Certificate* linked = basis.ca.is_decided() ? nullptr : linked_among(full, basis);
    if (!linked) return full;
    const CertificateAuthority ca = authority_of(*linked);
    std::erase_if(full, [&](const Certificate* each) {
        return each != linked && !(is_same_ca(ca, authority_of(*each)) && supersedes(*each, *linked, basis));
    });
    return full;
}

Riddle riddle_of_partial(const Basis& basis, const Candidates& partial) {
    Candidates among = partial;
    sort_by_order(among, basis);
    return {among,
            fmt::format("What there is covers only some of the names that are asked for, and nothing tells whether VPN clients would "
                        "find theirs: {}. Asked for are {}: {}. Say in certificate.dns_names which names they use, or pin one in "
                        "certificate.thumbprint.",
                        list(among), fmt::join(basis.names.names, ", "), basis.names.because)};
}

}  // namespace sstp::selection
