#include "service/tls/trust.h"

#include "core/policy/spelling.h"
#include "service/tls/pem_certificates.h"
#include "service/tls/trust_reasons.h"
#include "service/windows/beside.h"
#include "service/windows/os_error.h"
#include "service/windows/system_clock.h"

#include <fmt/format.h>
#include <fmt/ranges.h>

#include <exception>
#include <map>
#include <memory>
#include <mutex>
#include <vector>

namespace sstp {

namespace {

constexpr char kOperation[] = "trust the server";

Error refusal(const std::string& host, std::string why) {
    return own_error(ErrorKind::verification_failed, kOperation, host, std::move(why));
}

/// Among all chains that Windows found: with roots of our own the one that ends there, though the system may prefer another.
PCCERT_CHAIN_CONTEXT best_chain(PCCERT_CHAIN_CONTEXT found, HCERTSTORE roots) {
    if (roots == nullptr || ends_in(roots, found)) return found;
    for (DWORD i = 0; i < found->cLowerQualityChainContext; ++i) {
        if (ends_in(roots, found->rgpLowerQualityChainContext[i])) return found->rgpLowerQualityChainContext[i];
    }
    return found;
}

/// Where issuers are looked for besides the machine's stores: what the server sent along, and the ca_file.
UniqueStore issuers_for(const TrustCase& asked) {
    UniqueStore all{CertOpenStore(CERT_STORE_PROV_COLLECTION, 0, 0, CERT_STORE_CREATE_NEW_FLAG, nullptr)};
    if (!all) return all;
    if (asked.shown.get()->hCertStore != nullptr) CertAddStoreToCollection(all.get(), asked.shown.get()->hCertStore, 0, 0);
    if (asked.roots) CertAddStoreToCollection(all.get(), asked.roots.get(), 0, 0);
    return all;
}

/// Hosts whose issuer or root the network did not bring either: it is left alone for a while, for a server without a way to the Internet
/// would otherwise spend its time-outs at each connection.
class AskedInVain {
public:
    bool lately(const std::string& host) {
        const std::lock_guard lock(mutex_);
        const auto found = hosts_.find(host);
        return found != hosts_.end() && monotonic_now() - found->second < kLeaveTheNetworkAlone;
    }
    void note(const std::string& host) {
        const std::lock_guard lock(mutex_);
        if (hosts_.size() >= kMostHosts) hosts_.clear();
        hosts_[host] = monotonic_now();
    }

private:
    static constexpr Duration kLeaveTheNetworkAlone = std::chrono::minutes{15};
    static constexpr std::size_t kMostHosts = 256;   // of a policy's destinations, and of policies before

    std::mutex mutex_;
    std::map<std::string, MonotonicTime> hosts_;
};

/// The reasons against the certificate, by the chain that the engine finds. An error: the engine itself failed.
Result<std::vector<std::string>> ask_engine(const TrustCase& asked, bool network, bool& root_is_missing) {
    char server_authentication[] = szOID_PKIX_KP_SERVER_AUTH;
    LPSTR usages[] = {server_authentication};
    CERT_CHAIN_PARA parameters{};
    parameters.cbSize = sizeof parameters;
    parameters.RequestedUsage.dwType = USAGE_MATCH_TYPE_AND;
    parameters.RequestedUsage.Usage = {1, usages};
    parameters.dwUrlRetrievalTimeout = wait_milliseconds(asked.patience);
    const UniqueStore issuers = issuers_for(asked);
    DWORD flags =
        CERT_CHAIN_REVOCATION_CHECK_CHAIN_EXCLUDE_ROOT | CERT_CHAIN_REVOCATION_CHECK_CACHE_ONLY | CERT_CHAIN_RETURN_LOWER_QUALITY_CONTEXTS;
    // Revocation from the cache alone would still fetch issuers and the list of roots, for 15 s where nothing answers (Microsoft,
    // CertGetCertificateChain).
    if (!network) flags |= CERT_CHAIN_CACHE_ONLY_URL_RETRIEVAL | CERT_CHAIN_DISABLE_AUTH_ROOT_AUTO_UPDATE;
    UniqueChain found;
    // The machine's engine: roots that only an account's own profile trusts are nobody else's.
    if (!CertGetCertificateChain(HCCE_LOCAL_MACHINE, asked.shown.get(), nullptr, issuers.get(), &parameters, flags, nullptr,
                                 found.receive())) {
        const DWORD code = GetLastError();
        return os_error("build the chain of the certificate of", asked.host, code);
    }
    const PCCERT_CHAIN_CONTEXT best = best_chain(found.get(), asked.roots.get());
    root_is_missing = (best->TrustStatus.dwErrorStatus & (CERT_TRUST_IS_UNTRUSTED_ROOT | CERT_TRUST_IS_PARTIAL_CHAIN)) != 0;
    return reasons_against(best, asked);
}

/// From what this machine has; with the network only where that lacks an issuer or a root, and no ca_file says which root it must be:
/// that one is not Microsoft's to send, and intermediates are the receiver's.
Result<void> judge_chain_of(const TrustCase& asked) {
    static AskedInVain asked_in_vain;
    bool root_is_missing = false;
    auto found = ask_engine(asked, false, root_is_missing);
    if (root_is_missing && !asked.roots && !asked_in_vain.lately(asked.host)) {
        found = ask_engine(asked, true, root_is_missing);
        if (root_is_missing) asked_in_vain.note(asked.host);
    }
    if (!found) return found.error();
    const std::vector<std::string>& reasons = *found;
    if (reasons.empty()) return {};
    return refusal(asked.host, fmt::format("its certificate {} is not accepted: {}", name_in_words(asked.shown.get()->pCertInfo->Subject),
                                           fmt::join(reasons, "; ")));
}

std::optional<CertificateHash> fingerprint_of(PCCERT_CONTEXT shown) {
    std::array<std::uint8_t, CertificateHash::kSize> bytes{};
    auto size = static_cast<DWORD>(bytes.size());
    if (!CryptHashCertificate2(L"SHA256", 0, nullptr, shown->pbCertEncoded, shown->cbCertEncoded, bytes.data(), &size)) return std::nullopt;
    return CertificateHash::from_bytes({bytes.data(), size});
}

Result<void> compare_fingerprint(PCCERT_CONTEXT shown, const std::string& host, const CertificateHash& wanted) {
    const auto fingerprint = fingerprint_of(shown);
    if (fingerprint == wanted) return {};
    return refusal(host, fmt::format("it showed another certificate than server_fingerprint names: {}", peer_in_words(shown)));
}

}  // namespace

Result<void> judge_server(PCCERT_CONTEXT shown, const std::string& host, const ServerTrust& trust, const StopSignal& stop,
                          MonotonicTime deadline) {
    if (trust.fingerprint) return compare_fingerprint(shown, host, *trust.fingerprint);
    const auto asked = std::make_shared<TrustCase>();
    asked->shown = UniqueCertificateContext{CertDuplicateCertificateContext(shown)};
    asked->host = host;
    asked->patience = deadline - monotonic_now();
    if (trust.ca_file) {
        auto roots = certificates_from_file(*trust.ca_file);
        if (!roots) return roots.error();
        asked->roots = std::move(*roots);
        asked->ca_file = *trust.ca_file;
    }
    // Windows may fetch an issuer that the server did not send along: that takes as long as it takes.
    const auto verdict = beside(
        stop,
        [asked]() noexcept -> Result<void> {
            try {
                return judge_chain_of(*asked);
            } catch (const std::exception& failure) {
                return own_error(ErrorKind::unexpected, kOperation, asked->host, failure.what());
            }
        },
        asked->patience);
    if (verdict) return *verdict;
    if (stop.requested()) return own_error(ErrorKind::stopped, kOperation, host, "the watchdog was asked to stop");
    return own_error(ErrorKind::timed_out, kOperation, host, "the chain of its certificate could not be built in time");
}

std::string peer_in_words(PCCERT_CONTEXT shown) {
    const auto fingerprint = fingerprint_of(shown);
    return fmt::format("{}, {}", name_in_words(shown->pCertInfo->Subject),
                       fingerprint ? fingerprint_to_text(*fingerprint) : "sha-256 unknown");
}

}  // namespace sstp
