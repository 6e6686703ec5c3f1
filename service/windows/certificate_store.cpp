#include "service/windows/certificate_store.h"

#include "service/windows/beside.h"
#include "service/windows/certificate_key.h"
#include "service/windows/certificate_reading.h"
#include "service/windows/os_error.h"
#include "service/windows/system_clock.h"
#include "service/windows/text.h"

#include <fmt/format.h>

namespace sstp {
namespace {

constexpr const char* kList = "list the certificates of";
constexpr const char* kArchive = "archive the certificate";
constexpr const char* kDelete = "delete the certificate";
constexpr Duration kLeaveTheNetworkAlone = std::chrono::minutes{15};
// The biggest stores in the field have some hundred.
constexpr std::size_t kMostCertificates = 20'000;

std::string store_path(const std::string& store) { return fmt::format("LocalMachine\\{}", store); }

Result<UniqueStore> open_store(const std::string& store, DWORD access, const char* operation, const std::string& subject) {
    const auto name = to_wide(store);
    if (!name || name->empty()) return own_error(ErrorKind::malformed, operation, subject, "that is no name of a store");
    // OPEN_EXISTING: looking at a store must not create it.
    UniqueStore open{CertOpenStore(CERT_STORE_PROV_SYSTEM_W, 0, 0, CERT_SYSTEM_STORE_LOCAL_MACHINE | CERT_STORE_OPEN_EXISTING_FLAG | access,
                                   name->c_str())};
    if (!open) {
        const DWORD code = GetLastError();
        return os_error(operation, subject, code);
    }
    return open;
}

Result<UniqueCertificateContext> find(HCERTSTORE store, const Thumbprint& thumbprint, const char* operation, const std::string& subject) {
    Bytes bytes = thumbprint.to_vector();
    CRYPT_HASH_BLOB hash{static_cast<DWORD>(bytes.size()), bytes.data()};
    UniqueCertificateContext found{
        CertFindCertificateInStore(store, X509_ASN_ENCODING | PKCS_7_ASN_ENCODING, 0, CERT_FIND_SHA1_HASH, &hash, nullptr)};
    if (found) return found;
    return os_error(ErrorKind::not_found, operation, subject, static_cast<std::uint32_t>(CRYPT_E_NOT_FOUND));
}

/// Closes a store that was written to: some systems write to the registry only now, and an error here is a lost change.
Result<void> commit(UniqueStore& store, const char* operation, const std::string& subject) {
    if (!CertControlStore(store.get(), 0, CERT_STORE_CTRL_COMMIT, nullptr)) {
        const DWORD code = GetLastError();
        // A store that writes at once has nothing to commit.
        if (code != ERROR_NOT_SUPPORTED && code != ERROR_CALL_NOT_IMPLEMENTED) return os_error(operation, subject, code);
    }
    if (!CertCloseStore(store.release(), 0)) {
        const DWORD code = GetLastError();
        return os_error(operation, subject, code);
    }
    return {};
}

Error our_stop(const std::string& store) { return own_error(ErrorKind::stopped, kList, store_path(store), "our own stop was requested"); }

}  // namespace

RevocationSource CertificateStore::source_for(const Certificate& certificate, RevocationPolicy revocation) const {
    if (revocation == RevocationPolicy::off) return RevocationSource::none;
    if (revocation == RevocationPolicy::require) return RevocationSource::online;
    const auto in_vain = asked_in_vain_.find(certificate.thumbprint);
    const bool lately = in_vain != asked_in_vain_.end() && monotonic_now() - in_vain->second < kLeaveTheNetworkAlone;
    return lately ? RevocationSource::cache : RevocationSource::online;
}

std::optional<Observed<ChainVerdict>> CertificateStore::chain_of(PCCERT_CONTEXT context, const Certificate& certificate,
                                                                 RevocationPolicy revocation, Duration timeout) {
    const RevocationSource source = source_for(certificate, revocation);
    // The engine may also fetch an issuer that nobody installed, whatever is asked about revocation: never on our thread.
    const auto own = std::make_shared<UniqueCertificateContext>(CertDuplicateCertificateContext(context));
    auto verdict =
        beside(stop_, [own, certificate, source, timeout]() noexcept { return judge_chain(own->get(), certificate, source, timeout); });
    if (!verdict) return std::nullopt;
    const ChainVerdict* known = value_of(*verdict);
    if (source == RevocationSource::online) {
        if (known != nullptr && known->revocation == Revocation::unknown) {
            asked_in_vain_[certificate.thumbprint] = monotonic_now();
        } else {
            asked_in_vain_.erase(certificate.thumbprint);
        }
    }
    return verdict;
}

Result<std::vector<Certificate>> CertificateStore::list(const std::string& store, RevocationPolicy revocation, Duration timeout) {
    const auto open = open_store(store, CERT_STORE_READONLY_FLAG, kList, store_path(store));
    if (!open) return open.error();
    std::vector<Certificate> certificates;
    UniqueCertificateContext context;
    for (std::size_t seen = 0;; ++seen) {
        // The call frees the context that it is given.
        context = UniqueCertificateContext{CertEnumCertificatesInStore(open->get(), context.release())};
        if (!context) {
            const DWORD code = GetLastError();
            // Anything but the end of the list would hide certificates, and a hidden one counts as deleted.
            if (code == static_cast<DWORD>(CRYPT_E_NOT_FOUND) || code == ERROR_NO_MORE_FILES || code == ERROR_SUCCESS) break;
            return os_error(kList, store_path(store), code);
        }
        if (seen == kMostCertificates) return own_error(ErrorKind::malformed, kList, store_path(store), "there are more than 20,000");
        if (is_archived(context.get())) continue;
        auto certificate = read_certificate(context.get());
        if (!certificate) continue;
        KeyVerdict key = judge_key(context.get());
        certificate->key = key.state;
        certificate->key_explanation = std::move(key.explanation);
        auto chain = chain_of(context.get(), *certificate, revocation, timeout);
        if (!chain) return our_stop(store);
        certificate->chain = *std::move(chain);
        certificates.push_back(*std::move(certificate));
    }
    std::erase_if(asked_in_vain_, [&](const auto& entry) {
        return std::ranges::find(certificates, entry.first, &Certificate::thumbprint) == certificates.end();
    });
    return certificates;
}

Result<void> CertificateStore::archive(const std::string& store, const Thumbprint& certificate) {
    const std::string subject = fmt::format("{} in {}", certificate.to_string(), store_path(store));
    auto open = open_store(store, 0, kArchive, subject);
    if (!open) return open.error();
    auto found = find(open->get(), certificate, kArchive, subject);
    if (!found) return found.error();
    CRYPT_DATA_BLOB nothing{0, nullptr};  // the property is there or not; it has no value
    if (!CertSetCertificateContextProperty(found->get(), CERT_ARCHIVED_PROP_ID, 0, &nothing)) {
        const DWORD code = GetLastError();
        return os_error(kArchive, subject, code);
    }
    found->reset();
    return commit(*open, kArchive, subject);
}

Result<void> CertificateStore::remove(const std::string& store, const Thumbprint& certificate) {
    const std::string subject = fmt::format("{} in {}", certificate.to_string(), store_path(store));
    auto open = open_store(store, 0, kDelete, subject);
    if (!open) return open.error();
    auto found = find(open->get(), certificate, kDelete, subject);
    if (!found) return found.error();
    // The call frees the context, whether or not it succeeds.
    if (!CertDeleteCertificateFromStore(found->release())) {
        const DWORD code = GetLastError();
        return os_error(kDelete, subject, code);
    }
    return commit(*open, kDelete, subject);
}

}  // namespace sstp
