#pragma once

#include "core/model/time.h"

#include <cstdint>
#include <optional>

namespace sstp {

/// What happens to a service between its start by the SCM and its end.
enum class LifecycleEvent : std::uint8_t {
    progress,            ///< the deciding thread has done another step of starting or winding up
    ready,               ///< everything is put together: the service runs and takes controls, and the first look may take its time
    stop_requested,      ///< STOP, PRESHUTDOWN or SHUTDOWN; repeated ones are one
    ended,               ///< the deciding thread is through and everything is cleaned up
    failed,              ///< as `ended`, but because it could not go on
};

/// What is to be told to the SCM. Source: Microsoft, SERVICE_STATUS.
struct ServiceReport {
    enum class State : std::uint8_t { start_pending, running, stop_pending, stopped };
    State state = State::start_pending;
    bool accepts_controls = false;
    std::uint32_t checkpoint = 0;             ///< rises within a pending state, 0 otherwise
    Duration wait_hint{0};                    ///< the next report comes within this time; 0 when not pending
    std::uint32_t specific_exit_code = 0;     ///< not 0: failed, so that the SCM's recovery actions fire
    friend bool operator==(const ServiceReport&, const ServiceReport&) = default;
};

/// Which report follows from which event. Pure: no thread, no clock, no SCM.
///
/// RUNNING is told before the first look: chains and probes may wait for a network that drops everything, and meanwhile an
/// installer gives up and other services may wait their turn at boot. Controls are accepted with it (Microsoft, "Service
/// ServiceMain Function": when initialisation is done), for a stop must not wait for that network either. Nothing is healed before RUNNING:
/// the SCM locks its database while a service starts, and a restart of RemoteAccess from our START_PENDING would wait for ourselves
/// (Microsoft, StartService).
class Lifecycle {
public:
    /// The longest silence between two reports while starting: folder, log, database.
    static constexpr Duration kStartHint = std::chrono::seconds{30};
    static constexpr Duration kStopHint = std::chrono::seconds{30};

    [[nodiscard]] const ServiceReport& report() const { return report_; }
    /// Nothing when there is nothing new to tell. `exit_code` is of `failed` alone and must not be 0 there.
    std::optional<ServiceReport> on(LifecycleEvent event, std::uint32_t exit_code = 0);

private:
    ServiceReport pend(ServiceReport::State state, Duration hint);
    ServiceReport settle(ServiceReport::State state, bool accepts_controls, std::uint32_t exit_code);

    ServiceReport report_{ServiceReport::State::start_pending, false, 1, kStartHint, 0};
};

}  // namespace sstp
