#pragma once

#include "core/model/memory.h"
#include "core/model/server_state.h"
#include "core/model/service_status.h"

#include <cstdint>
#include <string>

namespace sstp {

/// The error with which a stopped service ended: its own one where the SCM says 1066 (ERROR_SERVICE_SPECIFIC_ERROR); 0: none.
std::uint32_t end_code(const ServiceStatus& status);
/// "error 1168 (Element not found)"; only the number where we have no text for it.
std::string describe_end(const ServiceStatus& status);

/// RemoteAccess did not start, or ended, because of a certificate (DESIGN 7.7): RasSstp complained in that start, or the code is one
/// that RRAS passes on from HTTP.SYS and its own certificate checks: 87, 183, 1168, 1312 (facts: rras-sstp section 1). 13 (the data is
/// invalid) has other causes too and counts only with a complaint.
bool ended_for_a_certificate(const ServiceStatus& rras, const Memory& memory);

/// A service without which RemoteAccess cannot run is disabled; empty: none is known to be.
std::string disabled_dependency(const ServerState& state);

}  // namespace sstp
