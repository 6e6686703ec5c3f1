#pragma once

#include "core/model/observed.h"

#include <string>

namespace sstp {

/// HKLM\SOFTWARE\Policies\SSTP Watchdog, REG_SZ `Mode`, as Group Policy sets it. Read before every change.
class KillSwitch {
public:
    virtual ~KillSwitch() = default;
    /// The text as it is; Absent when key or value are missing. A value that is no text reads as its hex, which no
    /// reading takes for `heal`.
    virtual Observed<std::string> read() = 0;
};

}  // namespace sstp
