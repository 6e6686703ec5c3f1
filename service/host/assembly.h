#pragma once

#include "core/ports/ports.h"
#include "core/report/wake.h"
#include "core/watchdog/own_findings.h"
#include "service/host/places.h"
#include "service/windows/stop_signal.h"

#include <functional>
#include <memory>
#include <vector>

namespace sstp {

/// What an assembled process is going to do: that decides how the state database is opened.
enum class Errand : std::uint8_t {
    look,   ///< `check`, `plan`, `history`: nothing is ever written, the service may be running beside us
    heal,   ///< `heal --now`: what it records is handed to the SIEM by the service
    watch,  ///< the service, `run`: heals, and hands events over
};

/// One process's view of Windows: every port, filled by main.cpp, which alone knows the adapters.
class Assembly {
public:
    virtual ~Assembly() = default;
    virtual Ports ports() = 0;
    /// Begins to watch for changes. Watch before you look, so that no change is missed.
    virtual void watch() = 0;
    /// What of that cannot be watched at present.
    virtual std::vector<DegradedWatch> degraded_watches() = 0;
    /// Another process (`heal --now` beside the service) has written to the state database since ours read it. What we
    /// hold in memory is void then: begin with a new assembly.
    virtual bool written_by_another() = 0;
    /// At an orderly end: gives receivers that work so long to take what was recorded last. What they do not take stays queued.
    virtual void finish(Duration longest) = 0;
};

struct AssemblyOrder {
    Places places;
    Errand errand = Errand::look;
    const StopSignal& stop;
    std::function<void(Wake)> wake;                    ///< thread-safe; empty when nobody waits for wakes
    std::function<void(const std::string&)> warn;      ///< what an adapter could not do and goes on without
};
/// Errors: what the errand cannot do without (the state database of a heal, say).
using Assemble = std::function<Result<std::unique_ptr<Assembly>>(const AssemblyOrder&)>;

}  // namespace sstp
