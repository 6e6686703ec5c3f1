#pragma once

#include "core/model/digest.h"
#include "core/model/policy.h"
#include "core/ports/siem_transport.h"
#include "service/windows/stop_signal.h"

#include <optional>

namespace sstp {

/// Syslog over TLS (RFC 5425) or plain TCP (RFC 6587): a connection for each batch, whose orderly end is the proof. Where the receiver
/// refuses our certificate and the store has another that would do, the next one is tried once; the one that was taken is shown first from
/// then on, until it is refused itself.
class SiemStream final : public SiemTransport {
public:
    SiemStream(SiemDestination destination, const StopSignal& stop) : destination_(std::move(destination)), stop_(stop) {}

    [[nodiscard]] std::size_t hosts() const override { return destination_.hosts.size(); }
    [[nodiscard]] std::string host_name(std::size_t host) const override;
    Handover hand_over(std::size_t host, const Payload& payload) override;

private:
    SiemDestination destination_;
    const StopSignal& stop_;
    std::optional<CertificateHash> passed_over_;  ///< of our certificates, the one that was refused where the next was taken
};

}  // namespace sstp
