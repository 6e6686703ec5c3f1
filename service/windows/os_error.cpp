#include "service/windows/os_error.h"

#include "service/windows/text.h"
#include "service/windows/windows_headers.h"

#include <wincrypt.h>

#include <array>
#include <utility>

namespace sstp {
namespace {

/// The Win32 code inside an HRESULT of FACILITY_WIN32, else the code itself.
std::uint32_t unwrapped(std::uint32_t code) noexcept { return (code & 0xFFFF0000U) == 0x80070000U ? code & 0xFFFFU : code; }

std::string formatted(std::uint32_t code, DWORD language) {
    std::array<wchar_t, 512> buffer{};
    // MAX_WIDTH_MASK: no line breaks. IGNORE_INSERTS: a text with %1 must not read arguments that nobody gave.
    const DWORD length = FormatMessageW(FORMAT_MESSAGE_FROM_SYSTEM | FORMAT_MESSAGE_IGNORE_INSERTS | FORMAT_MESSAGE_MAX_WIDTH_MASK, nullptr,
                                        code, language, buffer.data(), static_cast<DWORD>(buffer.size()), nullptr);
    return to_utf8_lossy({buffer.data(), length});
}

}  // namespace

ErrorKind kind_of(std::uint32_t code) noexcept {
    switch (unwrapped(code)) {
        case ERROR_ACCESS_DENIED:
        case ERROR_PRIVILEGE_NOT_HELD:
        case static_cast<std::uint32_t>(NTE_PERM): return ErrorKind::access_denied;
        case ERROR_FILE_NOT_FOUND:
        case ERROR_PATH_NOT_FOUND:
        case ERROR_NOT_FOUND:
        case ERROR_KEY_DELETED:
        case static_cast<std::uint32_t>(CRYPT_E_NOT_FOUND): return ErrorKind::not_found;
        case ERROR_ALREADY_EXISTS:
        case ERROR_FILE_EXISTS: return ErrorKind::already_exists;
        case ERROR_NO_SUCH_LOGON_SESSION: return ErrorKind::no_usable_key;
        case ERROR_INVALID_PARAMETER:
        case ERROR_INVALID_NAME:
        case ERROR_INVALID_DATA: return ErrorKind::malformed;
        case ERROR_TIMEOUT:
        case WAIT_TIMEOUT: return ErrorKind::timed_out;
        case ERROR_SHARING_VIOLATION:
        case ERROR_LOCK_VIOLATION:
        case ERROR_BUSY:
        case ERROR_SERVICE_DATABASE_LOCKED:
        case ERROR_SERVICE_CANNOT_ACCEPT_CTRL: return ErrorKind::busy;
        case ERROR_SERVICE_DISABLED: return ErrorKind::service_disabled;
        case ERROR_SERVICE_REQUEST_TIMEOUT: return ErrorKind::service_hung;
        case ERROR_SERVICE_DOES_NOT_EXIST:
        case ERROR_SERVICE_MARKED_FOR_DELETE: return ErrorKind::service_gone;
        case ERROR_DEPENDENT_SERVICES_RUNNING: return ErrorKind::dependents_running;
        case ERROR_DISK_FULL:
        case ERROR_HANDLE_DISK_FULL: return ErrorKind::disk_full;
        case ERROR_FILE_CORRUPT:
        case ERROR_DISK_CORRUPT: return ErrorKind::corrupt;
        case ERROR_NOT_SUPPORTED:
        case ERROR_CALL_NOT_IMPLEMENTED:
        case ERROR_PROC_NOT_FOUND: return ErrorKind::not_supported;
        case RPC_S_SERVER_UNAVAILABLE:
        case RPC_S_CALL_CANCELLED: return ErrorKind::source_unavailable;
        default: return ErrorKind::unexpected;
    }
}

std::string system_text(std::uint32_t code) {
    std::string text = formatted(code, MAKELANGID(LANG_ENGLISH, SUBLANG_ENGLISH_US));
    if (text.empty()) text = formatted(code, 0);
    const std::size_t end = text.find_last_not_of(" .\r\n");
    text.erase(end == std::string::npos ? 0 : end + 1);
    return text;
}

Error os_error(std::string operation, std::string subject, std::uint32_t code) {
    return os_error(kind_of(code), std::move(operation), std::move(subject), code);
}

Error os_error(ErrorKind kind, std::string operation, std::string subject, std::uint32_t code) {
    return Error{kind, std::move(operation), std::move(subject), code, system_text(code)};
}

Error own_error(ErrorKind kind, std::string operation, std::string subject, std::string text) {
    return Error{kind, std::move(operation), std::move(subject), 0, std::move(text)};
}

}  // namespace sstp
