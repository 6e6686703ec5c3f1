#pragma once

#include "core/model/service_status.h"

#include <cstdint>
#include <optional>

namespace sstp {

/// What one look at a service found, beside what the SCM notified.
struct ServiceLook {
    ServiceState state = ServiceState::stopped;
    std::uint32_t process = 0;                 ///< its id
    /// Of a process that this service has for itself: a restart of the service is then one of the process. Nothing where other
    /// services live in it (netsvcs on Server 2016), or where it could not be had.
    std::optional<WallTime> process_began;
    WallTime boot{};
    WallTime now{};
    bool watched = false;                      ///< every change of state is being notified
};

/// What is remembered of one service, so that a start that was seen stays a moment, and one that nobody saw keeps its bounds
/// from look to look. Times are wall times of the look or of the notice.
class ServiceHistory {
public:
    struct Told {
        std::optional<StartedBetween> started;
        std::optional<WallTime> start_began;
        std::optional<WallTime> pending_since;
        friend bool operator==(const Told&, const Told&) = default;
    };

    /// The SCM notified this state, or the watch found it when it was armed anew after having known another one.
    void noticed(ServiceState state, WallTime at);
    /// Notices may have been missed: what was remembered is no longer certain.
    void missed_notices();
    Told look(const ServiceLook& found);

private:
    void leave(ServiceState state, WallTime at);

    std::optional<ServiceState> state_;        ///< the last that was noticed or found
    WallTime state_since_{};                   ///< when that state was first seen
    std::optional<StartedBetween> started_;
    std::optional<WallTime> start_began_;
    std::optional<WallTime> not_running_at_;   ///< the last moment at which it surely did not run
    std::uint32_t process_ = 0;
    bool certain_ = false;                     ///< nothing was missed since `started_` was put down
};

}  // namespace sstp
