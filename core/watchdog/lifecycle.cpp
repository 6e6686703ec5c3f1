#include "core/watchdog/lifecycle.h"

namespace sstp {

using State = ServiceReport::State;

ServiceReport Lifecycle::pend(State state, Duration hint) {
    const std::uint32_t checkpoint = report_.state == state ? report_.checkpoint + 1 : 1;
    return report_ = {state, false, checkpoint, hint, 0};
}

ServiceReport Lifecycle::settle(State state, bool accepts_controls, std::uint32_t exit_code) {
    return report_ = {state, accepts_controls, 0, Duration{0}, exit_code};
}

std::optional<ServiceReport> Lifecycle::on(LifecycleEvent event, std::uint32_t exit_code) {
    // After STOPPED the SCM may end the process at once and must hear nothing more.
    if (report_.state == State::stopped) return std::nullopt;
    switch (event) {
        case LifecycleEvent::progress:
            if (report_.state == State::running) return std::nullopt;
            return pend(report_.state, report_.wait_hint);
        case LifecycleEvent::ready:
            if (report_.state != State::start_pending) return std::nullopt;   // stopped while starting: do not turn back
            return settle(State::running, true, 0);
        case LifecycleEvent::stop_requested:
            if (report_.state == State::stop_pending) return std::nullopt;
            return pend(State::stop_pending, kStopHint);
        case LifecycleEvent::ended: return settle(State::stopped, false, 0);
        case LifecycleEvent::failed: return settle(State::stopped, false, exit_code);
    }
    return std::nullopt;
}

}  // namespace sstp
