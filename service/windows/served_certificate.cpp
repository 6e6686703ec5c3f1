#include "service/windows/served_certificate.h"

#include "service/windows/certificate_chain.h"
#include "service/windows/certificate_reading.h"
#include "service/windows/os_error.h"
#include "service/windows/portable/sent_chain.h"
#include "service/windows/system_clock.h"

#include <algorithm>
#include <optional>
#include <set>
#include <string>
#include <utility>

namespace sstp {
namespace {

UniqueStore machine_store(const wchar_t* name) {
    return UniqueStore{CertOpenStore(CERT_STORE_PROV_SYSTEM_W, 0, 0,
                                     CERT_SYSTEM_STORE_LOCAL_MACHINE | CERT_STORE_OPEN_EXISTING_FLAG | CERT_STORE_READONLY_FLAG, name)};
}

/// A certificate of the store that has issued `certificate`: the one that ends last, for clients take a valid one if there is any.
UniqueCertificateContext issuer_in(HCERTSTORE store, PCCERT_CONTEXT certificate) {
    constexpr int kMost = 1000;   // of one name; cross-signed CAs have a handful
    UniqueCertificateContext best;
    UniqueCertificateContext each;
    if (store == nullptr) return best;
    for (int seen = 0; seen < kMost; ++seen) {
        each = UniqueCertificateContext{CertFindCertificateInStore(
            store, X509_ASN_ENCODING | PKCS_7_ASN_ENCODING, 0, CERT_FIND_SUBJECT_NAME, &certificate->pCertInfo->Issuer, each.release())};
        if (!each) break;
        if (!is_issued_by(certificate, each.get())) continue;
        if (!best || CompareFileTime(&best.get()->pCertInfo->NotAfter, &each.get()->pCertInfo->NotAfter) < 0) {
            best = UniqueCertificateContext{CertDuplicateCertificateContext(each.get())};
        }
    }
    return best;
}

std::string name_of(const CERT_NAME_BLOB& encoded) {
    const auto name = read_name(encoded);
    if (!name) return "?";
    const std::string common = common_name(*name);
    return common.empty() ? to_rfc4514(*name) : common;
}

/// What this machine knows of revoked certificates, by thumbprint: from the caches alone.
std::set<Thumbprint> known_revoked(PCCERT_CONTEXT shown) {
    std::set<Thumbprint> revoked;
    CERT_CHAIN_PARA parameters{};
    parameters.cbSize = sizeof parameters;
    UniqueChain chain;
    constexpr DWORD kCachesAlone = CERT_CHAIN_CACHE_ONLY_URL_RETRIEVAL | CERT_CHAIN_DISABLE_AUTH_ROOT_AUTO_UPDATE |
                                   CERT_CHAIN_REVOCATION_CHECK_CHAIN_EXCLUDE_ROOT | CERT_CHAIN_REVOCATION_CHECK_CACHE_ONLY |
                                   CERT_CHAIN_RETURN_LOWER_QUALITY_CONTEXTS;
    if (!CertGetCertificateChain(HCCE_LOCAL_MACHINE, shown, nullptr, shown->hCertStore, &parameters, kCachesAlone, nullptr,
                                 chain.receive()))
        return revoked;
    const auto collect = [&revoked](const CERT_CHAIN_CONTEXT& from) {
        for (DWORD c = 0; c < from.cChain; ++c) {
            for (DWORD e = 0; e < from.rgpChain[c]->cElement; ++e) {
                const CERT_CHAIN_ELEMENT& element = *from.rgpChain[c]->rgpElement[e];
                if ((element.TrustStatus.dwErrorStatus & CERT_TRUST_IS_REVOKED) == 0) continue;
                if (const auto thumbprint = thumbprint_in(element.pCertContext)) revoked.insert(*thumbprint);
            }
        }
    };
    collect(*chain.get());
    for (DWORD i = 0; i < chain.get()->cLowerQualityChainContext; ++i) collect(*chain.get()->rgpLowerQualityChainContext[i]);
    return revoked;
}

/// Follows what was sent from the leaf upwards, as a client without intermediates of its own has to.
SentChainVerdict judge_sent(PCCERT_CONTEXT shown) {
    constexpr int kLongest = 32;
    const std::set<Thumbprint> revoked = known_revoked(shown);
    const UniqueStore roots = machine_store(L"ROOT");
    const UniqueStore intermediates = machine_store(L"CA");
    std::vector<SentIntermediate> way;
    UniqueCertificateContext at{CertDuplicateCertificateContext(shown)};
    FILETIME now{};
    GetSystemTimeAsFileTime(&now);
    SentChainEnd end = SentChainEnd::unknown_issuer;
    for (int step = 0; step < kLongest; ++step) {
        const auto root = issuer_in(roots.get(), at.get());
        // An intermediate that somebody put among the roots is none to clients.
        if (is_self_signed(at.get()) || (root && is_self_signed(root.get()))) {
            end = SentChainEnd::root;
            break;
        }
        auto issuer = issuer_in(shown->hCertStore, at.get());
        if (!issuer) {
            if (root || issuer_in(intermediates.get(), at.get())) end = SentChainEnd::intermediate_here;
            break;
        }
        at = std::move(issuer);
        if (is_self_signed(at.get())) continue;   // a root that was sent: no intermediate
        const auto thumbprint = thumbprint_in(at.get());
        way.push_back({name_of(at.get()->pCertInfo->Subject), to_wall_time(at.get()->pCertInfo->NotBefore),
                       to_wall_time(at.get()->pCertInfo->NotAfter), thumbprint && revoked.contains(*thumbprint)});
    }
    return judge_sent_chain(way, end, name_of(at.get()->pCertInfo->Issuer), to_wall_time(now));
}

}  // namespace

Result<Served> read_served(PCCERT_CONTEXT shown, const RootProgramme& programme) {
    auto leaf = read_certificate(shown);
    if (!leaf) return own_error(ErrorKind::malformed, "", "", "the certificate that was served cannot be parsed");
    leaf->key = KeyState::usable;
    auto answer = ask_chain_engine(shown, *leaf, {RevocationPolicy::best_effort, false, {}, shown->hCertStore}, programme);
    leaf->chain = std::move(answer.verdict);
    describe_paths(answer.paths, *leaf);
    Served served;
    served.leaf = *std::move(leaf);
    auto sent = judge_sent(shown);
    served.sent_chain = sent.verdict;
    served.sent_chain_explanation = std::move(sent.explanation);
    return served;
}

}  // namespace sstp
