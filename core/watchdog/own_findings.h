#pragma once

#include "core/model/finding.h"
#include "core/observation/kill_switch_reading.h"
#include "core/policy/group_policy.h"
#include "core/ports/forwarding.h"

#include <optional>
#include <string>
#include <vector>

namespace sstp {

/// Something whose changes are to wake us and cannot at present. It is tried again for ever.
struct DegradedWatch {
    std::string source;                    ///< for people: "LocalMachine\\MY"
    Error why;
};

/// What is wrong with the watchdog's own footing, beside what is wrong with the server. Added after the decision, which
/// rests on the server alone.
struct OwnFooting {
    std::optional<std::string> policy_problem;
    std::vector<GroupPolicyProblem> group_policy;
    KillSwitchReading kill_switch;
    std::optional<Error> event_log;        ///< why the event log does not answer
    std::vector<DegradedWatch> watches;    ///< of changes that raise no event
    std::optional<Error> database;         ///< why the state database takes no commits
    bool nothing_is_recorded = false;      ///< the file beside it takes nothing either: then nothing is healed
    std::string clock;                     ///< why the wall clock is not believed; empty: it is
    std::optional<std::string> budget;     ///< why the budget forbids a heal that is wanted
    std::vector<DestinationState> destinations;  ///< of the SIEM
};
Findings own_findings(const OwnFooting& footing);

}  // namespace sstp
