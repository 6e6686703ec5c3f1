#include "service/windows/windows_machine.h"

#include "service/windows/network_of_machine.h"
#include "service/windows/portable/multi_text.h"
#include "service/windows/portable/own_addresses.h"
#include "service/windows/portable/smbios.h"
#include "service/windows/registry_key.h"
#include "service/windows/text.h"
#include "service/windows/unique_handle.h"

#include <algorithm>
#include <array>
#include <cstddef>
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

std::string account_of_this_process() {
    UniqueKernelHandle token;
    if (!OpenProcessToken(GetCurrentProcess(), TOKEN_QUERY, token.receive())) return {};
    DWORD size = 0;
    GetTokenInformation(token.get(), TokenUser, nullptr, 0, &size);
    std::vector<std::max_align_t> buffer(size / sizeof(std::max_align_t) + 1);
    size = static_cast<DWORD>(buffer.size() * sizeof(std::max_align_t));
    if (!GetTokenInformation(token.get(), TokenUser, buffer.data(), size, &size)) return {};
    wchar_t name[256]{};
    wchar_t domain[256]{};
    DWORD name_length = 256;
    DWORD domain_length = 256;
    SID_NAME_USE use{};
    const auto* user = reinterpret_cast<const TOKEN_USER*>(buffer.data());
    if (!LookupAccountSidW(nullptr, user->User.Sid, name, &name_length, domain, &domain_length, &use)) return {};
    return to_utf8_lossy(domain) + "\\" + to_utf8_lossy(name);
}

std::string WindowsMachine::domain() {
    std::string name = computer_name(ComputerNamePhysicalDnsDomain);
    std::ranges::transform(name, name.begin(), [](char c) { return c >= 'A' && c <= 'Z' ? static_cast<char>(c - 'A' + 'a') : c; });
    return name;
}

std::vector<IpAddress> WindowsMachine::addresses() {
    auto listed = listed_addresses();
    return listed ? known_addresses(*std::move(listed)) : std::vector<IpAddress>{};   // events go out without them
}

bool WindowsMachine::has_directaccess_or_nlb() { return has_subkeys(kDirectAccess) || has_subkeys(kLoadBalancing); }

}  // namespace sstp
