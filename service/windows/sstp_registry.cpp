#include "service/windows/sstp_registry.h"

#include "service/windows/os_error.h"
#include "service/windows/registry_key.h"
#include "service/windows/text.h"

#include <fmt/format.h>

namespace sstp {
namespace {

/// What RRAS has applied lies in a subkey of what it is to apply: "ConfigStore\\ListenerPort".
const MachineKey& key_of(SstpValue value) noexcept {
    const bool applied = value == SstpValue::applied_listener_port || value == SstpValue::applied_use_https;
    return applied ? kSstpConfigStoreKey : kSstpParametersKey;
}

std::wstring wide_name(SstpValue value) {
    const std::wstring path = to_wide_lossy(registry_name(value));
    const std::size_t behind = path.rfind(L'\\');
    return behind == std::wstring::npos ? path : path.substr(behind + 1);
}

std::string subject(SstpValue value) { return fmt::format("{}\\{}", kSstpParametersKey.name, registry_name(value)); }

/// The promise not-ours, at the last place where it can be kept: whatever a caller asks, only these are ever changed.
bool is_ours(SstpValue value) noexcept {
    return value == SstpValue::sha1_certificate_hash || value == SstpValue::sha256_certificate_hash ||
           value == SstpValue::is_hash_configured_by_admin;
}

Error refused(const char* operation, SstpValue value) {
    return own_error(ErrorKind::malformed, operation, subject(value), "only the two hashes and their flag are ever changed");
}

}  // namespace

Observed<RawValue> SstpRegistry::read(SstpValue value) { return read_value(key_of(value), wide_name(value)); }

Result<void> SstpRegistry::write(SstpValue value, const RawValue& raw) {
    constexpr const char* kOperation = "write the registry value";
    if (!is_ours(value)) return refused(kOperation, value);
    UniqueRegistryKey key;
    LSTATUS status = open_machine_key(kSstpParametersKey.path, KEY_SET_VALUE, key);
    if (status == ERROR_SUCCESS) {
        status = RegSetValueExW(key.get(), wide_name(value).c_str(), 0, raw.type, raw.data.data(), static_cast<DWORD>(raw.data.size()));
    }
    if (status != ERROR_SUCCESS) return os_error(kOperation, subject(value), static_cast<std::uint32_t>(status));
    return {};
}

Result<void> SstpRegistry::remove(SstpValue value) {
    constexpr const char* kOperation = "delete the registry value";
    if (!is_ours(value)) return refused(kOperation, value);
    UniqueRegistryKey key;
    LSTATUS status = open_machine_key(kSstpParametersKey.path, KEY_SET_VALUE, key);
    if (status == ERROR_SUCCESS) status = RegDeleteValueW(key.get(), wide_name(value).c_str());
    if (status == ERROR_SUCCESS || kind_of(static_cast<std::uint32_t>(status)) == ErrorKind::not_found) return {};
    return os_error(kOperation, subject(value), static_cast<std::uint32_t>(status));
}

Result<void> SstpRegistry::flush() {
    UniqueRegistryKey key;
    LSTATUS status = open_machine_key(kSstpParametersKey.path, KEY_QUERY_VALUE, key);
    if (status == ERROR_SUCCESS) status = RegFlushKey(key.get());
    if (status != ERROR_SUCCESS) return os_error("flush the registry key", kSstpParametersKey.name, static_cast<std::uint32_t>(status));
    return {};
}

}  // namespace sstp
