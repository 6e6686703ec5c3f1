#pragma once

#include "core/diagnosis/assess.h"
#include "core/model/heal_plan.h"
#include "core/model/memory.h"
#include "core/model/policy.h"
#include "core/model/state.h"
#include "core/ports/ports.h"

#include <functional>
#include <optional>
#include <string>

namespace sstp {

enum class HealResult : std::uint8_t {
    succeeded,   ///< the unit is as wanted and no family is worse off; what is open besides is told with it
    undone,      ///< taken back whole: everything is as it was found
    incomplete,  ///< neither end could be reached (heal_incomplete): it stays open and is tried again, or is closed without (`stays_open`)
    overtaken,  ///< somebody's consistent other choice stands now: nothing restarted, nothing taken back
    not_begun,  ///< intent not durable, kill switch, our stop, or somebody changed what the plan rests on: nothing was changed
};
const char* word(HealResult result) noexcept;

/// How long each part took: what an outage consists of.
struct HealTimes {
    Duration act{}, stop{}, start{}, ready{};
    friend bool operator==(const HealTimes&, const HealTimes&) = default;
};

struct HealOutcome {
    HealResult result = HealResult::not_begun;
    std::string heal_id;
    std::string explanation;  ///< for a person: what failed, or what proves it
    std::string still_open;  ///< of a success: what is not as it should be yet (a family that answers nothing, as before)
    std::uint32_t restarts = 0;  ///< of this heal, whichever process made them
    bool restart_was_timed = false;  ///< this process saw one from its stop on: `times` tell of an outage
    bool then_done = false;
    bool service_was_asked_to_stop = false;
    std::optional<Sessions> sessions_ended;
    HealTimes times;
    bool stays_open = false;  ///< incomplete, or its end could not be stored: `recover` goes on with it; no other heal begins before
    Findings standing;  ///< what the cycle keeps telling: heal_incomplete, binding_not_replaceable
    std::optional<ServerState> verified;  ///< the last look of the proof
    std::optional<Assessment> assessment;  ///< of that look
    friend bool operator==(const HealOutcome& a, const HealOutcome& b) { return a.result == b.result && a.heal_id == b.heal_id; }
};

/// What healing needs of the cycle that begins it.
struct HealContext {
    Ports& ports;
    const Policy& policy;
    const Memory& memory;  ///< as of the look on which the plan rests
    const ServerState* looked_at = nullptr;  ///< what that look saw; null where no plan is begun (recovery)
    std::map<AddressFamily, Level> before;
    bool asked_by_administrator = false;
    std::string user{};  ///< the account that asked, where it is known
    /// Read before each change; heal stops new changes when it says so. Debounced against a Group Policy refresh by the cycle.
    std::function<bool()> may_change;
    /// One look and what it comes to, with what RRAS holds brought up to date: the cycle's own, so that proof and cycle agree.
    std::function<std::pair<ServerState, Assessment>(Memory&)> look;
    /// A line for each step, for consoles and SCM checkpoints; may be empty.
    std::function<void(const std::string&)> on_progress;
};

/// Runs a plan as one transaction (DESIGN 2.3, 2.4): durable intent of the whole unit with old values, then records, hashes,
/// flag, services, each compared, written and read back, kill switch before each, no waiting between steps; then ready or the
/// deadline, restart.then once, and kept, or taken back whole. Every intent and outcome is journalled.
HealOutcome run_heal(HealContext& context, const HealPlan& plan);

/// Brings the open heal of the record to an end: both ends that need no restart first, then recovery's own restart, at most three
/// recoveries; closes it with `incomplete` told where neither end can be reached for a day, after the third recovery, or when an
/// administrator asks for a heal (DESIGN 2.5). Nothing when there is none, or our own stop is under way. May wait for
/// RemoteAccess to leave a pending state (restart.timeout from its beginning), and, after a restart or a crash, for the proof.
std::optional<HealOutcome> recover(HealContext& context);

/// Our own stop is under way: asks everything that an open heal stopped to start, without waiting for RUNNING; waits for one
/// that is still stopping (at most `most`, with `on_progress` for checkpoints). Gives the services that could not be asked.
std::vector<std::string> start_what_we_stopped(Ports& ports, Duration most, const std::function<void(const std::string&)>& on_progress);

}  // namespace sstp
