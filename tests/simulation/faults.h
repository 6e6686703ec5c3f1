#pragma once

#include "tests/simulated_windows/adversary.h"

#include <cstdint>
#include <span>

namespace sstp::simulation {

/// One documented way in which one port call can fail. The matrix that the search must cover is this table. Calls that the
/// watchdog never makes (the journal is read by `history` alone) are not in it.
struct DocumentedFault {
    simulated::PortCall call;
    ErrorKind kind;
    std::uint32_t code;   ///< Win32 or SQLite code; what Microsoft's page of the function names
};
std::span<const DocumentedFault> documented_faults();

}  // namespace sstp::simulation
