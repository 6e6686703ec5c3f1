#include "service/windows/windows_machine.h"

#include "service/windows/portable/multi_text.h"
#include "service/windows/portable/smbios.h"
#include "service/windows/registry_key.h"
#include "service/windows/text.h"

#include <algorithm>
#include <array>
#include <cstdint>
#include <vector>

namespace sstp {
namespace {

constexpr MachineKey kCryptography{L"SOFTWARE\\Microsoft\\Cryptography", "HKLM\\SOFTWARE\\Microsoft\\Cryptography"};
constexpr MachineKey kDirectAccess{L"SOFTWARE\\Policies\\Microsoft\\Windows\\RemoteAccess\\Config\\MachineSIDs",
                                   "HKLM\\SOFTWARE\\Policies\\Microsoft\\Windows\\RemoteAccess\\Config\\MachineSIDs"};
constexpr MachineKey kLoadBalancing{L"SYSTEM\\CurrentControlSet\\Services\\WLBS\\Parameters\\Interface",
                                    "HKLM\\SYSTEM\\CurrentControlSet\\Services\\WLBS\\Parameters\\Interface"};

std::string machine_guid() {
    const auto guid = decode_one_text(read_value(kCryptography, L"MachineGuid"), "MachineGuid");
    const std::string* text = value_of(guid);
    return text != nullptr ? *text : std::string{};
}

/// Empty when Windows does not say.
std::string computer_name(COMPUTER_NAME_FORMAT format) {
    DWORD size = 0;
    GetComputerNameExW(format, nullptr, &size);
    std::wstring name(size, L'\0');
    if (size == 0 || !GetComputerNameExW(format, name.data(), &size)) return {};
    return to_utf8_lossy(name.substr(0, size));
}

std::string firmware_uuid() {
    constexpr DWORD kRawTable = 'R' << 24 | 'S' << 16 | 'M' << 8 | 'B';
    constexpr UINT kLargest = 1 << 20;
    const UINT size = GetSystemFirmwareTable(kRawTable, 0, nullptr, 0);
    if (size == 0 || size > kLargest) return {};
    std::vector<std::uint8_t> table(size);
    const UINT given = GetSystemFirmwareTable(kRawTable, 0, table.data(), size);
    if (given == 0 || given > size) return {};
    return smbios_uuid({table.data(), given});
}

bool has_subkeys(const MachineKey& key) {
    UniqueRegistryKey open;
    DWORD count = 0;
    return open_machine_key(key.path, KEY_QUERY_VALUE, open) == ERROR_SUCCESS &&
           RegQueryInfoKeyW(open.get(), nullptr, nullptr, nullptr, &count, nullptr, nullptr, nullptr, nullptr, nullptr, nullptr, nullptr) ==
               ERROR_SUCCESS &&
           count > 0;
}

}  // namespace

MachineIdentity WindowsMachine::identity() { return {machine_guid(), computer_name(ComputerNamePhysicalDnsHostname), firmware_uuid()}; }

std::string full_host_name() { return computer_name(ComputerNamePhysicalDnsFullyQualified); }

std::string WindowsMachine::domain() {
    std::string name = computer_name(ComputerNamePhysicalDnsDomain);
    std::ranges::transform(name, name.begin(), [](char c) { return c >= 'A' && c <= 'Z' ? static_cast<char>(c - 'A' + 'a') : c; });
    return name;
}

bool WindowsMachine::has_directaccess_or_nlb() { return has_subkeys(kDirectAccess) || has_subkeys(kLoadBalancing); }

}  // namespace sstp
