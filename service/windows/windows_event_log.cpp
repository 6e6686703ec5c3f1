#include "service/windows/windows_event_log.h"

#include "service/windows/os_error.h"
#include "service/windows/registry_key.h"
#include "service/windows/text.h"

#include <array>

namespace sstp {

namespace {

constexpr wchar_t kSource[] = L"SstpWatchdog";
constexpr wchar_t kSourceKey[] = L"SYSTEM\\CurrentControlSet\\Services\\EventLog\\Application\\SstpWatchdog";
constexpr char kSubject[] = "SstpWatchdog in Application";
constexpr char kOpen[] = "open the event source";
constexpr char kReport[] = "write to the Windows Event Log as";

/// The RPC server behind the Event Log, or our handle to it, is gone.
bool is_gone(DWORD error) {
    return error == ERROR_INVALID_HANDLE || error == RPC_S_SERVER_UNAVAILABLE || error == RPC_S_CALL_FAILED ||
           error == RPC_S_CALL_FAILED_DNE;
}

Error failure(const char* operation, DWORD error) {
    if (is_gone(error)) return os_error(ErrorKind::source_unavailable, operation, kSubject, error);
    return os_error(operation, kSubject, error);
}

}  // namespace

Result<void> WindowsEventLog::open() {
    if (source_) return {};
    UniqueRegistryKey key;
    const LSTATUS registered = open_machine_key(kSourceKey, KEY_QUERY_VALUE, key);
    if (registered == ERROR_FILE_NOT_FOUND || registered == ERROR_PATH_NOT_FOUND) {
        return own_error(ErrorKind::not_found, kOpen, kSubject, "it is not registered; the MSI and `sstp-watchdog install` register it");
    }
    if (registered != ERROR_SUCCESS) return failure(kOpen, static_cast<DWORD>(registered));
    UniqueEventSource source(RegisterEventSourceW(nullptr, kSource));
    const DWORD error = GetLastError();
    if (!source) return failure(kOpen, error);
    source_ = std::move(source);
    return {};
}

Result<void> WindowsEventLog::report(const JournalEvent& event, const std::string& id) { return write(event_log_record(event, id)); }

Result<void> WindowsEventLog::report_last_words(const std::string& text) {
    JournalEvent stopped;
    stopped.type = EventType::service_stopped;
    stopped.text = text;
    stopped.fields.emplace("reason", text);
    EventLogRecord record = event_log_record(stopped, "none");
    record.type = EventLogType::error;
    return write(record);
}

Result<void> WindowsEventLog::write(const EventLogRecord& record) {
    std::array<std::wstring, 3> strings;
    std::array<const wchar_t*, 3> pointers{};
    for (std::size_t i = 0; i < strings.size(); ++i) {
        strings[i] = to_wide_lossy(record.strings[i]);
        pointers[i] = strings[i].c_str();
    }
    for (int attempt = 1;; ++attempt) {
        if (const auto opened = open(); !opened) return opened.error();
        const BOOL reported = ReportEventW(source_.get(), static_cast<WORD>(record.type), 0, record.id, nullptr,
                                           static_cast<WORD>(pointers.size()), 0, pointers.data(), nullptr);
        const DWORD error = GetLastError();
        if (reported != FALSE) return {};
        source_.reset();
        if (attempt == 2 || !is_gone(error)) return failure(kReport, error);
    }
}

}  // namespace sstp
