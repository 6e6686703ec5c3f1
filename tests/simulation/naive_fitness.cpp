#include "tests/simulation/naive_fitness.h"

#include "core/decision/choose_certificate.h"

#include <algorithm>

namespace sstp::simulation {

namespace {

bool has_wanted_purpose(const Certificate& certificate, const CertificatePolicy& policy) {
    if (!certificate.purposes) return policy.allow_missing_eku;
    for (const std::string& each : *certificate.purposes) {
        for (const Purpose wanted : policy.purposes) {
            if (each == (wanted == Purpose::any_purpose ? kAnyPurpose : kServerAuthentication)) return true;
        }
    }
    return false;
}

bool chain_is_good_enough(const Certificate& certificate, const CertificatePolicy& policy) {
    const ChainVerdict* chain = value_of(certificate.chain);
    if (chain == nullptr) return policy.chain != ChainPolicy::require;
    if (chain->trust == ChainTrust::untrusted && policy.chain == ChainPolicy::require) return false;
    if (policy.revocation != RevocationPolicy::off && chain->revocation == Revocation::revoked) return false;
    return policy.revocation != RevocationPolicy::require || chain->revocation == Revocation::good;
}

bool covers(const Certificate& certificate, const std::string& name) {
    return std::any_of(certificate.dns_names.begin(), certificate.dns_names.end(),
                       [&](const std::string& pattern) { return name_matches(pattern, name); });
}

}  // namespace

bool naively_fit(const Certificate& certificate, const CertificatePolicy& policy, WallTime now) {
    if (now < certificate.not_before || now > certificate.not_after) return false;
    if (certificate.key != KeyState::usable) return false;
    if (certificate.key_algorithm == KeyAlgorithm::rsa && certificate.key_bits < policy.minimum_rsa_bits) return false;
    if (!has_wanted_purpose(certificate, policy) || !chain_is_good_enough(certificate, policy)) return false;
    return std::all_of(policy.dns_names.begin(), policy.dns_names.end(),
                       [&](const std::string& name) { return covers(certificate, name); });
}

}  // namespace sstp::simulation
