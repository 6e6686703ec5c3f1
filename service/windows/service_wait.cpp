#include "service/windows/service_wait.h"

#include "service/windows/os_error.h"
#include "service/windows/system_clock.h"

#include <fmt/format.h>

#include <algorithm>
#include <utility>

namespace sstp {
namespace {

// Microsoft's samples wait a tenth of the hint, 1 s to 10 s. Every second of waiting is one without VPN: look sooner.
constexpr Duration kShortestLook{50};
constexpr Duration kLongestLook{1000};

}  // namespace

const char* state_in_words(DWORD state) noexcept {
    switch (state) {
        case SERVICE_STOPPED: return "stopped";
        case SERVICE_START_PENDING: return "starting";
        case SERVICE_STOP_PENDING: return "stopping";
        case SERVICE_RUNNING: return "running";
        case SERVICE_CONTINUE_PENDING: return "continuing";
        case SERVICE_PAUSE_PENDING: return "pausing";
        case SERVICE_PAUSED: return "paused";
        default: return "in an unknown state";
    }
}

ServiceWait::ServiceWait(const StopSignal& stop, std::string operation, std::string service, Duration timeout)
    : stop_(stop),
      operation_(std::move(operation)),
      service_(std::move(service)),
      timeout_(timeout),
      deadline_(monotonic_now() + timeout),
      last_progress_(monotonic_now()) {}

Result<void> ServiceWait::before_next_look(const SERVICE_STATUS_PROCESS& status) {
    const MonotonicTime now = monotonic_now();
    if (status.dwCurrentState != last_state_ || status.dwCheckPoint != last_checkpoint_) {
        last_state_ = status.dwCurrentState;
        last_checkpoint_ = status.dwCheckPoint;
        last_progress_ = now;
    }
    if (now >= deadline_) return out_of_time(status);
    const Duration look = std::clamp(Duration{status.dwWaitHint / 10}, kShortestLook, kLongestLook);
    if (stop_.wait(std::min(look, deadline_ - now))) {
        return own_error(ErrorKind::stopped, operation_, service_, "our own stop was requested");
    }
    return {};
}

Error ServiceWait::out_of_time(const SERVICE_STATUS_PROCESS& status) const {
    const Duration still = monotonic_now() - last_progress_;
    const std::string text =
        fmt::format("after {} it is still {}, checkpoint {} for {}", to_string(timeout_), state_in_words(status.dwCurrentState),
                    status.dwCheckPoint, to_string(std::chrono::floor<std::chrono::seconds>(still)));
    const bool hung = still >= Duration{status.dwWaitHint};
    return own_error(hung ? ErrorKind::service_hung : ErrorKind::timed_out, operation_, service_, text);
}

}  // namespace sstp
