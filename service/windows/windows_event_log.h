#pragma once

#include "core/ports/event_sink.h"
#include "core/siem/event_log_record.h"
#include "service/windows/unique_handle.h"

namespace sstp {

struct EventSourceObject {
    using Handle = HANDLE;

    static bool is_open(Handle handle) noexcept { return handle != nullptr; }

    static void close(Handle handle) noexcept { DeregisterEventSource(handle); }
};

using UniqueEventSource = UniqueHandle<EventSourceObject>;

/// The classic event source SstpWatchdog in the Application log. Source: Microsoft, RegisterEventSourceW, ReportEventW.
/// What is written is `event_log_record`; ids and texts are those of installer/messages.mc.
class WindowsEventLog final : public EventSink {
public:
    /// A source that nobody registered is never used: Windows would take the name all the same, write into Application,
    /// and Event Viewer would show "the description cannot be found" in place of the message. That is `not_found`, and
    /// is looked at again with each event. After a failure the source is opened anew, once, since the Event Log service
    /// may have been restarted.
    Result<void> report(const JournalEvent& event, const std::string& id) override;
    /// For a service that cannot run, or ends with something undone: an error of id 1001, without a journal behind it.
    Result<void> report_last_words(const std::string& text);

private:
    Result<void> open();
    Result<void> write(const EventLogRecord& record);

    UniqueEventSource source_;
};

}  // namespace sstp
