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

bool ServiceStatus::failed() const {
    constexpr std::uint32_t kNeverStarted = 1077;  // ERROR_SERVICE_NEVER_STARTED
    return state == ServiceState::stopped && exit_code != 0 && exit_code != kNeverStarted;
}

}  // namespace sstp
