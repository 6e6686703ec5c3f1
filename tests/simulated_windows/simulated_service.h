#pragma once

#include "core/model/service_status.h"
#include "core/model/text.h"

#include <cstdint>
#include <map>
#include <optional>
#include <string>
#include <vector>

#include <strings.h>

namespace sstp::simulated {

/// The SCM's order of names: their case does not count.
struct IgnoringCase {
    bool operator()(const std::string& left, const std::string& right) const {
        return strcasecmp(left.c_str(), right.c_str()) < 0;   // it is asked millions of times in a story of a year
    }
};

struct SimulatedService {
    /// As the SCM has it; `name` is its spelling. `started` is not here but in `started_at`: what is told depends on who asks.
    ServiceStatus status;
    std::vector<std::string> depends_on;
    Duration stop_takes{2000};
    Duration start_takes{3000};
    bool stop_hangs = false;              ///< STOP_PENDING until this is taken back (`World::end_hang`)
    bool start_hangs = false;
    std::uint32_t start_fails_with = 0;   ///< exit code with which it ends at once
    bool shares_process = false;          ///< svchost netsvcs: its start is not that of its process
    bool delayed_start = false;           ///< automatic, two minutes after the others

    std::optional<WallTime> started_at;   ///< when it last became RUNNING, as the wall clock stood; of a running one
    Duration started_elapsed{0};          ///< the same in true time
    std::optional<WallTime> start_began;  ///< when that start was begun; nothing: it came up at once
    /// The pending state ends at this true time; nothing in a pending state: it hangs.
    std::optional<Duration> pending_until;
    /// The SCM starts it at this true time: its turn at boot, or because somebody asked without waiting.
    std::optional<Duration> turn_at;
};

using ServiceTable = std::map<std::string, SimulatedService, IgnoringCase>;

}  // namespace sstp::simulated
