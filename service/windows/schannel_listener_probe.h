#pragma once

#include "core/ports/listener_probe.h"
#include "service/windows/stop_signal.h"

namespace sstp {

/// The probe over Schannel and plain sockets. Not WinHTTP: that shares connections and sessions within the process, judges
/// certificates, and would follow proxies and redirections.
class SchannelListenerProbe final : public ListenerProbe {
public:
    explicit SchannelListenerProbe(const StopSignal& stop) : stop_(stop) {}

    ProbeOutcome probe(const ProbeTarget& target) override;

private:
    const StopSignal& stop_;
};

}  // namespace sstp
