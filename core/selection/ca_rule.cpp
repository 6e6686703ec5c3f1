#include "core/selection/ca_rule.h"

#include "core/selection/fitness.h"

#include <fmt/format.h>

#include <algorithm>

namespace sstp::selection {

namespace {

/// One that bears none of the names of the policy is not what clients use: of which CA theirs is, it does not tell.
bool bears_a_name_of(const CertificatePolicy& policy, const Certificate& active) {
    const auto& names = policy.dns_names;
    return names.empty() || std::any_of(names.begin(), names.end(), [&](const std::string& name) { return covers(active, name); });
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
    } else if (active && bears_a_name_of(policy, *active)) {
        const bool is_proven = input.memory.proven && input.memory.proven->certificate.hash == active->hash;
        rule.known = is_proven ? input.memory.proven->ca : authority_of(*active);
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
        case Origin::presumed: return fmt::format("{}, presumed from the certificate in force", ca);
        case Origin::policy:
        case Origin::none: break;
    }
    return ca;
}

}  // namespace sstp::selection
