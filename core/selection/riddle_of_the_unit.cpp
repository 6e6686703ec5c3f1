#include "core/model/rare.h"
#include "core/selection/fitness.h"
#include "core/selection/messages.h"
#include "core/selection/names.h"
#include "core/selection/riddle.h"

#include <fmt/format.h>

#include <algorithm>

namespace sstp::selection {

namespace {

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

/// It lacks presumed names of the active certificate, or has its own name from elsewhere, or is of another CA while nothing has decided
/// whose clients trust.
bool is_another_choice(const Certificate& other, const Basis& basis) {
    if (other.hash == basis.active->hash) return false;
    const std::string own = primary_name(other);
    const bool is_covered = own.empty() || covers(*basis.active, own);
    const bool same_names = basis.names.origin != Origin::presumed || (covers_all(other, basis.names.names) && is_covered);
    const bool same_ca = basis.ca.is_decided() || is_same_ca(authority_of(other), authority_of(*basis.active));
    return !same_names || !same_ca;
}

/// What was in force before the active one, where no client was seen with either, and it lies in the store still. Whoever sets SSTP up
/// stores his certificate's hash: one that records alone name may be drift, also drift that a heal has followed once and taken back. Null:
/// none was.
const Certificate* was_in_force_unproven(const Basis& basis) {
    const Memory& memory = basis.in.memory;
    if (memory.proven || memory.learned || !memory.unproven_active || !basis.active) return nullptr;
    const Certificate& active = *basis.active;
    const auto* hash = value_of(basis.in.state.settings.sha256_hash);
    if ((hash && *hash == active.hash) || memory.put_in_force_by_us == active.hash) return nullptr;
    const Certificate* before = basis.in.state.find(memory.unproven_active->hash);
    if (!before || !is_another_choice(*before, basis)) return nullptr;
    // One with more names than it had is its renewal.
    const bool is_renewal = covers_all(active, names_on(*before)) && is_same_ca(authority_of(active), authority_of(*before));
    return is_renewal ? nullptr : before;
}

Riddle about_what_was_in_force(const Basis& basis, const Certificate& before) {
    return {
        {&before},
        fmt::format("{} is in force in part only, and before it was {}, for other names or of another CA; no client was seen to connect "
                    "with either. Say in certificate.dns_names which names VPN clients use and in certificate.issuer which CA they "
                    "trust, or pin one in certificate.thumbprint.",
                    brief(*basis.active), brief(before)),
        true};
}

/// Nothing was proven here yet, or all has left what was, and the hash agrees with no listener and its record: nothing tells which value
/// of the unit drifted. What the rest of it names for other names, or from another CA, is in question then like the active one, whatever
/// else speaks against it: clients may trust a root that this server does not know.
Candidates others_of_the_unit(const Basis& basis) {
    if (!basis.active || (is_named_by_the_hash_and_served(basis) && !the_sha1_and_another_say_otherwise(basis))) return {};
    if (basis.in.memory.proven && !rests_on_the_hash_alone(basis)) return {};
    Candidates others = named_beside_the_hash(basis);
    std::erase_if(others, [&](const Certificate* each) { return !is_another_choice(*each, basis); });
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

}  // namespace

std::optional<Riddle> riddle_of_the_unit(const Basis& basis) {
    if (basis.in.policy.certificate.thumbprint) return std::nullopt;
    Candidates others = others_of_the_unit(basis);
    if (!others.empty()) return about_the_unit(basis, std::move(others));
    const Certificate* before = was_in_force_unproven(basis);
    if (!before) return std::nullopt;
    SSTP_RARE("what is in force in part was not before, and nothing was proven");
    return about_what_was_in_force(basis, *before);
}

}  // namespace sstp::selection
