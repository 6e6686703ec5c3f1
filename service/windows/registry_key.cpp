#include "service/windows/registry_key.h"

#include "service/windows/os_error.h"
#include "service/windows/system_clock.h"
#include "service/windows/text.h"

#include <fmt/format.h>

#include <algorithm>
#include <array>

namespace sstp {

const MachineKey kSstpParametersKey{L"SYSTEM\\CurrentControlSet\\Services\\SstpSvc\\Parameters",
                                    "HKLM\\SYSTEM\\CurrentControlSet\\Services\\SstpSvc\\Parameters"};
const MachineKey kSstpConfigStoreKey{L"SYSTEM\\CurrentControlSet\\Services\\SstpSvc\\Parameters\\ConfigStore",
                                     "HKLM\\SYSTEM\\CurrentControlSet\\Services\\SstpSvc\\Parameters\\ConfigStore"};
const MachineKey kSslBindingInfoKey{L"SYSTEM\\CurrentControlSet\\Services\\HTTP\\Parameters\\SslBindingInfo",
                                    "HKLM\\SYSTEM\\CurrentControlSet\\Services\\HTTP\\Parameters\\SslBindingInfo"};
const MachineKey kPoliciesKey{L"SOFTWARE\\Policies\\SSTP Watchdog", "HKLM\\SOFTWARE\\Policies\\SSTP Watchdog"};

namespace {

constexpr DWORD kLargestValue = 1 << 20;

bool says_missing(LSTATUS status) noexcept {
    return status == ERROR_FILE_NOT_FOUND || status == ERROR_PATH_NOT_FOUND || status == ERROR_KEY_DELETED;
}

}  // namespace

LSTATUS open_machine_key(const wchar_t* path, REGSAM access, UniqueRegistryKey& key) noexcept {
    return RegOpenKeyExW(HKEY_LOCAL_MACHINE, path, 0, access | KEY_WOW64_64KEY, key.receive());
}

Observed<RawValue> read_value(const MachineKey& key, const std::wstring& value) {
    const auto unreadable = [&](LSTATUS status) {
        return Unreadable{
            os_error("read the registry value", fmt::format("{}\\{}", key.name, to_utf8_lossy(value)), static_cast<std::uint32_t>(status))};
    };
    UniqueRegistryKey open;
    const LSTATUS opened = open_machine_key(key.path, KEY_QUERY_VALUE, open);
    if (says_missing(opened)) return Absent{};
    if (opened != ERROR_SUCCESS) return unreadable(opened);

    // The value may grow between asking for its size and reading it: ask until the answer fits.
    DWORD size = 64;
    while (size <= kLargestValue) {
        RawValue raw{0, Bytes(size)};
        DWORD type = 0;
        const DWORD offered = size;
        const LSTATUS status = RegQueryValueExW(open.get(), value.c_str(), nullptr, &type, raw.data.data(), &size);
        if (says_missing(status)) return Absent{};
        if (status == ERROR_SUCCESS) {
            raw.type = type;
            raw.data.resize(size);
            return raw;
        }
        if (status != ERROR_MORE_DATA) return unreadable(status);
        if (size <= offered) size = offered * 2;
    }
    return Unreadable{own_error(ErrorKind::malformed, "read the registry value", fmt::format("{}\\{}", key.name, to_utf8_lossy(value)),
                                "it is larger than 1 MiB")};
}

Result<WallTime> last_write(const MachineKey& key, WriteOf what) {
    constexpr const char* kOperation = "read when the registry key was last written";
    constexpr DWORD kMostSubkeys = 10'000;
    UniqueRegistryKey open;
    LSTATUS status = open_machine_key(key.path, KEY_QUERY_VALUE | KEY_ENUMERATE_SUB_KEYS, open);
    FILETIME written{};
    if (status == ERROR_SUCCESS) {
        status = RegQueryInfoKeyW(open.get(), nullptr, nullptr, nullptr, nullptr, nullptr, nullptr, nullptr, nullptr, nullptr, nullptr,
                                  &written);
    }
    if (status != ERROR_SUCCESS) return os_error(kOperation, key.name, static_cast<std::uint32_t>(status));
    WallTime latest = to_wall_time(written);
    if (what == WriteOf::key_alone) return latest;
    for (DWORD i = 0; i < kMostSubkeys; ++i) {
        std::array<wchar_t, 256> name{};   // the longest that a key can have
        auto length = static_cast<DWORD>(name.size());
        status = RegEnumKeyExW(open.get(), i, name.data(), &length, nullptr, nullptr, nullptr, &written);
        if (status == ERROR_NO_MORE_ITEMS) break;
        if (status != ERROR_SUCCESS) return os_error(kOperation, key.name, static_cast<std::uint32_t>(status));
        latest = std::max(latest, to_wall_time(written));
    }
    return latest;
}

bool key_exists(const MachineKey& key) noexcept {
    UniqueRegistryKey open;
    return open_machine_key(key.path, KEY_QUERY_VALUE, open) == ERROR_SUCCESS;
}

}  // namespace sstp
