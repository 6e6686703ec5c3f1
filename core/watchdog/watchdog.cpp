#include "core/watchdog/watchdog.h"

#include "core/watchdog/cycle.h"

#include <utility>

namespace sstp {

/// The public class is a door: everything behind it is the cycle.
class Watchdog::Implementation : public Cycle {
public:
    using Cycle::Cycle;
};

Watchdog::Watchdog(Ports ports, WatchdogOptions options) : implementation_(std::make_unique<Implementation>(ports, std::move(options))) {}

Watchdog::~Watchdog() = default;

void Watchdog::start() { implementation_->start(); }

CycleReport Watchdog::cycle(const Wakes& wakes) { return implementation_->run(wakes); }

CycleReport Watchdog::look() { return implementation_->look_only(); }

Duration Watchdog::next_look() const { return implementation_->next_look(); }

const Policy& Watchdog::policy() const { return implementation_->policy(); }

void Watchdog::stop(const std::string& why) { implementation_->stop(why); }

}  // namespace sstp
