#pragma once

#include "core/decision/decide.h"
#include "core/diagnosis/assess.h"
#include "core/healing/heal.h"
#include "core/model/finding.h"
#include "core/model/policy.h"
#include "core/model/server_state.h"
#include "core/ports/forwarding.h"
#include "core/report/wake.h"

#include <cstdint>
#include <optional>
#include <string>
#include <vector>

namespace sstp {

/// Everything about one cycle: what `check`, `plan`, `status`, the page and the metrics are made from.
struct CycleReport {
    std::uint64_t number = 0;              ///< since the process started
    Wakes wakes;
    Moment began;
    Moment ended;
    Permission permission = Permission::heal;
    std::optional<std::string> policy_problem;   ///< why the file on disk is not in force
    ServerState state;                     ///< the last look of the cycle: after a heal, the one that verified it
    Assessment assessment;                 ///< of that look
    Findings findings;                     ///< what is wrong after the cycle, the watchdog's own footing included
    Decision decision;                     ///< of the look before the heal
    std::optional<HealPlan> plan;          ///< what a heal would do, whether or not it was allowed
    std::optional<WallTime> planned_for;   ///< when planned work may begin, where some waits
    std::optional<HealOutcome> heal;       ///< when one ran
    Observed<Sessions> sessions = Absent{};
    bool healthy = false;                  ///< no finding above information
    std::vector<DestinationState> destinations;  ///< of the SIEM, as they stood when the cycle ended

    [[nodiscard]] const std::optional<Certificate>& active() const { return assessment.desired.active; }
};

/// Whose report it is: what every page and file says in its head.
struct ReportHead {
    std::string version;                   ///< of the product
    std::string computer;                  ///< host name
    std::string policy_file;
};

}  // namespace sstp
