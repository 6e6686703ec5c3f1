#include "service/windows/certificate_chain.h"

#include "service/windows/os_error.h"
#include "service/windows/revocation_servers.h"
#include "service/windows/stop_signal.h"
#include "service/windows/trust_status.h"

#include <fmt/format.h>
#include <winhttp.h>

#include <algorithm>
#include <string_view>

namespace sstp {
namespace {

constexpr DWORD kRevocationUnknown = CERT_TRUST_REVOCATION_STATUS_UNKNOWN | CERT_TRUST_IS_OFFLINE_REVOCATION;
/// SECURITY_FLAG_IGNORE_REVOCATION of wininet.h, which cannot be included beside winhttp.h.
constexpr DWORD kIgnoreRevocation = 0x80;
constexpr DWORD kAboutRevocation = kRevocationUnknown | CERT_TRUST_IS_REVOKED;

/// Whether the leaf itself says that it is for TLS servers. If so, the chain must allow that; if not, that is a check of ours,
/// and the engine is not asked.
bool is_for_servers(const Certificate& certificate) {
    return !certificate.purposes || std::ranges::find(*certificate.purposes, kServerAuthentication) != certificate.purposes->end();
}

DWORD flags_for(RevocationSource revocation) {
    switch (revocation) {
        case RevocationSource::none: return 0;
        case RevocationSource::cache: return CERT_CHAIN_REVOCATION_CHECK_CHAIN_EXCLUDE_ROOT | CERT_CHAIN_REVOCATION_CHECK_CACHE_ONLY;
        case RevocationSource::online: return CERT_CHAIN_REVOCATION_CHECK_CHAIN_EXCLUDE_ROOT | CERT_CHAIN_REVOCATION_ACCUMULATIVE_TIMEOUT;
    }
    return 0;
}

/// What is wrong with the chain, the leaf's own dates left out.
struct ChainErrors {
    DWORD trust = 0;
    DWORD revocation = 0;
    bool leaf_dates = false;  ///< the engine saw the leaf's dates: the policy must be told to look away
};

ChainErrors errors_of(const CERT_CHAIN_CONTEXT& chain) {
    ChainErrors errors;
    // What belongs to the chain as a whole (partial, untrusted root, cyclic) is in no element.
    DWORD in_elements = 0;
    for (DWORD c = 0; c < chain.cChain; ++c) {
        const CERT_SIMPLE_CHAIN& simple = *chain.rgpChain[c];
        for (DWORD e = 0; e < simple.cElement; ++e) {
            DWORD status = simple.rgpElement[e]->TrustStatus.dwErrorStatus;
            in_elements |= status;
            if (c == 0 && e == 0) {
                errors.leaf_dates = (status & CERT_TRUST_IS_NOT_TIME_VALID) != 0;
                status &= ~CERT_TRUST_IS_NOT_TIME_VALID;
            }
            errors.trust |= status;
        }
    }
    errors.trust |= chain.TrustStatus.dwErrorStatus & ~in_elements;
    errors.revocation = errors.trust & kAboutRevocation;
    errors.trust &= ~(kAboutRevocation | CERT_TRUST_IS_NOT_TIME_NESTED);
    return errors;
}

/// The verdict of Windows' own TLS policy, which knows rules that no status bit tells (basic constraints, distrusted CAs).
/// Its code, ERROR_SUCCESS when it is content; nothing when it could not be asked.
std::optional<DWORD> ssl_policy(PCCERT_CHAIN_CONTEXT chain, const ChainErrors& errors, bool for_servers) {
    SSL_EXTRA_CERT_CHAIN_POLICY_PARA server{};
    server.cbSize = sizeof server;
    server.dwAuthType = AUTHTYPE_SERVER;
    // No name is given either: names are a check of ours. Revocation is judged below, whatever this policy thinks of it.
    server.fdwChecks = SECURITY_FLAG_IGNORE_CERT_CN_INVALID | kIgnoreRevocation;
    CERT_CHAIN_POLICY_PARA policy{};
    policy.cbSize = sizeof policy;
    policy.dwFlags = CERT_CHAIN_POLICY_IGNORE_ALL_REV_UNKNOWN_FLAGS | CERT_CHAIN_POLICY_IGNORE_INVALID_NAME_FLAG;
    // An issuer's dates have been looked at above, element by element.
    if (errors.leaf_dates) policy.dwFlags |= CERT_CHAIN_POLICY_IGNORE_ALL_NOT_TIME_VALID_FLAGS;
    if (!for_servers) {
        policy.dwFlags |= CERT_CHAIN_POLICY_IGNORE_WRONG_USAGE_FLAG;
        server.fdwChecks |= SECURITY_FLAG_IGNORE_CERT_WRONG_USAGE;
    }
    policy.pvExtraPolicyPara = &server;
    CERT_CHAIN_POLICY_STATUS status{};
    status.cbSize = sizeof status;
    if (!CertVerifyCertificateChainPolicy(CERT_CHAIN_POLICY_SSL, chain, &policy, &status)) return std::nullopt;
    return status.dwError;
}

/// Whether the certificates that nobody vouched for name a server that could have. Where none does, the question was never
/// put: that is no trouble to tell about, unless the policy requires an answer.
bool anybody_to_ask(const CERT_CHAIN_CONTEXT& chain) {
    for (DWORD c = 0; c < chain.cChain; ++c) {
        const CERT_SIMPLE_CHAIN& simple = *chain.rgpChain[c];
        for (DWORD e = 0; e < simple.cElement; ++e) {
            const CERT_CHAIN_ELEMENT& element = *simple.rgpElement[e];
            const bool unknown = (element.TrustStatus.dwErrorStatus & kRevocationUnknown) != 0;
            if (unknown && names_a_revocation_server(element.pCertContext)) return true;
        }
    }
    return false;
}

void judge_revocation(const CERT_CHAIN_CONTEXT& chain, const ChainErrors& errors, ChainVerdict& verdict) {
    const auto explain = [&verdict](std::string_view words) {
        if (!verdict.explanation.empty()) verdict.explanation += "; ";
        verdict.explanation += words;
    };
    if ((errors.revocation & CERT_TRUST_IS_REVOKED) != 0) {
        verdict.revocation = Revocation::revoked;
        explain("a certificate of the chain has been revoked");
    } else if ((errors.revocation & kRevocationUnknown) != 0 && !anybody_to_ask(chain)) {
        verdict.revocation = Revocation::not_checked;
        explain("no certificate of the chain names a CRL or OCSP server");
    } else if ((errors.revocation & kRevocationUnknown) != 0) {
        verdict.revocation = Revocation::unknown;
        explain((errors.revocation & CERT_TRUST_IS_OFFLINE_REVOCATION) != 0
                    ? "the CRL or OCSP server did not answer in time, and nothing valid is cached"
                    : "a certificate of the chain names no CRL or OCSP server that answered");
    } else if (chain.cChain == 0 || chain.rgpChain[0]->cElement < 2) {
        verdict.revocation = Revocation::unknown;  // only a root was left over, and roots are not looked at
        explain("nobody can revoke a certificate that signed itself");
    } else {
        verdict.revocation = Revocation::good;
    }
}

}  // namespace

Observed<ChainVerdict> judge_chain(PCCERT_CONTEXT context, const Certificate& certificate, RevocationSource revocation, Duration timeout) {
    constexpr const char* kOperation = "build the chain of";
    char server_authentication[] = szOID_PKIX_KP_SERVER_AUTH;
    LPSTR usages[] = {server_authentication};
    CERT_CHAIN_PARA parameters{};
    parameters.cbSize = sizeof parameters;
    const bool for_servers = is_for_servers(certificate);
    if (for_servers) {
        parameters.RequestedUsage.dwType = USAGE_MATCH_TYPE_AND;
        parameters.RequestedUsage.Usage = {1, usages};
    }
    parameters.dwUrlRetrievalTimeout = wait_milliseconds(timeout);

    UniqueChain chain;
    // The machine's engine, not the account's: roots that only SYSTEM's own profile trusts help no client.
    if (!CertGetCertificateChain(HCCE_LOCAL_MACHINE, context, nullptr, nullptr, &parameters, flags_for(revocation), nullptr,
                                 chain.receive())) {
        const DWORD code = GetLastError();
        return Unreadable{os_error(kOperation, brief(certificate), code)};
    }
    const ChainErrors errors = errors_of(*chain.get());
    ChainVerdict verdict;
    verdict.trust = errors.trust == 0 ? ChainTrust::trusted : ChainTrust::untrusted;
    verdict.explanation = trust_errors_in_words(errors.trust);
    if (verdict.trust == ChainTrust::trusted) {
        const auto policy = ssl_policy(chain.get(), errors, for_servers);
        if (!policy)
            return Unreadable{own_error(ErrorKind::unexpected, kOperation, brief(certificate), "the TLS policy could not be asked")};
        if (*policy != ERROR_SUCCESS && *policy != static_cast<DWORD>(CRYPT_E_REVOKED)) {
            verdict.trust = ChainTrust::untrusted;
            const std::string words = system_text(*policy);
            verdict.explanation =
                fmt::format("Windows' policy for TLS servers says {}{}{:#010x}", words, words.empty() ? "" : ", ", *policy);
        }
    }
    if (revocation != RevocationSource::none) judge_revocation(*chain.get(), errors, verdict);
    return verdict;
}

}  // namespace sstp
