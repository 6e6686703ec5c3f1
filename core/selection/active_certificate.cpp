#include "core/selection/basis.h"

#include "core/model/rare.h"

#include <algorithm>

namespace sstp::selection {

namespace {

const Certificate* leaf_with(const std::vector<const Certificate*>& leaves, const CertificateHash& hash) {
    const auto found = std::find_if(leaves.begin(), leaves.end(), [&](const Certificate* leaf) { return leaf->hash == hash; });
    return found == leaves.end() ? nullptr : *found;
}

const Certificate* leaf_with(const std::vector<const Certificate*>& leaves, const Thumbprint& thumbprint) {
    const auto found = std::find_if(leaves.begin(), leaves.end(), [&](const Certificate* leaf) { return leaf->thumbprint == thumbprint; });
    return found == leaves.end() ? nullptr : *found;
}

/// As much as is known of it: from the store, else from the wire with the renewal link that was remembered, else remembered.
Certificate whole(const Certificate& known, const SelectionInput& in, const std::vector<const Certificate*>& leaves) {
    if (const Certificate* stored = in.state.find(known.hash)) return *stored;
    const Certificate* leaf = leaf_with(leaves, known.hash);
    Certificate certificate = leaf ? *leaf : known;
    const auto& proven = in.memory.proven;
    if (proven && proven->certificate.hash == known.hash && !certificate.renewed_by) {
        certificate.renewed_by = proven->certificate.renewed_by;
    }
    return certificate;
}

/// The certificate that a record names, in MY or on the wire.
const Certificate* led_to(const ListenerBinding& record, const ServerState& state, const std::vector<const Certificate*>& leaves) {
    const auto thumbprint = record.thumbprint();
    if (!thumbprint) return nullptr;
    const Certificate* stored = state.find(*thumbprint);
    return stored ? stored : leaf_with(leaves, *thumbprint);
}

/// The SHA-256 and every wildcard record name one certificate that is there.
bool hash_and_records_agree(const ServerState& state, const std::vector<const Certificate*>& leaves) {
    const auto* hash = value_of(state.settings.sha256_hash);
    const auto records = wildcards(state);
    const auto names_it = [&](const ListenerBinding* record) {
        const Certificate* named = led_to(*record, state, leaves);
        return named && named->hash == *hash;
    };
    return hash && !records.empty() && std::all_of(records.begin(), records.end(), names_it);
}

/// RRAS runs and holds what was proven, which can be put back: what the unit names instead, without one word for it, is drift.
bool is_held_while_the_unit_drifts(const Proven& proven, const SelectionInput& in, const std::vector<const Certificate*>& leaves) {
    const ServiceStatus* rras = in.state.service(kRemoteAccess);
    if (!rras || rras->state != ServiceState::running || !rras_holds(proven.certificate, in.memory)) return false;
    const Certificate* stored = in.state.find(proven.certificate.hash);
    return stored && !stored->archived && in.now <= stored->not_after && !hash_and_records_agree(in.state, leaves);
}

/// A record or the SHA-256 names a certificate, whichever.
bool something_is_named(const ServerState& state) {
    const auto records = wildcards(state);
    const auto names_one = [](const ListenerBinding* record) { return record->thumbprint().has_value(); };
    return value_of(state.settings.sha256_hash) != nullptr || std::any_of(records.begin(), records.end(), names_one);
}

}  // namespace

std::optional<Certificate> active_certificate(const SelectionInput& in) {
    const auto leaves = served_leaves(in.state, in.policy);
    const auto& proven = in.memory.proven;
    if (proven && is_still_named(proven->certificate, in.state, leaves)) return whole(proven->certificate, in, leaves);
    const auto* hash = value_of(in.state.settings.sha256_hash);
    if (const Certificate* leaf = hash ? leaf_with(leaves, *hash) : nullptr) return whole(*leaf, in, leaves);
    // The one that was proven has been left by all that stands, and RRAS holds what a listener serves: clients get through with it,
    // whatever somebody has made of the stored hash since.
    const auto held = proven && in.memory.held ? in.memory.held->sha256 : std::nullopt;
    if (const Certificate* leaf = held ? leaf_with(leaves, *held) : nullptr) {
        SSTP_RARE("what RRAS holds and a listener serves is in force, not what the hash names");
        return whole(*leaf, in, leaves);
    }
    if (proven && is_held_while_the_unit_drifts(*proven, in, leaves)) {
        SSTP_RARE("RRAS holds what was proven, and the unit has drifted from it");
        return whole(proven->certificate, in, leaves);
    }
    // One value that names a certificate of a CA from which clients never had one is no choice: it stays what it is, drift.
    const CaRule learned = ca_rule(in, nullptr);
    const bool is_one_word = hash_and_records_agree(in.state, leaves);
    const auto may_count = [&](const Certificate* named) { return named && (is_one_word || allows(learned, *named)); };
    if (const Certificate* stored = hash ? in.state.find(*hash) : nullptr; may_count(stored)) return *stored;
    const auto& unproven = in.memory.unproven_active;
    if (!proven && unproven && hash && unproven->hash == *hash) {
        SSTP_RARE("the hash names what was never proven and has left the store, whatever the records name by now");
        return whole(*unproven, in, leaves);
    }
    // RRAS does not read the SHA-1 by default, but whoever wrote the unit wrote it too: with no SHA-256 that leads anywhere it tells what
    // was in force when we knew the unit whole, before records that somebody has moved since.
    const auto* sha1 = value_of(in.state.settings.sha1_hash);
    const Certificate* remembered = proven ? &proven->certificate : in.memory.unproven_active ? &*in.memory.unproven_active : nullptr;
    if (sha1 && remembered && remembered->thumbprint == *sha1) {
        SSTP_RARE("the SHA-1 alone names the certificate that was in force");
        return whole(*remembered, in, leaves);
    }
    for (const ListenerBinding* record : wildcards(in.state)) {
        if (const Certificate* named = led_to(*record, in.state, leaves); may_count(named)) return *named;
    }
    // It has left the store (servers.md 2 and 12), and what stands names it still, or something that was put in its place and has left too:
    // its names and its CA are the best that is known of what clients want. Where nothing is named, a presumption goes with its
    // certificate.
    if (!proven && unproven && (is_still_named(*unproven, in.state, leaves) || something_is_named(in.state))) {
        SSTP_RARE("what was never proven has left the store, and something is named still");
        return whole(*unproven, in, leaves);
    }
    if (proven) {
        SSTP_RARE("nothing names the proven certificate any more");
        return whole(proven->certificate, in, leaves);
    }
    return std::nullopt;
}

}  // namespace sstp::selection
