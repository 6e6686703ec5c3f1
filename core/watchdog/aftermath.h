#pragma once

#include "core/diagnosis/assess.h"
#include "core/healing/heal.h"
#include "core/model/heal_plan.h"
#include "core/model/server_state.h"
#include "core/model/state.h"

#include <optional>
#include <string>
#include <vector>

namespace sstp {

// What a heal leaves behind in what is remembered (DESIGN 2.4 "Confirmed by a client", 2.5). Pure.

/// An administrator's heal of this target has begun: however often it failed before, its schedule starts afresh (DESIGN 2.5).
void start_schedule_afresh(RecordContents& contents, const CertificateHash& target);

/// Takes the end of a heal into schedule, statistics, watched cures and the awaited client. `policy`: fingerprint of the policy.
void remember_heal(RecordContents& contents, const HealPlan& plan, const HealOutcome& outcome, const std::string& policy, Moment now,
                   RunningTime running);

/// The plan of a heal that an earlier cycle or process began: what it leaves behind is taken in by it.
HealPlan plan_of(const OpenHeal& heal);

/// What tells whether something that a heal left is over: a look and what it comes to; `memory`: by which it was judged; `incomplete`:
/// of the record.
struct Ended {
    const ServerState& state;
    const Assessment& assessment;
    const Policy& policy;
    const Memory& memory;
    const std::optional<IncompleteHeal>& incomplete;
};
/// By its own truth, whatever else is wrong. heal_incomplete: the unit names one certificate, RRAS holds it, and no family is at a lower
/// level than before that heal. binding_not_replaceable: nothing wants to rewrite that record any more. Nothing else is ever over here.
bool is_over(const Finding& standing, const Ended& by);

/// Of what a closed heal had stopped (RecordContents::owed_starts) RemoteAccess counts: the others rest on it. It runs; or the machine was
/// started since, which starts what is to run; or somebody disabled it. If it could not be asked, it is owed still.
bool are_owed_no_longer(const std::vector<std::string>& owed, const ServerState& state);

/// What HTTP.SYS refused is held against a certificate for a day, and no longer than its key looks as it did then: a provider that was
/// away for a minute must not keep it from clients for ever (DESIGN 2.4). `anew`: the store changed, or an administrator wants it now. Not
/// while a heal towards it is open: no record that still answers is given up for it then.
inline constexpr Duration kRefusedFor = std::chrono::hours{24};
void forgive_refused_keys(RecordContents& contents, const ServerState& state, RunningTime running, bool anew);

/// A cure of ours that somebody has put back: what we cured stands there again, or nothing, within a day. Each is counted once.
/// Gives those that were found by this look.
std::vector<PutBack> find_put_backs(RecordContents& contents, const ServerState& state, RunningTime running);

/// The standing finding `heal_does_not_last`: what writes what, when, how often. Nothing when nothing was put back for a day.
std::optional<Finding> does_not_last(const RecordContents& contents, RunningTime running);

}  // namespace sstp
