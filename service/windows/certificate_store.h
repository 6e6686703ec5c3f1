#pragma once

#include "core/ports/certificates.h"
#include "service/windows/certificate_chain.h"
#include "service/windows/certificate_key.h"
#include "service/windows/root_programme_registry.h"
#include "service/windows/stop_signal.h"
#include "service/windows/store_changes.h"

#include <map>
#include <memory>
#include <optional>
#include <string>
#include <utility>
#include <vector>

namespace sstp {

/// The certificates of LocalMachine\MY. The store is opened read-only, except to archive or delete one certificate. What was read,
/// opened and judged of a certificate is kept from look to look: parsed anew is only one whose bytes or properties are others,
/// judged anew one whose verdict is a quarter of an hour old or was no verdict, opened anew one whose key was asked an hour ago. As long as
/// none of that is due and nothing has changed in the registry, the store is not even opened, and the list is the one of before.
class CertificateStore final : public Certificates {
public:
    /// `store`: for tests alone.
    explicit CertificateStore(const StopSignal& stop, std::string store = "MY") : stop_(stop), store_(std::move(store)), changes_(store_) {}

    /// Also `stopped`, when our own stop is requested while keys or CRLs are asked for.
    Result<CertificateList> list(const CertificateQuery& query) override;
    Result<bool> holds(const Thumbprint& certificate) override;
    Result<void> archive(const Thumbprint& certificate) override;
    Result<void> remove(const Thumbprint& certificate) override;

private:
    /// What is remembered of one certificate.
    struct Known {
        std::wstring properties;  ///< as they were when it was parsed
        Certificate parsed;  ///< without key and chain
        std::optional<KeyVerdict> key;
        MonotonicTime key_asked_at;
        std::optional<ChainAnswer> chain;
        RevocationPolicy chain_asked_with{};
        MonotonicTime chain_asked_at;
        std::optional<MonotonicTime> asked_in_vain;  ///< the network, for this certificate
    };

    using KnownByEncoding = std::map<Bytes, std::shared_ptr<Known>>;
    /// The list of before, and what it was asked with.
    struct Last {
        CertificateList list;
        CertificateQuery query;
        MonotonicTime holds_until;  ///< then a verdict or a key is due
    };

    Result<CertificateList> read(const CertificateQuery& query);
    std::shared_ptr<Known> known_of(PCCERT_CONTEXT context, const Bytes& encoding) const;
    [[nodiscard]] MonotonicTime next_due(const CertificateQuery& query, MonotonicTime now) const;
    /// Nothing when our stop was requested meanwhile.
    std::optional<Certificate> complete(PCCERT_CONTEXT context, Known& known, const CertificateQuery& query);
    std::optional<KeyVerdict> key_of(PCCERT_CONTEXT context, Known& known, const CertificateQuery& query);
    std::optional<ChainAnswer> chain_of(PCCERT_CONTEXT context, Known& known, const Certificate& certificate,
                                        const CertificateQuery& query);
    std::optional<ChainAnswer> ask(PCCERT_CONTEXT context, const Certificate& certificate, const CertificateQuery& query, bool network);
    [[nodiscard]] std::string path() const { return "LocalMachine\\" + store_; }

    const StopSignal& stop_;
    std::string store_;
    StoreChanges changes_;
    KnownByEncoding known_;  ///< by the DER encoding
    std::optional<Last> last_;
    std::shared_ptr<const RootProgramme> programme_;
};

}  // namespace sstp
