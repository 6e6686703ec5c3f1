#pragma once

#include "core/model/result.h"
#include "service/host/places.h"

namespace sstp {

/// Where there is no policy file yet, writes one: from what the MSI was told (HKLM\SOFTWARE\SSTP Watchdog\Install, REG_SZ
/// `Mode` and `DnsNames`), else the default that lies beside the program. True when it wrote one. Never touches a file
/// that is there, whatever is in it. Errors: those of reading and writing files; malformed, when the MSI was told nonsense.
Result<bool> write_first_policy_file(const Places& places);

}  // namespace sstp
