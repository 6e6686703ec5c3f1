#pragma once

#include "core/ports/listener_probe.h"
#include "service/windows/root_programme_registry.h"
#include "service/windows/stop_signal.h"

#include <memory>

namespace sstp {

/// The probe over Schannel and plain sockets. Not WinHTTP: that shares connections and sessions within the process, judges
/// certificates, and would follow proxies and redirections.
class SchannelListenerProbe final : public ListenerProbe {
public:
    explicit SchannelListenerProbe(const StopSignal& stop) : stop_(stop) {}

    ProbeOutcome probe(const ProbeTarget& target) override;
    Result<std::vector<PortOwner>> port_taken_by(std::uint16_t port) override;
    Result<std::vector<IpAddress>> addresses() override;

private:
    const StopSignal& stop_;
    std::shared_ptr<const RootProgramme> programme_;
};

}  // namespace sstp
