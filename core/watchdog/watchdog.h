#pragma once

#include "core/decision/decide.h"
#include "core/healing/heal.h"
#include "core/model/finding.h"
#include "core/model/server_state.h"
#include "core/model/policy.h"
#include "core/ports/ports.h"
#include "core/watchdog/own_findings.h"
#include "core/report/wake.h"

#include <cstdint>
#include <functional>
#include <memory>
#include <optional>
#include <string>
#include <vector>

namespace sstp {

/// Where this instance keeps its files, and what it may do.
struct WatchdogOptions {
    std::string policy_file;               ///< UTF-8 path of policy.json
    std::string data_folder;               ///< UTF-8 path; status.json and the metrics file go there
    std::string version;                   ///< of the product
    std::string computer;                  ///< host name, for messages
    std::function<void(const std::string&)> on_progress;   ///< a line for each step; may be empty
    std::function<std::vector<DegradedWatch>()> degraded_watches;   ///< asked at each look; empty where nothing is watched
    bool writes_status = true;             ///< false for one-off commands, which must not replace the service's status
};

/// Everything about one cycle: what `check`, `plan`, `status` and the metrics are made from.
struct CycleReport {
    std::uint64_t number = 0;              ///< since the process started
    Wakes wakes;
    Moment began;
    Moment ended;
    Permission permission = Permission::heal;
    std::optional<std::string> policy_problem;   ///< why the file on disk is not in force
    ServerState state;                     ///< the last look of the cycle: after a heal, the one that verified it
    Findings findings;                     ///< what is wrong after the cycle
    std::optional<Certificate> current;    ///< the certificate in force after the cycle
    Decision decision;                     ///< of the look before the heal
    std::optional<HealPlan> plan;          ///< what a heal would do, whether or not it was allowed
    std::optional<HealOutcome> heal;       ///< when one ran
    bool healthy = false;                  ///< no finding above information
    std::vector<DestinationState> destinations;  ///< of the SIEM, as they stood when the cycle ended
};

/// The cycle. One thread. Construct, `start`, then `cycle` for each wake until told to stop, then `stop`.
class Watchdog {
public:
    Watchdog(Ports ports, WatchdogOptions options);
    ~Watchdog();
    Watchdog(const Watchdog&) = delete;
    Watchdog& operator=(const Watchdog&) = delete;

    /// Loads the record and the policy, subscribes to the event log, finishes a heal that a dead process began, tells
    /// `service_started`. Never fails for good: what could not be done is retried in every cycle and is a finding.
    void start();
    /// One whole cycle of DESIGN section 2, healing included where allowed.
    CycleReport cycle(const Wakes& wakes);
    /// Observes, diagnoses and decides without writing anything anywhere: `check` and `plan`.
    CycleReport look();
    /// How long to wait for a wake before the next look.
    [[nodiscard]] Duration next_look() const;
    /// The policy in force.
    [[nodiscard]] const Policy& policy() const;
    /// Tells `service_stopped`, with the reason, and makes it durable.
    void stop(const std::string& why);

private:
    class Implementation;
    std::unique_ptr<Implementation> implementation_;
};

}  // namespace sstp
