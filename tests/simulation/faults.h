#pragma once

#include "tests/simulated_windows/adversary.h"

#include <cstdint>
#include <span>

namespace sstp::simulation {

/// One documented way in which one port call can fail. The matrix that the search must cover is this table.
struct DocumentedFault {
    simulated::PortCall call;
    ErrorKind kind;
    std::uint32_t code;   ///< Win32 or SQLite code; what Microsoft's page of the function names
};
std::span<const DocumentedFault> documented_faults();

}  // namespace sstp::simulation
