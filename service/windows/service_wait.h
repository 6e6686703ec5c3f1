#pragma once

#include "core/model/result.h"
#include "core/model/time.h"
#include "service/windows/stop_signal.h"

#include <string>

namespace sstp {

/// One bounded wait for a service to change its state: how often to look, when to give up, and what to call it then.
/// Source: Microsoft, SERVICE_STATUS (dwCheckPoint, dwWaitHint), "Stopping a Service", "Starting a Service".
class ServiceWait {
public:
    ServiceWait(const StopSignal& stop, std::string operation, std::string service, Duration timeout);

    /// Waits a little before the next look; `status` is the last one. Errors: stopped; service_hung when time is up and its
    /// checkpoint has stood still for longer than it said itself; timed_out otherwise.
    Result<void> before_next_look(const SERVICE_STATUS_PROCESS& status);

private:
    [[nodiscard]] Error out_of_time(const SERVICE_STATUS_PROCESS& status) const;

    const StopSignal& stop_;
    std::string operation_;
    std::string service_;
    Duration timeout_;
    MonotonicTime deadline_;
    DWORD last_state_ = 0;
    DWORD last_checkpoint_ = 0;
    MonotonicTime last_progress_;
};

/// `pending stop`, for messages.
const char* state_in_words(DWORD state) noexcept;

}  // namespace sstp
