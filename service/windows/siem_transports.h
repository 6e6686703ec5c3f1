#pragma once

#include "core/policy/policy.h"
#include "core/ports/siem_transport.h"
#include "service/windows/stop_signal.h"

#include <memory>

namespace sstp {

/// The adapter that a destination's type and transport ask for. `stop` ends every wait in it at once, and outlives it.
std::unique_ptr<SiemTransport> make_siem_transport(const SiemDestination& destination, const StopSignal& stop);

}  // namespace sstp
