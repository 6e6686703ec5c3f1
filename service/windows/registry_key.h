#pragma once

#include "core/model/observed.h"
#include "core/model/sstp_settings.h"
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
/// HKLM\SOFTWARE\Policies\SSTP Watchdog
extern const MachineKey kPoliciesKey;

/// Opens the key. The code is the system's: ERROR_FILE_NOT_FOUND (2) when there is none.
LSTATUS open_machine_key(const wchar_t* path, REGSAM access, UniqueRegistryKey& key) noexcept;

/// The value as it is stored, type and bytes. Absent when value or key are missing. A value of more than 1 MiB is
/// Unreadable (malformed): nothing that this product reads is that large.
Observed<RawValue> read_value(const MachineKey& key, const std::wstring& value);

}  // namespace sstp
