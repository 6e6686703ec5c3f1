#include "core/selection/basis.h"

#include "core/model/families.h"
#include "core/model/text.h"
#include "core/selection/names.h"

#include <algorithm>

namespace sstp::selection {

std::vector<AddressFamily> families_with_clients(const ServerState& state, const Policy& policy) {
    std::vector<AddressFamily> families;
    for (const AddressFamily family : kFamilies) {
        if (is_looked_after(family, state, policy)) families.push_back(family);
    }
    return families;
}

std::vector<const Certificate*> served_leaves(const ServerState& state, const Policy& policy) {
    std::vector<const Certificate*> leaves;
    for (const AddressFamily family : families_with_clients(state, policy)) {
        for (const Probe* probe : state.own_probes(family)) {
            if (const Certificate* leaf = leaf_of(*probe)) leaves.push_back(leaf);
        }
    }
    return leaves;
}

Basis basis_of(const SelectionInput& input, std::optional<Certificate> active) {
    Basis basis{input, families_with_clients(input.state, input.policy), served_leaves(input.state, input.policy), {}, nullptr, {}, {}};
    basis.active = active ? std::move(active) : active_certificate(input);
    if (basis.active) basis.stored_active = input.state.find(basis.active->hash);
    basis.names = required_names(input, basis.active_pointer());
    basis.ca = ca_rule(input, basis.active_pointer());
    return basis;
}

bool may_be_rewritten(const ListenerBinding& record, const SelectionInput& input) {
    if (record.app_id == kSstpAppId) return true;
    return input.policy.listener.foreign_owner == ForeignOwner::take_over && !input.state.directaccess_or_nlb;
}

std::vector<const ListenerBinding*> wildcards(const ServerState& state) {
    std::vector<const ListenerBinding*> records;
    for (const AddressFamily family : kFamilies) {
        if (const auto* record = value_of(state.binding(family))) records.push_back(record);
    }
    return records;
}

bool is_still_named(const Certificate& certificate, const ServerState& state, const std::vector<const Certificate*>& leaves) {
    if (const auto* hash = value_of(state.settings.sha256_hash); hash && *hash == certificate.hash) return true;
    const auto records = wildcards(state);
    return std::any_of(records.begin(), records.end(),
                       [&](const ListenerBinding* record) { return record->thumbprint() == certificate.thumbprint; }) ||
           std::any_of(leaves.begin(), leaves.end(), [&](const Certificate* leaf) { return leaf->hash == certificate.hash; });
}

bool is_named_somewhere(const Certificate& certificate, const Basis& basis) {
    const ServerState& state = basis.in.state;
    if (is_still_named(certificate, state, basis.leaves)) return true;
    // Where the SHA-256 is nothing that could be read, the SHA-1 beside it is the hash that is left.
    const bool is_unreadable = !value_of(state.settings.sha256_hash) && !is_absent(state.settings.sha256_hash);
    const auto* sha1 = value_of(state.settings.sha1_hash);
    return is_unreadable && sha1 && *sha1 == certificate.thumbprint;
}

bool is_named_everywhere(const Certificate& certificate, const Basis& basis) {
    const ServerState& state = basis.in.state;
    const auto* sha256 = value_of(state.settings.sha256_hash);
    const auto* sha1 = value_of(state.settings.sha1_hash);
    if (!sha256 || *sha256 != certificate.hash || !sha1 || *sha1 != certificate.thumbprint) return false;
    for (const AddressFamily family : kFamilies) {
        const auto* record = value_of(state.binding(family));
        const bool is_ours = std::find(basis.families.begin(), basis.families.end(), family) != basis.families.end();
        if (!record && is_ours) return false;
        if (record && (is_ours || record->app_id == kSstpAppId) && record->thumbprint() != certificate.thumbprint) return false;
    }
    return true;
}

bool has_not_ended(const Certificate& certificate, const SelectionInput& input) {
    const auto& shown_before = input.memory.clock_was_as_late_as;
    return input.now <= certificate.not_after && (!shown_before || *shown_before <= certificate.not_after);
}

bool is_served_rightly(const Certificate& certificate, const Basis& basis) {
    const auto* sha256 = value_of(basis.in.state.settings.sha256_hash);
    return sha256 && *sha256 == certificate.hash && !basis.leaves.empty() &&
           std::all_of(basis.leaves.begin(), basis.leaves.end(), [&](const Certificate* leaf) { return leaf->hash == certificate.hash; });
}

bool is_served_anywhere(const Certificate& certificate, const ServerState& state) {
    return std::any_of(state.probes.begin(), state.probes.end(), [&](const Probe& probe) {
        const Certificate* leaf = leaf_of(probe);
        return leaf && leaf->hash == certificate.hash;
    });
}

bool was_proven(const Certificate& certificate, const Basis& basis) {
    const auto& proven = basis.in.memory.proven;
    return proven && proven->certificate.hash == certificate.hash;
}

bool rras_holds(const Certificate& certificate, const Memory& memory) { return memory.held && memory.held->sha256 == certificate.hash; }

bool is_at_work(const Certificate& certificate, const Basis& basis) {
    if (was_proven(certificate, basis) || is_served_anywhere(certificate, basis.in.state)) return true;
    const auto records = wildcards(basis.in.state);
    const auto names_it = [&](const ListenerBinding* record) { return record->thumbprint() == certificate.thumbprint; };
    return records.empty() || std::any_of(records.begin(), records.end(), names_it);
}

FitnessInput fitness_input(const Certificate& certificate, const Basis& basis, bool at_work) {
    return {basis.in.policy,
            basis.in.memory,
            basis.in.now,
            names_asked_of(certificate, basis.names, basis.in.policy.certificate),
            is_served_anywhere(certificate, basis.in.state),
            at_work};
}

}  // namespace sstp::selection
