#pragma once

#include "core/model/result.h"
#include "service/host/places.h"

namespace sstp {

/// Where there is no policy file yet, writes one that holds what the MSI was told and nothing else (HKLM\SOFTWARE\SSTP
/// Watchdog\Install, REG_SZ `Mode`, `DnsNames`, `SiemHost`). True when it wrote one. Never touches a file that is there, whatever
/// is in it. Errors: those of reading and writing files; malformed, when the MSI was told nonsense.
Result<bool> write_first_policy_file(const Places& places);

}  // namespace sstp
