#pragma once

#include "core/ports/event_sink.h"
#include "service/windows/windows_headers.h"

namespace sstp {

/// The classic source SstpWatchdog of the Application log. Event ids: installer/messages.mc, 1000 plus the place of the
/// kind in EventType. Source: Microsoft, RegisterEventSource, ReportEvent.
class WindowsEventLog final : public EventSink {
public:
    WindowsEventLog() = default;
    ~WindowsEventLog() override;
    WindowsEventLog(const WindowsEventLog&) = delete;
    WindowsEventLog& operator=(const WindowsEventLog&) = delete;

    /// Errors: source_unavailable (the Event Log service is away; tried anew with the next event), access_denied.
    Result<void> report(const JournalEvent& event) override;

private:
    HANDLE source_ = nullptr;
};

}  // namespace sstp
