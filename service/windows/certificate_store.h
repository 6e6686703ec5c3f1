#pragma once

#include "core/ports/certificates.h"
#include "service/windows/certificate_chain.h"
#include "service/windows/stop_signal.h"

#include <map>

namespace sstp {

/// The certificates of this machine. Stores are opened read-only, except to archive or delete one certificate.
class CertificateStore final : public Certificates {
public:
    explicit CertificateStore(const StopSignal& stop) : stop_(stop) {}

    /// Also `stopped`, when our own stop is requested while CRLs are fetched.
    Result<std::vector<Certificate>> list(const std::string& store, RevocationPolicy revocation, Duration timeout) override;
    Result<void> archive(const std::string& store, const Thumbprint& certificate) override;
    Result<void> remove(const std::string& store, const Thumbprint& certificate) override;

private:
    /// Nothing when our stop was requested meanwhile.
    std::optional<Observed<ChainVerdict>> chain_of(PCCERT_CONTEXT context, const Certificate& certificate, RevocationPolicy revocation,
                                                   Duration timeout);
    [[nodiscard]] RevocationSource source_for(const Certificate& certificate, RevocationPolicy revocation) const;

    const StopSignal& stop_;
    /// When nobody could tell last whether a certificate is revoked. Under best_effort the network is then left alone for a
    /// while: a server without a way to the Internet would otherwise spend its time-outs in every cycle.
    std::map<Thumbprint, MonotonicTime> asked_in_vain_;
};

}  // namespace sstp
