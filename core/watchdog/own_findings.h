#pragma once

#include "core/healing/kill_switch_reading.h"
#include "core/model/finding.h"

#include <optional>
#include <string>

namespace sstp {

/// What is wrong with the watchdog's own footing, beside what is wrong with the server. Added after the decision, which
/// rests on the server alone.
struct OwnFooting {
    std::optional<std::string> policy_problem;
    KillSwitchReading kill_switch;
    std::optional<Error> event_log;        ///< why the event log does not answer
    std::optional<Error> database;         ///< why the state database takes no commits
    std::optional<std::string> budget;     ///< why the budget forbids a heal that is wanted
};
Findings own_findings(const OwnFooting& footing);

}  // namespace sstp
