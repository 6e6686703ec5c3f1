#include "service/windows/portable/service_history.h"

#include <algorithm>

namespace sstp {

namespace {

bool runs(ServiceState state) {
    return state == ServiceState::running || state == ServiceState::paused || state == ServiceState::pause_pending ||
           state == ServiceState::continue_pending;
}

bool is_pending(ServiceState state) { return state == ServiceState::start_pending || state == ServiceState::stop_pending; }

}  // namespace

void ServiceHistory::leave(ServiceState state, WallTime at) {
    if (state_ == state) return;
    if (!runs(state)) {
        started_.reset();
        process_ = 0;   // the next one is no surprise
        not_running_at_ = at;
        if (state == ServiceState::start_pending) start_began_ = at;
        if (state == ServiceState::stopped) start_began_.reset();
    }
    state_ = state;
    state_since_ = at;
}

void ServiceHistory::noticed(ServiceState state, WallTime at) {
    const bool was_known_to_run = state_ && runs(*state_);
    const bool was_known_not_to_run = state_ && !runs(*state_);
    leave(state, at);
    if (!runs(state) || was_known_to_run) return;   // a look that was faster than the notice has put the start down
    if (was_known_not_to_run) {
        started_ = StartedBetween{at, at};
        certain_ = true;
    }
}

void ServiceHistory::missed_notices() { certain_ = false; }

ServiceHistory::Told ServiceHistory::look(const ServiceLook& found) {
    const bool another_process = process_ != 0 && found.process != 0 && process_ != found.process;
    leave(found.state, found.now);
    if (found.process != 0) process_ = found.process;
    Told told;
    if (is_pending(found.state)) told.pending_since = state_since_;
    if (found.state == ServiceState::start_pending) told.start_began = start_began_;
    if (!runs(found.state)) {
        not_running_at_ = found.now;
        return told;
    }
    // A process of its own begins and ends with the service: where its id is the same, nothing was missed.
    const bool may_have_restarted = !found.process_began && !(found.watched && certain_);
    if (!started_ || another_process) {
        WallTime earliest = found.process_began.value_or(found.boot);
        if (not_running_at_) earliest = std::max(earliest, *not_running_at_);
        started_ = StartedBetween{std::min(earliest, found.now), found.now};
        if (another_process) start_began_.reset();
        certain_ = found.watched;
    } else if (may_have_restarted) {
        started_->latest = std::max(started_->latest, found.now);
        certain_ = found.watched;
    }
    started_->process_began = found.process_began;
    told.started = started_;
    told.start_began = start_began_;
    return told;
}

}  // namespace sstp
