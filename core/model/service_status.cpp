#include "core/model/service_status.h"

namespace sstp {

const char* word(ServiceState state) noexcept {
    switch (state) {
        case ServiceState::stopped: return "stopped";
        case ServiceState::start_pending: return "start_pending";
        case ServiceState::stop_pending: return "stop_pending";
        case ServiceState::running: return "running";
        case ServiceState::continue_pending: return "continue_pending";
        case ServiceState::pause_pending: return "pause_pending";
        case ServiceState::paused: return "paused";
    }
    return "unknown";
}

const char* word(StartType type) noexcept {
    switch (type) {
        case StartType::boot: return "boot";
        case StartType::system: return "system";
        case StartType::automatic: return "automatic";
        case StartType::manual: return "manual";
        case StartType::disabled: return "disabled";
    }
    return "unknown";
}

bool is_a_later_start(const StartedBetween& known, const StartedBetween& seen) noexcept {
    // Two starts never share a process that is the service's own, however close they are: a tool may restart what we have just restarted,
    // and the clock may have gone back in between.
    if (known.process_began && seen.process_began) return *seen.process_began != *known.process_began;
    // One that was seen is a moment of this process's own clock, and stays it: a later moment is a later start, a second behind ours too
    // (netsvcs on Server 2016, whose process tells nothing). Bounds rest on the boot's time, which a clock that is set moves.
    const bool was_seen = seen.earliest == seen.latest;
    return seen.earliest > known.latest + (was_seen ? Duration::zero() : kBetweenClocksOfWindows);
}

bool ServiceStatus::failed() const {
    constexpr std::uint32_t kNeverStarted = 1077;  // ERROR_SERVICE_NEVER_STARTED
    return state == ServiceState::stopped && exit_code != 0 && exit_code != kNeverStarted;
}

}  // namespace sstp
