#pragma once

#include <chrono>

namespace sstp {

/// Minutes to add to UTC for local civil time, as the machine's time zone has it (summer time included).
using UtcOffset = std::chrono::minutes;

}  // namespace sstp
