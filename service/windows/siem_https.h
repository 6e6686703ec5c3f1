#pragma once

#include "core/model/digest.h"
#include "core/model/policy.h"
#include "core/policy/spelling.h"
#include "core/ports/siem_transport.h"
#include "service/windows/stop_signal.h"

#include <optional>
#include <utility>

namespace sstp {

/// Events by HTTPS POST: Splunk HTTP Event Collector, or newline-delimited JSON. A 2xx answer is the proof. Our certificate as in
/// SiemStream: where one is refused the next is tried once.
class SiemHttps final : public SiemTransport {
public:
    SiemHttps(SiemDestination destination, const StopSignal& stop) : destination_(std::move(destination)), stop_(stop) {}

    [[nodiscard]] std::size_t hosts() const override { return 1; }
    [[nodiscard]] std::string host_name(std::size_t /*host*/) const override { return shown_url(destination_.url); }
    Handover hand_over(std::size_t host, const Payload& payload) override;

private:
    SiemDestination destination_;
    const StopSignal& stop_;
    std::optional<CertificateHash> passed_over_;  ///< of our certificates, the one that was refused where the next was taken
};

}  // namespace sstp
