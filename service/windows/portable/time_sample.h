#pragma once

#include "core/model/time.h"

#include <string_view>

namespace sstp {

/// Whether Windows' time service has set the clock since the machine started, as far as its last good sample tells: the value
/// `LastGoodSampleInfo` under HKLM\SYSTEM\CurrentControlSet\Services\W32Time\Config\Status, `<FILETIME>;<source>`, which the
/// service writes with each sample that it takes (undocumented; seen in Sysmon's records of Server 2016 to 2025). A sample from
/// before the boot, or from a time that the clock has not reached, proves nothing.
bool clock_was_set(std::string_view last_good_sample, WallTime now, Duration up_time);

}  // namespace sstp
