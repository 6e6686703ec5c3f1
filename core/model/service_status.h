#pragma once

#include "core/model/time.h"

#include <cstdint>
#include <optional>
#include <string>

namespace sstp {

inline constexpr char kRemoteAccess[] = "RemoteAccess";   ///< RRAS
inline constexpr char kSstpSvc[] = "SstpSvc";   ///< holds the hash that clients are bound to

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

/// A start lies between these, both included; equal when it was seen.
struct StartedBetween {
    WallTime earliest{};
    WallTime latest{};
    std::optional<WallTime> process_began = std::nullopt;  ///< of the process that the service has for itself: two starts never share it
    friend bool operator==(const StartedBetween&, const StartedBetween&) = default;
};

/// Times come from different clocks of Windows: file times of keys, notices of the SCM.
inline constexpr Duration kBetweenClocksOfWindows = std::chrono::seconds{2};

/// In automatic mode RRAS adopts the records and writes both hashes so soon after it began to start (facts: rras-sstp section 2): a write
/// within this is part of the start, and nobody else's (DESIGN 2.3).
inline constexpr Duration kPartOfTheStart = std::chrono::minutes{1};

/// `seen` is surely a start after the one that was `known`: the service has stopped in between.
bool is_a_later_start(const StartedBetween& known, const StartedBetween& seen) noexcept;

/// What the SCM says of one service.
struct ServiceStatus {
    std::string name;  ///< as the SCM spells it, whatever case was asked for
    ServiceState state = ServiceState::stopped;
    StartType start_type = StartType::manual;
    std::uint32_t exit_code = 0;  ///< Win32 exit code of the last run; 1066 means see the specific one
    std::uint32_t specific_exit_code = 0;  ///< service-specific exit code
    /// When it last became RUNNING. Nothing when it does not run. A start that was seen (NotifyServiceStatusChange) is a
    /// moment; of one that nobody saw only its bounds are known: the start of its process, or the boot where it shares one
    /// (netsvcs on Server 2016), and the look that found it running.
    std::optional<StartedBetween> started;
    /// When that start began (START_PENDING was seen): what RRAS complains of on its way to RUNNING belongs to it.
    std::optional<WallTime> start_began;
    bool accepts_stop = true;  ///< SERVICE_ACCEPT_STOP; a running service without it cannot be restarted
    /// STOP_PENDING or START_PENDING since then, as far as was seen; nothing in other states.
    std::optional<WallTime> pending_since;

    /// Stopped although nobody asked: an exit code other than 0 (and 1077, never started since boot) is left behind.
    [[nodiscard]] bool failed() const;
    /// Stopped because it has not had its turn since boot (exit code 1077).
    [[nodiscard]] bool never_started() const { return state == ServiceState::stopped && exit_code == 1077; }
    friend bool operator==(const ServiceStatus&, const ServiceStatus&) = default;
};

}  // namespace sstp
