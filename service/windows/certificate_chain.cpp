#include "service/windows/certificate_chain.h"

#include "service/windows/certificate_reading.h"
#include "service/windows/early_opening.h"
#include "service/windows/os_error.h"
#include "service/windows/revocation_servers.h"
#include "service/windows/stop_signal.h"
#include "service/windows/system_clock.h"
#include "service/windows/trust_status.h"

#include <fmt/format.h>
#include <winhttp.h>

#include <algorithm>
#include <string_view>

namespace sstp {
namespace {

constexpr const char* kBuildChain = "build the chain of";
constexpr DWORD kRevocationUnknown = CERT_TRUST_REVOCATION_STATUS_UNKNOWN | CERT_TRUST_IS_OFFLINE_REVOCATION;
/// SECURITY_FLAG_IGNORE_REVOCATION of wininet.h, which cannot be included beside winhttp.h.
constexpr DWORD kIgnoreRevocation = 0x80;
constexpr DWORD kAboutRevocation = kRevocationUnknown | CERT_TRUST_IS_REVOKED;

// chain_paths.h spells them without Windows' headers.
static_assert(trust_bit::kNotTimeValid == CERT_TRUST_IS_NOT_TIME_VALID && trust_bit::kNotTimeNested == CERT_TRUST_IS_NOT_TIME_NESTED &&
              trust_bit::kRevoked == CERT_TRUST_IS_REVOKED && trust_bit::kUntrustedRoot == CERT_TRUST_IS_UNTRUSTED_ROOT &&
              trust_bit::kRevocationUnknown == CERT_TRUST_REVOCATION_STATUS_UNKNOWN &&
              trust_bit::kPartialChain == CERT_TRUST_IS_PARTIAL_CHAIN && trust_bit::kOfflineRevocation == CERT_TRUST_IS_OFFLINE_REVOCATION);

/// Whether the leaf itself says that it is for TLS servers. If so, the chain must allow that; if not, that is a check of ours,
/// and the engine is not asked.
bool is_for_servers(const Certificate& certificate) {
    return !certificate.purposes || std::ranges::find(*certificate.purposes, kServerAuthentication) != certificate.purposes->end();
}

DWORD flags_for(const ChainQuestion& question) {
    // Which CA a certificate is of hangs on every path, not on the one that the engine likes best today.
    DWORD flags = CERT_CHAIN_RETURN_LOWER_QUALITY_CONTEXTS;
    // Revocation from the cache alone would still fetch issuers and the list of roots, 15 s for each certificate where nothing
    // answers: two flags more say that the caches have to do (Microsoft, CertGetCertificateChain).
    if (!question.network) flags |= CERT_CHAIN_CACHE_ONLY_URL_RETRIEVAL | CERT_CHAIN_DISABLE_AUTH_ROOT_AUTO_UPDATE;
    if (question.revocation == RevocationPolicy::off) return flags;
    flags |= CERT_CHAIN_REVOCATION_CHECK_CHAIN_EXCLUDE_ROOT;
    return flags | (question.network ? CERT_CHAIN_REVOCATION_ACCUMULATIVE_TIMEOUT : CERT_CHAIN_REVOCATION_CHECK_CACHE_ONLY);
}

PathElement element_of(const CERT_CHAIN_ELEMENT& from, const RootProgramme& programme) {
    PathElement element;
    const PCCERT_CONTEXT context = from.pCertContext;
    element.errors = from.TrustStatus.dwErrorStatus;
    if (const auto subject = read_name(context->pCertInfo->Subject)) {
        element.subject = to_rfc4514(*subject);
        element.common_name = common_name(*subject);
    }
    if (const auto issuer = read_name(context->pCertInfo->Issuer)) {
        element.issuer = to_rfc4514(*issuer);
        element.issuer_common_name = common_name(*issuer);
    }
    element.not_after = to_wall_time(context->pCertInfo->NotAfter);
    element.public_key = public_key_hash(context).value_or(PublicKeyHash{});
    element.self_signed = is_self_signed(context);
    const auto thumbprint = element.self_signed ? thumbprint_in(context) : std::nullopt;
    element.in_root_programme = thumbprint && programme.has(*thumbprint);
    return element;
}

/// Simple chains behind the first are those of trust lists: the path is the first.
ChainPath path_of(const CERT_CHAIN_CONTEXT& chain, const RootProgramme& programme) {
    ChainPath path;
    DWORD in_elements = 0;
    for (DWORD c = 0; c < chain.cChain; ++c) {
        const CERT_SIMPLE_CHAIN& simple = *chain.rgpChain[c];
        for (DWORD e = 0; e < simple.cElement; ++e) {
            in_elements |= simple.rgpElement[e]->TrustStatus.dwErrorStatus;
            if (c == 0) path.elements.push_back(element_of(*simple.rgpElement[e], programme));
        }
        if (c > 0) path.errors |= simple.TrustStatus.dwErrorStatus;
    }
    // What belongs to the chain as a whole (partial, untrusted root, cyclic) is in no element.
    path.errors |= chain.TrustStatus.dwErrorStatus & ~in_elements;
    return path;
}

/// The verdict of Windows' own TLS policy, which knows rules that no status bit tells (basic constraints, distrusted CAs).
/// Its code, ERROR_SUCCESS when it is content; nothing when it could not be asked.
std::optional<DWORD> ssl_policy(PCCERT_CHAIN_CONTEXT chain, const ChainPath& path, bool for_servers) {
    SSL_EXTRA_CERT_CHAIN_POLICY_PARA server{};
    server.cbSize = sizeof server;
    server.dwAuthType = AUTHTYPE_SERVER;
    // No name is given either: names are a check of ours. Revocation is judged below, whatever this policy thinks of it.
    server.fdwChecks = SECURITY_FLAG_IGNORE_CERT_CN_INVALID | kIgnoreRevocation;
    CERT_CHAIN_POLICY_PARA policy{};
    policy.cbSize = sizeof policy;
    policy.dwFlags = CERT_CHAIN_POLICY_IGNORE_ALL_REV_UNKNOWN_FLAGS | CERT_CHAIN_POLICY_IGNORE_INVALID_NAME_FLAG;
    // An issuer's dates have been looked at above, element by element.
    const bool leaf_dates = (path.elements.front().errors & trust_bit::kNotTimeValid) != 0;
    if (leaf_dates) policy.dwFlags |= CERT_CHAIN_POLICY_IGNORE_ALL_NOT_TIME_VALID_FLAGS;
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

DWORD revocation_errors(const CERT_CHAIN_CONTEXT& chain) {
    DWORD errors = chain.TrustStatus.dwErrorStatus;
    for (DWORD c = 0; c < chain.cChain; ++c) errors |= chain.rgpChain[c]->TrustStatus.dwErrorStatus;
    return errors & kAboutRevocation;
}

void judge_revocation(const CERT_CHAIN_CONTEXT& chain, bool issuer_revoked, ChainVerdict& verdict) {
    const DWORD errors = revocation_errors(chain);
    const auto explain = [&verdict](std::string_view words) {
        if (!verdict.explanation.empty()) verdict.explanation += "; ";
        verdict.explanation += words;
    };
    if ((errors & CERT_TRUST_IS_REVOKED) != 0) {
        verdict.revocation = Revocation::revoked;
        explain(issuer_revoked ? "a CA of the chain has been revoked" : "it has been revoked");
    } else if ((errors & kRevocationUnknown) != 0 && !anybody_to_ask(chain)) {
        verdict.revocation = Revocation::not_checked;
        explain("no certificate of the chain names a CRL or OCSP server");
    } else if ((errors & kRevocationUnknown) != 0) {
        verdict.revocation = Revocation::unknown;
        explain((errors & CERT_TRUST_IS_OFFLINE_REVOCATION) != 0
                    ? "the CRL or OCSP server did not answer in time, and nothing valid is cached"
                    : "a certificate of the chain names no CRL or OCSP server that answered");
    } else if (chain.cChain == 0 || chain.rgpChain[0]->cElement < 2) {
        verdict.revocation = Revocation::not_checked;  // only a root was left over, and roots are not looked at
        explain("nobody can revoke a certificate that signed itself");
    } else {
        verdict.revocation = Revocation::good;
    }
}

/// Every path that was found, the favourite first.
std::vector<ChainPath> paths_of(const CERT_CHAIN_CONTEXT& chain, const RootProgramme& programme) {
    constexpr DWORD kMostPaths = 32;   // cross-signed roots give a handful
    std::vector<ChainPath> paths{path_of(chain, programme)};
    for (DWORD i = 0; i < chain.cLowerQualityChainContext && i < kMostPaths; ++i) {
        paths.push_back(path_of(*chain.rgpLowerQualityChainContext[i], programme));
    }
    return paths;
}

/// The verdict on a chain that was built; Unreadable when Windows' policy cannot be asked.
Observed<ChainVerdict> judge(PCCERT_CHAIN_CONTEXT chain, const std::vector<ChainPath>& paths, const Certificate& certificate,
                             const ChainQuestion& question) {
    const PathVerdict best = judge_paths(paths);
    ChainVerdict verdict{best.trust, Revocation::not_checked, trust_errors_in_words(best.errors)};
    // The policy judges the favourite: where that is not the one that is good, it has nothing to say.
    if (best.trust == ChainTrust::good && judge_path(paths.front()).trust == ChainTrust::good) {
        const auto policy = ssl_policy(chain, paths.front(), is_for_servers(certificate));
        if (!policy) {
            return Unreadable{own_error(ErrorKind::unexpected, kBuildChain, brief(certificate), "the TLS policy could not be asked")};
        }
        if (*policy != ERROR_SUCCESS && *policy != static_cast<DWORD>(CRYPT_E_REVOKED)) {
            verdict.trust = ChainTrust::bad;
            const std::string words = system_text(*policy);
            verdict.explanation =
                fmt::format("Windows' policy for TLS servers says {}{}{:#010x}", words, words.empty() ? "" : ", ", *policy);
        }
    }
    if (question.revocation != RevocationPolicy::off) judge_revocation(*chain, best.issuer_revoked, verdict);
    return verdict;
}

}  // namespace

ChainAnswer ask_chain_engine(PCCERT_CONTEXT context, const Certificate& certificate, const ChainQuestion& question,
                             const RootProgramme& programme) {
    char server_authentication[] = szOID_PKIX_KP_SERVER_AUTH;
    LPSTR usages[] = {server_authentication};
    CERT_CHAIN_PARA parameters{};
    parameters.cbSize = sizeof parameters;
    if (is_for_servers(certificate)) {
        parameters.RequestedUsage.dwType = USAGE_MATCH_TYPE_AND;
        parameters.RequestedUsage.Usage = {1, usages};
    }
    parameters.dwUrlRetrievalTimeout = wait_milliseconds(question.timeout);
    wait_for_chain_engine();
    UniqueChain chain;
    // The machine's engine, not the account's: roots that only SYSTEM's own profile trusts help no client.
    if (!CertGetCertificateChain(HCCE_LOCAL_MACHINE, context, nullptr, question.also_from, &parameters, flags_for(question), nullptr,
                                 chain.receive())) {
        const DWORD code = GetLastError();
        return {Unreadable{os_error(kBuildChain, brief(certificate), code)}, {}};
    }
    ChainAnswer answer;
    answer.paths = paths_of(*chain.get(), programme);
    answer.verdict = judge(chain.get(), answer.paths, certificate, question);
    return answer;
}

}  // namespace sstp
