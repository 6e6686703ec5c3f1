#pragma once

#include "core/model/time.h"

#include <cstdint>
#include <optional>
#include <string>

namespace sstp {

inline constexpr char kRemoteAccess[] = "RemoteAccess";   ///< RRAS

enum class ServiceState : std::uint8_t {
    stopped,
    start_pending,
    stop_pending,
    running,
    continue_pending,
    pause_pending,
    paused,
};
enum class StartType : std::uint8_t { boot, system, automatic, manual, disabled };
const char* word(ServiceState state) noexcept;
const char* word(StartType type) noexcept;

/// What the SCM says of one service.
struct ServiceStatus {
    std::string name;
    ServiceState state = ServiceState::stopped;
    StartType start_type = StartType::manual;
    std::uint32_t exit_code = 0;           ///< Win32 exit code of the last run; 1066 means see the specific one
    std::uint32_t specific_exit_code = 0;  ///< service-specific exit code
    /// Start of the process that hosts it: the service cannot have started earlier. Nothing when stopped or not to be had.
    std::optional<WallTime> process_started;

    /// Stopped although nobody asked: an exit code other than 0 (and 1077, never started since boot) is left behind.
    [[nodiscard]] bool failed() const;
    friend bool operator==(const ServiceStatus&, const ServiceStatus&) = default;
};

}  // namespace sstp
