#include "core/healing/ending.h"
#include "core/healing/heal.h"
#include "core/healing/restart.h"
#include "core/healing/service_control.h"
#include "core/healing/take_back.h"
#include "core/healing/transaction.h"
#include "core/healing/whole_unit.h"
#include "core/model/rare.h"
#include "core/model/schedule.h"

#include <fmt/format.h>

#include <algorithm>

namespace sstp {

namespace {

bool has_booted_since_the_last_commit(const HealRun& run) {
    return run.ports.clock.monotonic() < run.ledger.contents().running.at || run.ports.clock.monotonic() < run.heal().began.monotonic;
}

/// Counts a recovery where a process died, and makes that durable before anything is done.
void take_up(HealRun& run) {
    OpenHeal& heal = run.heal();
    run.recovering = true;
    run.outcome.heal_id = heal.id;
    run.outcome.service_was_asked_to_stop = heal.stop_was_asked;
    run.outcome.then_done = heal.then_done;
    run.outcome.restarts = heal.restarts + heal.restarts_back;
    run.left_open_before = heal.left_open;
    const bool died = heal.left_open.empty();
    if (died) ++heal.recoveries;
    heal.left_open.clear();
    if (has_booted_since_the_last_commit(run)) heal.to_start.clear();   // a boot starts what is to run
    forget_what_runs(run);
    run.say(fmt::format("finishing heal {}", heal.id));
    if (died) (void)run.ledger.save();
}

bool is_exhausted(const HealRun& run) { return run.heal().recoveries > kMostRecoveries; }
bool may_restart(const HealRun& run) { return !is_exhausted(run) && !run.ledger.charged(ChargeKind::recovery); }

/// How the heal's fields stand, taken together.
struct Stands {
    bool all_found = true, all_wanted = true, some_elsewhere = false;
    bool made_again = false;   ///< all that this heal had put back stands as wanted: somebody made it so since
};

Stands stands(const HealRun& run, const Unit& now, const Unit& returned) {
    Stands all;
    const auto& changes = run.heal().changes;
    all.made_again = !changes.empty();
    for (const RecordedChange& change : changes) {
        const FieldId field = field_of(change.step);
        const FieldValue present = value_at(now, field);
        const bool found = means_the_same(present, before_of(change.step)) || means_the_same(present, value_at(returned, field));
        const bool wanted = means_the_same(present, after_of(change.step));
        const bool gap = is_nothing(present) && std::holds_alternative<Endpoint>(field);
        all.all_found = all.all_found && found;
        all.all_wanted = all.all_wanted && wanted;
        all.made_again = all.made_again && change.phase == ChangePhase::returned && wanted && !found;
        all.some_elsewhere = all.some_elsewhere || (!found && !wanted && !gap);
    }
    return all;
}

const ServiceStatus* remote_access(const HealRun& run) { return run.last->state.service(kRemoteAccess); }

/// It holds nothing, and reads the unit when it starts.
bool rras_is_to_read(const HealRun& run) {
    const ServiceStatus* status = remote_access(run);
    return status && (status->state == ServiceState::stopped || status->state == ServiceState::stop_pending);
}

bool holds_another(const HealRun& run, End end, const Unit& unit) {
    const OpenHeal& heal = run.heal();
    if (run.memory.held || end == End::as_found) return needs_a_restart(run, unit);
    return heal.restarts == 0 && (!heal.services.empty() || heal.stop_was_asked);
}

/// Ends that need no restart come first; without permission the rule is that of DESIGN 7.1.
End choose_end(const HealRun& run, const Unit& now, const Unit& returned, const Stands& all) {
    if (run.heal().direction == HealDirection::back) return End::as_found;
    const bool to_read = rras_is_to_read(run);
    const bool found_is_free = to_read || !holds_another(run, End::as_found, returned);
    const bool wanted_is_free = to_read || !holds_another(run, End::as_wanted, unit_as_wanted(run, now));
    const bool may_return = why_it_cannot_return(run, returned).empty();
    if (!run.may_change()) {
        if (all.all_wanted && wanted_is_free) return End::as_wanted;   // nothing is half changed
        if (found_is_free != wanted_is_free) return found_is_free ? End::as_found : End::as_wanted;
        return may_return ? End::as_found : End::as_wanted;
    }
    if (wanted_is_free) return End::as_wanted;
    if (found_is_free && (may_return || (!target_is_here(run) && what_has_gone(run, returned).empty()))) return End::as_found;
    if (may_restart(run)) return End::as_wanted;
    return may_return ? End::as_found : End::as_wanted;
}

/// What was found may stand again: RRAS runs by it already, or can when it reads it.
bool may_end_as_found(const HealRun& run, const Unit& returned) {
    const bool runs_by_it = !rras_is_to_read(run) && !holds_another(run, End::as_found, returned);
    return runs_by_it || why_it_cannot_return(run, returned).empty();
}

/// Makes the unit whole, at the other end if it must be and may. Gives the end; the error when neither can be reached.
Result<End> make_whole(HealRun& run, End end, const Unit& returned) {
    const auto stuck = bring_to(run, end, returned);
    if (!stuck) return end;
    const End other = end == End::as_found ? End::as_wanted : End::as_found;
    if (other == End::as_found && !may_end_as_found(run, returned)) return *stuck;
    if (bring_to(run, other, returned)) return *stuck;
    SSTP_RARE("a recovery ends at the other end");
    return other;
}

/// What a recovery waits for: RemoteAccess, or a service that we stopped, in a pending state; RemoteAccess that has not had its turn since
/// boot.
std::optional<ServiceStatus> pending_service(HealRun& run) {
    std::vector<std::string> names = run.heal().to_start;
    names.emplace_back(kRemoteAccess);
    for (const std::string& name : names) {
        const auto query = run.ports.services.query(name);
        const ServiceStatus* status = value_of(query);
        if (!status) continue;
        const bool has_no_turn_yet = status->never_started() && status->start_type == StartType::automatic &&
                                     run.ports.clock.monotonic().since_boot < kStartingAfterBoot;
        if (status->state == ServiceState::start_pending || status->state == ServiceState::stop_pending || has_no_turn_yet) return *status;
    }
    return std::nullopt;
}

/// Nothing: nothing is pending any more. Else why the heal is left open.
struct StillPending {
    const char* word;
    std::string explanation;
};
std::optional<StillPending> wait_for_services(HealRun& run) {
    const MonotonicTime began = run.ports.clock.monotonic();
    Duration pause = kFirstPause;
    for (;;) {
        const auto status = pending_service(run);
        if (!status) return std::nullopt;
        const WallTime now = run.ports.clock.wall();
        const Duration waited = run.ports.clock.monotonic() - began;
        const Duration since = status->pending_since ? now - *status->pending_since : Duration{0};
        if (std::max(waited, since) >= run.policy().restart.timeout) {
            return StillPending{"service_pending",
                                fmt::format("{} is in state {}{}; the heal waits for it.", status->name, word(status->state),
                                            status->pending_since ? " since " + to_minute(*status->pending_since) : std::string{})};
        }
        run.say(fmt::format("waiting for {}, which is {}", status->name, word(status->state)));
        if (!run.ports.clock.pause(pause))
            return StillPending{"stopped", "The watchdog is being stopped; its next start goes on with this heal."};
        pause = next_pause(pause);
    }
}

HealOutcome overtaken_while_away(HealRun& run) {
    SSTP_RARE("a heal was overtaken while nobody watched");
    return overtaken(run, "Somebody changed everything that this heal had changed while nobody watched. It is left as they made it.");
}

/// A heal that did not prove and cannot go back gets recovery's restart an hour after the last one.
bool may_try_once_more(const HealRun& run) {
    const auto& charges = run.ledger.contents().charges;
    const auto ours =
        std::find_if(charges.rbegin(), charges.rend(), [&](const BudgetCharge& each) { return each.heal_id == run.heal().id; });
    return run.left_open_before == "not_ready" && run.may_change() && ours != charges.rend() &&
           run.ledger.running() - ours->at >= kFailedHealSchedule.after(1) &&
           judge(*run.last, run.heal(), run.memory).standing != Standing::ready;
}

/// The unit is whole at `end`: services, and what RRAS holds.
HealOutcome finish_at(HealRun& run, End end, bool died) {
    if (const auto pending = wait_for_services(run)) return leave_open(run, pending->word, pending->explanation);
    const bool owed = !run.heal().to_start.empty();
    (void)start_owed(run);
    run.look();
    const auto now = read_unit(run.ports, run.heal());
    if (!now) return leave_open(run, "refused", fmt::format("The unit cannot be read: {}.", now.error().message()));
    run.expected = *now;
    const ServiceStatus* rras = remote_access(run);
    if (!rras) return leave_open(run, "refused", "RemoteAccess cannot be asked, so nobody knows what it has read.");
    const bool runs = rras->state == ServiceState::running;
    // What this heal never restarted RRAS for, it put back under its feet: what was found may have drifted from what it holds before.
    const bool is_ours = end == End::as_wanted || was_restarted(run.heal());
    const bool holds_wrong = runs && is_ours && holds_another(run, end, *now);
    // Ended with an error, and to be started by this heal (DESIGN 7.7).
    const bool to_be_started = rras->failed() && end == End::as_wanted && run.may_change() && run.heal().restarts == 0 &&
                               !run.heal().services.empty() && may_restart(run);
    const bool restart_needed =
        holds_wrong || to_be_started || (runs && end == End::as_wanted && may_restart(run) && may_try_once_more(run));
    if (restart_needed && runs && end == End::as_wanted && !target_is_here(run)) {
        SSTP_RARE("RRAS is not restarted for what has left the store");
        return overtaken(run,
                         fmt::format("{} has left LocalMachine\\MY, and RRAS would not come back without it: it is not restarted, and what "
                                     "should be is planned afresh.",
                                     brief(run.heal().target)));
    }
    if (restart_needed && may_restart(run)) {
        SSTP_RARE("a recovery restarts RRAS");
        const auto halted = restart(run, services_to_read_again(run), ChargeKind::recovery);
        if (halted && halted->why == Halt::our_stop) return leave_open(run, "stopped", halted->error.message());
        if (halted && halted->why == Halt::changed_by_others) {
            return overtaken(run,
                             fmt::format("{}. It is left as they made it, and what should be is planned afresh.", halted->error.message()));
        }
        if (halted) return leave_open(run, halted->why == Halt::service_pending ? "service_pending" : "refused", halted->error.message());
    } else if (restart_needed) {
        SSTP_RARE("a recovery has had its restart");
        return leave_open(run, "refused", "RRAS may hold another certificate than is stored, and is not restarted once more for it.");
    }
    const std::string why = run.heal().why_back.empty() ? std::string{"A heal was interrupted"} : run.heal().why_back;
    if (end == End::as_found) return close_undone(run, why);
    run.ready_from = run.ports.clock.monotonic();
    if (is_exhausted(run)) return prove_and_end(run, Patience::one_look);
    return prove_and_end(run, died || owed || restart_needed ? Patience::ready_within : Patience::one_look_at_rras_that_is_up);
}

HealOutcome go_on(HealRun& run, bool died) {
    const Look& look = run.look();
    const auto now = read_unit(run.ports, run.heal());
    if (!now) return leave_open(run, "refused", fmt::format("The unit cannot be read: {}.", now.error().message()));
    run.expected = *now;
    const bool reads_it = run.heal().restarts > 0 || rras_is_to_read(run);
    const Unit returned = unit_as_found(run, *now, reads_it ? Pair::completed : Pair::as_it_was);
    const Stands all = stands(run, *now, returned);
    const bool back = run.heal().direction == HealDirection::back;
    // The hash that was found, while we were putting back: that was cut off, and is nobody's choice.
    const bool is_half_put_back = back && sha256_of(*now) == sha256_of(returned);
    if (all.some_elsewhere && !is_half_put_back && is_somebodys_choice(look, run.heal())) return overtaken_while_away(run);
    if (back && all.made_again) {
        SSTP_RARE("what a heal had put back was made again by somebody");
        return overtaken_while_away(run);
    }
    if (!run.heal().changes.empty() && all.all_found && !back && run.heal().restarts > 0) return overtaken_while_away(run);
    if (all.all_found && !back && !run.heal().stop_was_asked) {
        SSTP_RARE("a heal was interrupted before its first change");
        return close_undone(run, "A heal was interrupted before its first change");
    }
    const End chosen = choose_end(run, *now, returned, all);
    if (chosen == End::as_found && !back) turn_back(run, "A heal was interrupted");
    const auto end = make_whole(run, chosen, returned);
    (void)run.ports.parameters.flush();
    if (!end) {
        SSTP_RARE("a heal can be brought to neither end");
        (void)start_owed(run);
        return leave_open(run, "refused", fmt::format("The heal can be brought to neither end: {}.", end.error().message()));
    }
    run.heal().direction = *end == End::as_found ? HealDirection::back : HealDirection::forward;
    return finish_at(run, *end, died);
}

}  // namespace

std::optional<HealOutcome> recover(HealContext& context) {
    auto contents = context.ports.record.load();
    if (!contents || !contents->open_heal) return std::nullopt;   // unreadable: tried again in the next cycle
    HealRun run{context, std::move(*contents)};
    if (run.stop_requested()) return std::nullopt;   // the next start has the time for it
    const bool died = run.heal().left_open.empty();
    run.reads_sha1 = rras_reads_sha1(context.ports);
    take_up(run);
    return go_on(run, died);
}

}  // namespace sstp
