#include "service/windows/windows_event_log.h"

#include "service/windows/os_error.h"
#include "service/windows/text.h"

#include <algorithm>

namespace sstp {

namespace {

constexpr DWORD kFirstEventId = 1000;
/// A string of more is refused with error 1784 (Microsoft, ReportEvent: 31,839 characters).
constexpr std::size_t kMostCharacters = 31'000;

WORD type_of(EventType type) {
    switch (type) {
        case EventType::step_failed:
        case EventType::heal_undone:
        case EventType::heal_failed: return EVENTLOG_ERROR_TYPE;
        case EventType::policy_rejected:
        case EventType::finding_raised:
        case EventType::heal_deferred:
        case EventType::heal_refused:
        case EventType::certificate_expiring:
        case EventType::budget_exhausted:
        case EventType::event_source_degraded:
        case EventType::event_source_gap:
        case EventType::siem_destination_down:
        case EventType::events_dropped:
        case EventType::recovered_after_crash:
        case EventType::kill_switch_set:
        case EventType::state_database_replaced: return EVENTLOG_WARNING_TYPE;
        default: return EVENTLOG_INFORMATION_TYPE;
    }
}

/// A finding's own severity says more than its kind of event.
WORD type_of(const JournalEvent& event) {
    const auto severity = event.fields.find("severity");
    if (event.type != EventType::finding_raised || severity == event.fields.end()) return type_of(event.type);
    if (severity->second == "critical") return EVENTLOG_ERROR_TYPE;
    return severity->second == "information" ? EVENTLOG_INFORMATION_TYPE : EVENTLOG_WARNING_TYPE;
}

/// The sentence, then each field on a line of its own, as Event Viewer shows it. NUL would end it for every reader.
std::wstring text_of(const JournalEvent& event) {
    std::string text = event.text + "\r\n";
    for (const auto& [name, value] : event.fields) text += "\r\n" + name + ": " + value;
    std::wstring wide = to_wide_lossy(text);
    std::replace(wide.begin(), wide.end(), L'\0', L'\xFFFD');
    if (wide.size() > kMostCharacters) {
        wide.resize(kMostCharacters);
        wide += L" [...]";
    }
    return wide;
}

}  // namespace

WindowsEventLog::~WindowsEventLog() {
    if (source_ != nullptr) DeregisterEventSource(source_);
}

Result<void> WindowsEventLog::report(const JournalEvent& event) {
    if (source_ == nullptr) source_ = RegisterEventSourceW(nullptr, L"SstpWatchdog");
    if (source_ == nullptr) {
        const DWORD code = GetLastError();
        return os_error("open the event source", "SstpWatchdog", code);
    }
    const std::wstring text = text_of(event);
    const wchar_t* strings[] = {text.c_str()};
    const DWORD id = kFirstEventId + static_cast<DWORD>(event.type);
    if (ReportEventW(source_, type_of(event), 0, id, nullptr, 1, 0, strings, nullptr)) return {};
    const DWORD code = GetLastError();
    DeregisterEventSource(source_);   // the Event Log service may have restarted: its old handles are dead
    source_ = nullptr;
    return os_error(ErrorKind::source_unavailable, "write to the Application log", "SstpWatchdog", code);
}

}  // namespace sstp
