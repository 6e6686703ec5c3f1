#include "store/registry_values.h"

#include <algorithm>
#include <cstring>
#include <stdexcept>

#include "model/ssl_record.h"
#include "store/state_folder.h"

namespace sstp::rras_host {

namespace {

constexpr DWORD kLargestValue = 65'536;

void require(LSTATUS status, const std::string& operation) {
    if (status != ERROR_SUCCESS) throw std::runtime_error(operation + ": error " + std::to_string(status));
}

}  // namespace

const RegistryValue* RegistryKey::find(const std::string& name) const {
    for (const auto& value : values)
        if (same_text(value.name, name)) return &value;
    return nullptr;
}

std::optional<RegistryKey> read_registry_key(const std::string& path) {
    HKEY handle = nullptr;
    const LSTATUS opened = RegOpenKeyExW(HKEY_LOCAL_MACHINE, to_wide(path).c_str(), 0, KEY_READ | KEY_WOW64_64KEY, &handle);
    if (opened == ERROR_FILE_NOT_FOUND) return std::nullopt;
    require(opened, "open HKLM\\" + path);
    RegistryKey key;
    FILETIME written{};
    RegQueryInfoKeyW(handle, nullptr, nullptr, nullptr, nullptr, nullptr, nullptr, nullptr, nullptr, nullptr, nullptr, &written);
    key.last_written = (static_cast<std::uint64_t>(written.dwHighDateTime) << 32) | written.dwLowDateTime;
    for (DWORD index = 0;; ++index) {
        wchar_t name[512];
        DWORD length = 512, type = 0, size = kLargestValue;
        std::string bytes(kLargestValue, '\0');
        if (RegEnumValueW(handle, index, name, &length, nullptr, &type, reinterpret_cast<BYTE*>(bytes.data()), &size) != ERROR_SUCCESS)
            break;
        bytes.resize(size);
        key.values.push_back({to_utf8(name, length), type, bytes});
    }
    for (DWORD index = 0;; ++index) {
        wchar_t name[256];
        DWORD length = 256;
        if (RegEnumKeyExW(handle, index, name, &length, nullptr, nullptr, nullptr, nullptr) != ERROR_SUCCESS) break;
        key.subkeys.push_back(to_utf8(name, length));
    }
    RegCloseKey(handle);
    std::sort(key.values.begin(), key.values.end(), [](const auto& a, const auto& b) { return a.name < b.name; });
    return key;
}

void write_registry_value(const std::string& path, const RegistryValue& value) {
    HKEY key = nullptr;
    require(RegCreateKeyExW(HKEY_LOCAL_MACHINE, to_wide(path).c_str(), 0, nullptr, 0, KEY_WRITE | KEY_WOW64_64KEY, nullptr, &key, nullptr),
            "create HKLM\\" + path);
    const LSTATUS status = RegSetValueExW(key, to_wide(value.name).c_str(), 0, value.type,
                                          reinterpret_cast<const BYTE*>(value.bytes.data()), static_cast<DWORD>(value.bytes.size()));
    RegCloseKey(key);
    require(status, "write HKLM\\" + path + "\\" + value.name);
}

void delete_registry_value(const std::string& path, const std::string& name) {
    HKEY key = nullptr;
    if (RegOpenKeyExW(HKEY_LOCAL_MACHINE, to_wide(path).c_str(), 0, KEY_WRITE | KEY_WOW64_64KEY, &key) != ERROR_SUCCESS) return;
    RegDeleteValueW(key, to_wide(name).c_str());
    RegCloseKey(key);
}

void delete_registry_tree(const std::string& path) { RegDeleteTreeW(HKEY_LOCAL_MACHINE, to_wide(path).c_str()); }

std::uint32_t registry_number(const std::optional<RegistryKey>& key, const std::string& name, std::uint32_t otherwise) {
    const RegistryValue* value = key ? key->find(name) : nullptr;
    if (!value || value->type != REG_DWORD || value->bytes.size() != sizeof(std::uint32_t)) return otherwise;
    std::uint32_t number = 0;
    std::memcpy(&number, value->bytes.data(), sizeof number);
    return number;
}

}  // namespace sstp::rras_host
