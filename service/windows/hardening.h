#pragma once

#include <cstdint>
#include <string>
#include <vector>

namespace sstp {

/// One measure, and whether Windows took it. Older versions refuse what they do not know: told, never fatal.
struct Measure {
    const char* name;  ///< "DLLs from System32 only"
    bool taken = false;
    std::uint32_t code = 0;  ///< Win32 code when it was not
};

/// Closes what this process never needs: DLLs from anywhere but System32, a heap that goes on when corrupted,
/// extension points, remote and low-integrity images, child processes, junctions of non-administrators. The first
/// thing that `main` does: what was loaded before cannot be unloaded. Source: Microsoft, SetDefaultDllDirectories,
/// SetProcessMitigationPolicy.
std::vector<Measure> harden_process();

/// `DLLs from System32 only, heap ends on corruption, ...; refused by Windows: no child processes (87)`: a line for the log.
std::string summary(const std::vector<Measure>& measures);

}  // namespace sstp
