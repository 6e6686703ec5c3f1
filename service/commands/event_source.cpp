#include "service/commands/event_source.h"

#include "service/windows/os_error.h"
#include "service/windows/text.h"
#include "service/windows/unique_handle.h"

namespace sstp {

namespace {

constexpr wchar_t kKey[] = L"SYSTEM\\CurrentControlSet\\Services\\EventLog\\Application\\SstpWatchdog";
constexpr char kKeyName[] = "HKLM\\SYSTEM\\CurrentControlSet\\Services\\EventLog\\Application\\SstpWatchdog";

}  // namespace

std::string message_file_of(const std::string& program) {
    const std::string beside = program.substr(0, program.find_last_of('\\') + 1) + "sstp-watchdog-messages.dll";
    const auto path = to_wide(beside);
    const DWORD attributes = path ? GetFileAttributesW(path->c_str()) : INVALID_FILE_ATTRIBUTES;
    const bool is_file = attributes != INVALID_FILE_ATTRIBUTES && (attributes & FILE_ATTRIBUTE_DIRECTORY) == 0;
    return is_file ? beside : program;
}

Result<void> register_event_source(const std::string& message_file) {
    const auto path = to_wide(message_file);
    if (!path) return own_error(ErrorKind::malformed, "register the event source", message_file, "the path cannot be written in UTF-16");
    UniqueRegistryKey key;
    LSTATUS code =
        RegCreateKeyExW(HKEY_LOCAL_MACHINE, kKey, 0, nullptr, 0, KEY_SET_VALUE | KEY_WOW64_64KEY, nullptr, key.receive(), nullptr);
    if (code == ERROR_SUCCESS) {
        code = RegSetValueExW(key.get(), L"EventMessageFile", 0, REG_EXPAND_SZ, reinterpret_cast<const BYTE*>(path->c_str()),
                              static_cast<DWORD>((path->size() + 1) * sizeof(wchar_t)));
    }
    if (code == ERROR_SUCCESS) {
        const DWORD types = EVENTLOG_ERROR_TYPE | EVENTLOG_WARNING_TYPE | EVENTLOG_INFORMATION_TYPE;
        code = RegSetValueExW(key.get(), L"TypesSupported", 0, REG_DWORD, reinterpret_cast<const BYTE*>(&types), sizeof types);
    }
    if (code == ERROR_SUCCESS) return {};
    return os_error("register the event source", kKeyName, static_cast<std::uint32_t>(code));
}

Result<void> remove_event_source() {
    const LSTATUS code = RegDeleteKeyExW(HKEY_LOCAL_MACHINE, kKey, KEY_WOW64_64KEY, 0);
    if (code == ERROR_SUCCESS || code == ERROR_FILE_NOT_FOUND) return {};
    return os_error("remove the event source", kKeyName, static_cast<std::uint32_t>(code));
}

}  // namespace sstp
