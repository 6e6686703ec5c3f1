#pragma once

#include "core/model/result.h"
#include "core/ports/ports.h"

#include <string>
#include <vector>

namespace sstp {

/// What a restart stops and starts. Names as the SCM spells them.
struct RestartScope {
    std::vector<std::string> stops;    ///< running ones, dependants first; they start in the reverse order
    std::vector<std::string> ended;    ///< RemoteAccess when it ended with an error: it only starts (DESIGN 7.7)
    [[nodiscard]] bool has(const std::string& name) const;
};

/// What a restart of `services` has to stop and to start again, found by asking. Nothing that an administrator stopped is in
/// it. Services that are not installed are passed over. Errors, all before anything is stopped: `service_hung` for one in a
/// pending state, `dependents_running` for one that does not accept a stop, `service_disabled` for one that runs but could not be
/// started again, and what a port could not read.
Result<RestartScope> what_to_restart(Ports& ports, const std::vector<std::string>& services);

}  // namespace sstp
