#pragma once

#include "core/ports/event_log.h"
#include "service/windows/event_log_api.h"
#include "service/windows/stop_signal.h"

#include <functional>
#include <optional>
#include <string>
#include <vector>

namespace sstp {

/// What a code of the event log means to the cycle. Source: Microsoft, "Windows Event Log Error Constants"; facts: event-log.
ErrorKind event_log_error_kind(std::uint32_t code) noexcept;

/// A pull subscription through wevtapi: a signal says that there may be records, `read` fetches them.
/// Records come in the order in which the log hands them out; the bookmark knows the position in every channel.
///
/// `subscribe` and `read` belong to one thread, as Windows demands of the handles; another one gets an error.
class EventLogSubscription final : public EventLog {
public:
    /// `on_signal` runs on a thread of the system whenever there may be something to read, and once after each
    /// `subscribe`: Windows does not signal what is already there. It may only post a wake, and must not throw. The
    /// next signal comes for records written after the last `read`: whoever is woken reads until drained.
    /// `stop`, our own, ends a search that goes on for long.
    EventLogSubscription(std::function<void()> on_signal, const StopSignal& stop, const EventLogApi& api = system_event_log_api());
    /// Waits for a running `on_signal`; afterwards it is not called any more.
    ~EventLogSubscription() override;
    EventLogSubscription(const EventLogSubscription&) = delete;
    EventLogSubscription& operator=(const EventLogSubscription&) = delete;

    Result<void> subscribe(const EventQuery& query, StartAt where, const std::string& bookmark) override;
    Result<EventBatch> read(std::size_t most) override;
    Result<std::optional<WallTime>> oldest_record(const std::string& channel) override;
    Result<std::optional<WallTime>> cleared_at(const std::string& channel) override;
    Result<std::string> bookmark_at_end(const EventQuery& query) override;

private:
    Result<void> arm_signal();
    Result<UniqueEvt> bookmark_at(const std::string& xml) const;
    /// Records of one channel that an XPath selects, oldest or newest first. Errors: source_unavailable, access_denied.
    Result<UniqueEvt> query(const std::string& channel, const wchar_t* xpath, DWORD direction) const;
    /// The next record of a query; nothing behind its last.
    Result<UniqueEvt> next_of(const UniqueEvt& query, const std::string& channel) const;
    Result<void> take(EVT_HANDLE record, EventBatch& batch);
    Result<std::string> rendered(EVT_HANDLE handle, DWORD flags, const char* operation);
    [[nodiscard]] Error failure(const char* operation, std::uint32_t code) const;
    [[nodiscard]] std::string extended_status() const;
    static void CALLBACK signalled(void* self, BOOLEAN timed_out) noexcept;

    const EventLogApi& api_;
    const StopSignal& stop_;
    std::function<void()> on_signal_;
    UniqueKernelHandle signal_;
    HANDLE wait_ = nullptr;
    UniqueEvt subscription_;
    UniqueEvt bookmark_;
    DWORD owner_ = 0;              ///< id of the thread that subscribed
    std::string channels_;         ///< for messages
    std::vector<wchar_t> buffer_;  ///< what is rendered goes here; grows, and is used again
};

}  // namespace sstp
