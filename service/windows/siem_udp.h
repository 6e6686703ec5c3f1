#pragma once

#include "core/model/policy.h"
#include "core/ports/siem_transport.h"
#include "service/windows/stop_signal.h"

#include <utility>

namespace sstp {

/// Syslog over UDP (RFC 5426): a datagram a message, best effort. That nobody listens is noticed only where the receiver's system
/// says so at once (ICMP port unreachable).
class SiemUdp final : public SiemTransport {
public:
    SiemUdp(SiemDestination destination, const StopSignal& stop) : destination_(std::move(destination)), stop_(stop) {}

    [[nodiscard]] std::size_t hosts() const override { return destination_.hosts.size(); }
    [[nodiscard]] std::string host_name(std::size_t host) const override;
    Handover hand_over(std::size_t host, const Payload& payload) override;

private:
    SiemDestination destination_;
    const StopSignal& stop_;
};

}  // namespace sstp
