#include "service/windows/trust_status.h"

#include <fmt/format.h>

#include <array>
#include <string_view>
#include <utility>

namespace sstp {
namespace {

constexpr std::array<std::pair<DWORD, std::string_view>, 19> kTrustErrors = {{
    {CERT_TRUST_IS_PARTIAL_CHAIN, "the issuer's certificate is not on this machine"},
    {CERT_TRUST_IS_UNTRUSTED_ROOT, "the root is not trusted"},
    {CERT_TRUST_IS_EXPLICIT_DISTRUST, "a certificate of the chain is explicitly distrusted"},
    {CERT_TRUST_IS_NOT_SIGNATURE_VALID, "a signature is wrong"},
    {CERT_TRUST_IS_NOT_TIME_VALID, "an issuer's certificate has ended or has not begun"},
    {CERT_TRUST_IS_NOT_VALID_FOR_USAGE, "an issuer may not issue for TLS servers"},
    {CERT_TRUST_IS_CYCLIC, "the chain goes in a circle"},
    {CERT_TRUST_INVALID_EXTENSION, "an extension is invalid"},
    {CERT_TRUST_INVALID_POLICY_CONSTRAINTS, "policy constraints are invalid"},
    {CERT_TRUST_INVALID_BASIC_CONSTRAINTS, "basic constraints are violated"},
    {CERT_TRUST_INVALID_NAME_CONSTRAINTS, "name constraints are invalid"},
    {CERT_TRUST_HAS_NOT_SUPPORTED_NAME_CONSTRAINT, "a name constraint is not supported"},
    {CERT_TRUST_HAS_NOT_DEFINED_NAME_CONSTRAINT, "a name constraint is not defined"},
    {CERT_TRUST_HAS_NOT_PERMITTED_NAME_CONSTRAINT, "a name is not permitted by the issuer's constraints"},
    {CERT_TRUST_HAS_EXCLUDED_NAME_CONSTRAINT, "a name is excluded by the issuer's constraints"},
    {CERT_TRUST_NO_ISSUANCE_CHAIN_POLICY, "the required issuance policy is missing"},
    {CERT_TRUST_CTL_IS_NOT_TIME_VALID, "a trust list has ended"},
    {CERT_TRUST_CTL_IS_NOT_SIGNATURE_VALID, "a trust list's signature is wrong"},
    {CERT_TRUST_HAS_WEAK_SIGNATURE, "a signature is too weak"},
}};

}  // namespace

std::string trust_errors_in_words(DWORD errors) {
    std::string text;
    const auto add = [&text](std::string_view words) {
        if (!text.empty()) text += "; ";
        text += words;
    };
    for (const auto& [bit, words] : kTrustErrors) {
        if ((errors & bit) != 0) add(words);
        errors &= ~bit;
    }
    if (errors != 0) add(fmt::format("trust status {:#010x}", errors));
    return text;
}

}  // namespace sstp
