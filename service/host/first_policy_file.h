#pragma once

#include "core/model/result.h"
#include "service/host/places.h"

namespace sstp {

/// Where there is neither a policy file nor a last good policy, writes the first file: what the MSI was told
/// (HKLM\SOFTWARE\SSTP Watchdog\Install, REG_SZ `Mode`, `DnsNames`, `SiemHost`) and nothing else. True when it wrote one.
/// `last_good_is_stored`: the record keeps a policy that was in force (RecordContents::last_good_policy), or could not be
/// asked: then the file was deleted, and the last good policy holds (DESIGN 7.5). So the record is loaded before this is
/// called. Never touches a file that is there, whatever is in it. Errors: those of reading and writing files; malformed, when
/// the MSI was told nonsense.
Result<bool> write_first_policy_file(const Places& places, bool last_good_is_stored);

}  // namespace sstp
