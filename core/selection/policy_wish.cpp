#include "core/selection/policy_wish.h"

#include "core/model/text.h"
#include "core/selection/fitness.h"

#include <fmt/format.h>

#include <algorithm>

namespace sstp::selection {

bool is_pinned(const Certificate& certificate, const CertificatePolicy& policy) {
    if (!policy.thumbprint) return false;
    if (const auto* thumbprint = std::get_if<Thumbprint>(&*policy.thumbprint)) return certificate.thumbprint == *thumbprint;
    return certificate.hash == std::get<CertificateHash>(*policy.thumbprint);
}

bool is_issued_under(const Certificate& certificate, const std::string& issuer) {
    if (equal_ignoring_case(issuer, certificate.issuer_cn) || equal_ignoring_case(issuer, certificate.issuer)) return true;
    return std::any_of(certificate.chain_names.begin(), certificate.chain_names.end(),
                       [&](const std::string& name) { return equal_ignoring_case(issuer, name); });
}

bool is_wanted(const Certificate& certificate, const CertificatePolicy& policy) {
    if (policy.thumbprint && !is_pinned(certificate, policy)) return false;
    return !policy.issuer || is_issued_under(certificate, *policy.issuer);
}

bool bears_a_name_of(const CertificatePolicy& policy, const Certificate& certificate) {
    const auto& names = policy.dns_names;
    return names.empty() || std::any_of(names.begin(), names.end(), [&](const std::string& name) { return covers(certificate, name); });
}

std::string why_unwanted(const Certificate& certificate, const CertificatePolicy& policy) {
    if (policy.thumbprint && !is_pinned(certificate, policy)) return "is not the one that certificate.thumbprint pins";
    return fmt::format("has no CA {} in its chain, which certificate.issuer asks for (its issuer: {})", policy.issuer.value_or(""),
                       certificate.issuer.empty() ? "not named" : certificate.issuer);
}

}  // namespace sstp::selection
