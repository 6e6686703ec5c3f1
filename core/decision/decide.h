#pragma once

#include "core/decision/budget.h"
#include "core/diagnosis/assess.h"
#include "core/model/heal_plan.h"
#include "core/model/memory.h"
#include "core/model/policy.h"
#include "core/model/state.h"
#include "core/model/utc_offset.h"

#include <functional>
#include <optional>
#include <string>
#include <vector>

namespace sstp {

/// The stricter of the policy's mode, the last invalid policy's, and the kill switch (promise 7, DESIGN 5).
enum class Permission : std::uint8_t { heal, observe_by_policy, observe_by_kill_switch };

/// What others do at the server just now (DESIGN 2.2, quiet period): found by comparing looks and by last-write times.
struct Activity {
    std::optional<Duration> since_last_change{};              ///< of store, records, parameters or services; nothing: none was seen
    std::optional<Duration> since_first_change{};             ///< of the burst that is still going on
    std::optional<Duration> since_name_certificate_change{};  ///< a certificate that covers a required name came or went
    bool service_being_stopped_by_others = false;
    bool rras_started_on_it = false;                        ///< RRAS has started, or failed to start, on the changed state
};

/// Everything that deciding needs, gathered by the cycle. Pure values.
struct DecisionInput {
    const ServerState& state;
    const Assessment& assessment;
    const Policy& policy;
    const Memory& memory;
    Permission permission = Permission::heal;
    Activity activity{};
    std::vector<BudgetCharge> charges{};
    bool budget_unreadable = false;
    std::uint32_t charges_since_unreadable = 0;
    /// Heals that failed, by their target; and, where `heal_does_not_last`, restarts whose cure was put back within a day: the cycle counts
    /// each as a failure that asked a service to stop, so that the next one follows the schedule.
    std::vector<Attempts> attempts{};
    bool heal_does_not_last = false;  ///< a cure of this target was put back within a day: what restarts nothing goes on
    /// A heal that has been begun and not brought to an end, told in a sentence: no other begins before. Empty: none.
    std::string open_heal{};
    std::string policy_fingerprint{};  ///< another one starts the schedule afresh
    std::vector<WallTime> free_writes{};  ///< writes without restart of the last hour (at most four)
    std::vector<Duration> outages{};  ///< experience of earlier restarts
    std::vector<std::string> caused_by{};
    std::optional<AwaitedClient> awaited_client_overdue{};  ///< no client since the heal: restart.then once
    bool then_at_once = false;  ///< SstpSvc of this server keeps an old hash until it is restarted itself
    Moment now{};
    RunningTime running{};
    /// Offset of local civil time at a moment, past or to come (the clock port's): the window is kept in local time. Empty: UTC.
    std::function<UtcOffset(WallTime)> local_offset{};
    std::string machine_key{};  ///< computer name, domain, MachineGuid: spreads a fleet over the window
    bool asked_by_administrator = false;  ///< `heal`: skips schedule, confirmations, quiet period and budget (DESIGN 7.6)
    bool ignore_window = false;  ///< `heal --ignore-window`
};

struct Decided {
    /// What is to be done now. A HealPlan is allowed to run at once; the first gate that refuses makes it Refused.
    Decision decision;
    /// The plan regardless of the gates that time opens (window, quiet, confirmation, schedule, budget, mode): what `plan` prints
    /// beside a refusal. Nothing when no heal could help or none is allowed to begin with.
    std::optional<HealPlan> plan;
    /// When planned work may begin, where some waits: forecast, status and certificate_superseded say it.
    std::optional<WallTime> planned_for;
};

/// The gates in order are kGates in decide.cpp: the first that refuses answers.
Decided decide(const DecisionInput& input);

}  // namespace sstp
