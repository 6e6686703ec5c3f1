#pragma once

#include "service/windows/windows_headers.h"

#include <cstdint>
#include <string>

namespace sstp::contracts {

/// A name that nobody else has, nor a run of this program that was killed and could not clean up: process ids come again, the time
/// does not.
inline std::wstring unique_name() {
    static int count = 0;
    FILETIME now{};
    GetSystemTimeAsFileTime(&now);
    const std::uint64_t ticks = static_cast<std::uint64_t>(now.dwHighDateTime) << 32 | now.dwLowDateTime;
    return L"SstpWatchdogTest" + std::to_wstring(ticks) + L"n" + std::to_wstring(++count);
}

}  // namespace sstp::contracts
