#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <vector>

namespace sstp::rras_host {

constexpr const char* kSstpParameters = "SYSTEM\\CurrentControlSet\\Services\\SstpSvc\\Parameters";

struct RegistryValue {
    std::string name;
    std::uint32_t type = 0;
    std::string bytes;
};

/// Values of a key under HKEY_LOCAL_MACHINE, sorted by name, with the time of the last change to the key (FILETIME). Nothing
/// when there is no such key. 64-bit view.
struct RegistryKey {
    std::uint64_t last_written = 0;
    std::vector<RegistryValue> values;
    std::vector<std::string> subkeys;
    const RegistryValue* find(const std::string& name) const;
};

std::optional<RegistryKey> read_registry_key(const std::string& path);

/// These throw std::runtime_error. Deleting what is not there is no error.
void write_registry_value(const std::string& path, const RegistryValue& value);
void delete_registry_value(const std::string& path, const std::string& name);
void delete_registry_tree(const std::string& path);

/// A DWORD, or `otherwise` when it is missing or of another type.
std::uint32_t registry_number(const std::optional<RegistryKey>& key, const std::string& name, std::uint32_t otherwise);

}  // namespace sstp::rras_host
