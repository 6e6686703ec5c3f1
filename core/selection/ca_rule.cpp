#include "core/selection/ca_rule.h"

#include "core/selection/basis.h"
#include "core/selection/policy_wish.h"

#include <fmt/format.h>

#include <algorithm>

namespace sstp::selection {

namespace {

/// What listeners of ours serve, and bears a name of the policy, where all such are of one CA: clients of that name trust it.
const Certificate* served_under_the_name(const SelectionInput& input) {
    const Certificate* found = nullptr;
    for (const Certificate* leaf : served_leaves(input.state, input.policy)) {
        const bool is_trusted = !leaf->self_signed && leaf->not_before <= input.now && input.now <= leaf->not_after;
        if (!is_trusted || !bears_a_name_of(input.policy.certificate, *leaf)) continue;
        if (found && !is_same_ca(authority_of(*found), authority_of(*leaf))) return nullptr;
        found = leaf;
    }
    return found;
}

/// The active certificate; where it bears none of the policy's names, the one that did and was in force before, or is served still.
/// Null: nothing tells.
const Certificate* what_tells_the_ca(const SelectionInput& input, const Certificate* active) {
    const CertificatePolicy& policy = input.policy.certificate;
    if (!active) return nullptr;
    if (bears_a_name_of(policy, *active)) return active;
    const Memory& memory = input.memory;
    const Certificate* before = memory.proven ? &memory.proven->certificate : memory.unproven_active ? &*memory.unproven_active : nullptr;
    return before && bears_a_name_of(policy, *before) ? before : served_under_the_name(input);
}

}  // namespace

CaRule ca_rule(const SelectionInput& input, const Certificate* active) {
    const CertificatePolicy& policy = input.policy.certificate;
    CaRule rule;
    rule.any = policy.thumbprint.has_value() || policy.issuer.has_value() || policy.ca == CaPolicy::any;
    if (input.memory.proven) rule.proven = input.memory.proven->ca;
    if (input.memory.learned) {
        rule.known = input.memory.learned->ca;
        rule.origin = Origin::learned;
    } else if (const Certificate* telling = what_tells_the_ca(input, active)) {
        const bool is_proven = input.memory.proven && input.memory.proven->certificate.hash == telling->hash;
        rule.known = is_proven ? input.memory.proven->ca : authority_of(*telling);
        rule.origin = Origin::presumed;
    }
    if (rule.any) rule.origin = Origin::policy;
    return rule;
}

bool allows(const CaRule& rule, const Certificate& certificate) {
    if (rule.any || !rule.known) return true;
    const CertificateAuthority other = authority_of(certificate);
    if (is_same_ca(*rule.known, other)) return true;
    // Only what cannot be told apart by roots is compared with the CA proven last, by the issuing CA's name and key.
    return other.kind == CaKind::unknown && rule.proven && is_same_ca(*rule.proven, other);
}

std::string describe(const CaRule& rule) {
    if (!rule.known) return "no CA is known";
    std::string ca = sstp::describe(*rule.known);
    switch (rule.origin) {
        case Origin::learned: return fmt::format("{}, with whose certificates clients connected", ca);
        case Origin::presumed: return fmt::format("{}, presumed from what has been in force here", ca);
        case Origin::policy:
        case Origin::none: break;
    }
    return ca;
}

}  // namespace sstp::selection
