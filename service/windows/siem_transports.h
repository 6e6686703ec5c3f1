#pragma once

#include "core/model/policy.h"
#include "core/ports/siem_transport.h"
#include "core/siem/forwarder.h"
#include "service/windows/stop_signal.h"

#include <memory>

namespace sstp {

/// The adapter that a destination's type and transport ask for. `stop` ends every wait in it at once, and outlives it.
std::unique_ptr<SiemTransport> make_siem_transport(const SiemDestination& destination, const StopSignal& stop);

/// The same with a clock and a stop of its own, for the thread that serves this destination.
std::unique_ptr<DeliveryLine> open_siem_line(const SiemDestination& destination);

}  // namespace sstp
