#pragma once

#include "core/model/observed.h"
#include "core/model/result.h"
#include "core/model/sstp_settings.h"
#include "core/model/time.h"
#include "service/windows/unique_handle.h"

#include <string>

namespace sstp {

/// A key under HKEY_LOCAL_MACHINE by its path. Always the 64-bit view: the keys are the system's, not a program's.
struct MachineKey {
    const wchar_t* path;
    const char* name;  ///< for messages: "HKLM\\SOFTWARE\\Policies\\SSTP Watchdog"
};

/// HKLM\SYSTEM\CurrentControlSet\Services\SstpSvc\Parameters
extern const MachineKey kSstpParametersKey;
/// ...\Parameters\ConfigStore: what RRAS applied when it last started. Never written.
extern const MachineKey kSstpConfigStoreKey;
/// HKLM\SYSTEM\CurrentControlSet\Services\HTTP\Parameters\SslBindingInfo: HTTP.SYS's address records, a subkey each. Never
/// written.
extern const MachineKey kSslBindingInfoKey;
/// HKLM\SOFTWARE\Policies\SSTP Watchdog
extern const MachineKey kPoliciesKey;

/// Opens the key. The code is the system's: ERROR_FILE_NOT_FOUND (2) when there is none.
LSTATUS open_machine_key(const wchar_t* path, REGSAM access, UniqueRegistryKey& key) noexcept;

/// The value as it is stored, type and bytes. Absent when value or key are missing. A value of more than 1 MiB is
/// Unreadable (malformed): nothing that this product reads is that large.
Observed<RawValue> read_value(const MachineKey& key, const std::wstring& value);

enum class WriteOf : std::uint8_t { key_alone, key_and_subkeys };
/// When a value of the key, or a subkey of it, was last written, made or deleted; with subkeys also when one of their values was.
/// Source: Microsoft, RegQueryInfoKeyW, RegEnumKeyExW. Errors: not_found, access_denied.
Result<WallTime> last_write(const MachineKey& key, WriteOf what);

/// Whether the key is there.
bool key_exists(const MachineKey& key) noexcept;

}  // namespace sstp
