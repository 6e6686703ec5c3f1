#include "core/healing/transaction.h"

#include "core/decision/budget.h"
#include "core/healing/change.h"
#include "core/healing/ending.h"
#include "core/healing/restart.h"
#include "core/healing/service_control.h"
#include "core/healing/take_back.h"
#include "core/model/rare.h"

#include <fmt/format.h>

#include <algorithm>

namespace sstp {

namespace {

/// New plans within one heal, for what others break while it is proven. Who goes on after that has another opinion.
constexpr std::uint32_t kMostForwards = 3;

/// A step that makes `field` from what stands there what it should be.
Step step_for(const FieldId& field, const FieldValue& from, const FieldValue& to) {
    if (std::holds_alternative<Endpoint>(field)) {
        BindStep step;
        if (const auto* record = std::get_if<ListenerBinding>(&from)) step.before = *record;
        step.after = std::get<ListenerBinding>(to);
        return step;
    }
    WriteValueStep step;
    step.value = std::get<SstpValue>(field);
    if (const auto* raw = std::get_if<RawValue>(&from)) step.before = *raw;
    step.after = std::get<RawValue>(to);
    return step;
}

/// Takes one more change into the open heal. A field that the heal has changed already keeps its old value: what stands there
/// now is not what was found.
void take_in(HealRun& run, const Step& step) {
    const FieldId field = field_of(step);
    run.expected[field] = before_of(step);
    if (is_nothing(run.expected[field])) run.expected.erase(field);
    auto& changes = run.heal().changes;
    const auto known = std::find_if(changes.begin(), changes.end(), [&](const auto& each) { return field_of(each.step) == field; });
    if (known == changes.end()) {
        changes.push_back({step, ChangePhase::pending});
    } else {
        known->step = step_for(field, before_of(known->step), after_of(step));
        known->phase = ChangePhase::pending;
    }
}

void tell_begun(HealRun& run) {
    for (std::size_t i = 0; i < run.heal().changes.size(); ++i) {
        const RecordedChange& change = run.heal().changes[i];
        if (change.phase != ChangePhase::pending) continue;
        // What stands there now is replaced, which somebody may have written since the heal began: it is durable by this event alone.
        const FieldId field = field_of(change.step);
        const Step step = step_for(field, value_at(run.expected, field), after_of(change.step));
        run.ledger.tell(EventType::step_begun, fmt::format("About to {}.", describe(step)), fields_of_change(run.heal(), i, step));
    }
}

/// Old values become durable, then the changes are made.
std::optional<Halted> commit_and_change(HealRun& run) {
    tell_begun(run);
    if (const auto durable = run.ledger.save(); !durable) return Halted{Halt::refused, durable.error()};
    const MonotonicTime began = run.ports.clock.monotonic();
    auto halted = make_changes(run);
    run.outcome.times.act += run.ports.clock.monotonic() - began;
    return halted;
}

/// What others deleted since we looked. What they replaced is left to the proof: a tool may be at work, and will restart RRAS.
void put_back_what_was_deleted(HealRun& run) {
    const auto now = read_unit(run.ports, run.heal());
    if (!now || *now == run.expected) return;
    const Unit expected = run.expected;
    bool any = false;
    for (const auto& [field, value] : expected) {
        if (now->contains(field) || is_nothing(value)) continue;
        take_in(run, step_for(field, {}, value));
        any = true;
    }
    if (any) {  // what does not work out shows in the proof
        SSTP_RARE("what others deleted while RRAS was down is put back");
        (void)commit_and_change(run);
    }
}

/// So many restarts more. An administrator's heal is charged and never refused; a recovery has its own.
bool has_room_for(const HealRun& run, std::uint32_t restarts) {
    if (run.recovering) return false;
    if (run.context.asked_by_administrator) return true;
    const auto& contents = run.ledger.contents();
    return may_spend(contents.charges, run.policy().limits, run.ledger.running(), restarts, contents.budget_unreadable,
                     static_cast<std::uint32_t>(contents.charges.size()))
        .allowed;
}

/// A new plan from the last look, towards the same target. Halts: it could not be made.
std::optional<Halted> go_forward(HealRun& run) {
    if (const auto halted = may_go_on(run)) return halted;
    SSTP_RARE("somebody breaks what is being proven");
    ++run.forwards;
    run.say("somebody changed something meanwhile; putting it right");
    if (auto read = read_unit(run.ports, run.heal())) run.expected = std::move(*read);
    for (const Difference& each : run.last->assessment.differences) {
        if (each.step) take_in(run, *each.step);
    }
    if (auto halted = commit_and_change(run)) return halted;
    const bool rras_has_read_it = run.rras_holds(run.expected);
    if (rras_has_read_it || (run.heal().services.empty() && !run.memory.held)) return std::nullopt;
    if (!has_room_for(run, 2)) return std::nullopt;
    return restart_on_whole_unit(run, services_to_read_again(run), ChargeKind::restart);
}

/// Room for the second rung and for the restart that taking back would need after it. It is a start on what the heal wants, or none: RRAS
/// that reads what others wrote meanwhile may not come back (DESIGN 2.4).
bool may_do_then(const HealRun& run, const Judgement& seen) {
    const OpenHeal& heal = run.heal();
    const Certificate* stored = run.last->state.find(heal.target.hash);
    if (!seen.unit_is_right || !stored || stored->archived) return false;
    if (heal.then.empty() || heal.then_done || heal.restarts == 0 || !run.may_change()) return false;
    return has_room_for(run, heal.cannot_return.empty() ? 2 : 1);
}

HealOutcome being_stopped(HealRun& run) {
    ask_owed_to_start(run);
    return leave_open(run, "stopped", "The watchdog is being stopped before this heal was proven; its next start goes on with it.");
}

HealOutcome overtaken_by_choice(HealRun& run) {
    SSTP_RARE("somebody chose another certificate while ours was being proven");
    const auto* hash = value_of(run.last->state.settings.sha256_hash);
    if (hash && is_left_to_somebody(*run.last)) {
        return overtaken(run,
                         fmt::format("Somebody wrote Sha256CertificateHash = {} while {} was being proven, which names no certificate of "
                                     "this server. It is left as they made it; nothing was restarted or taken back for it.",
                                     hash->brief(), brief(run.heal().target)));
    }
    const Certificate* theirs = hash ? run.last->state.find(*hash) : nullptr;
    return overtaken(run, fmt::format("Somebody put {} in force everywhere while {} was being proven. The heal ends here; nothing was "
                                      "restarted or taken back for it.",
                                      theirs ? brief(*theirs) : std::string{"another certificate"}, brief(run.heal().target)));
}

/// Of a heal that was left open for it, it was told.
void tell_not_ready(HealRun& run, const Judgement& seen) {
    if (run.left_open_before == "not_ready" || run.left_open_before == "service_not_started") return;
    run.ledger.tell(EventType::step_failed, fmt::format("The heal does not prove healthy: {}.", seen.open), {{"action", "verify"}});
}

/// The way on after one judgement. Nothing: look again.
std::optional<HealOutcome> act_on(HealRun& run, const Judgement& seen, Patience& patience) {
    const auto go_on_with = [&](const std::optional<Halted>& halted) -> std::optional<HealOutcome> {
        if (!halted) {
            patience = Patience::ready_within;
            return std::nullopt;
        }
        if (halted->why == Halt::our_stop) return being_stopped(run);
        if (halted->why == Halt::service_pending) return leave_open(run, "service_pending", halted->error.message());
        if (halted->why == Halt::stopped_by_others) return give_way(run, *halted);
        // What the last look saw whole is so no longer: it says nothing of what stands there now.
        if (halted->why == Halt::changed_by_others && seen.unit_is_right) {
            return overtaken(run, fmt::format("{}. It is left as they made it.", halted->error.message()));
        }
        return end_not_ready(run, seen);
    };
    switch (seen.standing) {
        case Standing::ready: return succeed(run, seen);
        case Standing::our_stop: return being_stopped(run);
        case Standing::overtaken: return overtaken_by_choice(run);
        case Standing::stopped_by_others:
            return overtaken(run, "Somebody stopped RemoteAccess while the heal was being proven. It is left stopped.");
        case Standing::broken_meanwhile:
            if (run.forwards < kMostForwards) return go_on_with(go_forward(run));
            return overtaken(run,
                             fmt::format("Somebody keeps changing what the heal puts right; it is left as they made it: {}.", seen.open));
        case Standing::not_yet:
        case Standing::never: break;
    }
    tell_not_ready(run, seen);
    if (may_do_then(run, seen)) {
        SSTP_RARE("the second rung");
        return go_on_with(restart_on_whole_unit(run, run.heal().then, ChargeKind::then));
    }
    return end_not_ready(run, seen);
}

bool remote_access_runs(const Look& look) {
    const ServiceStatus* status = look.state.service(kRemoteAccess);
    return status && status->state == ServiceState::running;
}

/// RRAS reads the values of its unit when it starts, and at no other time: what was written without a restart took nothing from any client,
/// and a restart to take it back would only cost sessions.
bool cannot_have_reached_clients(const OpenHeal& heal) {
    return !was_restarted(heal) && std::none_of(heal.changes.begin(), heal.changes.end(),
                                                [](const RecordedChange& each) { return std::holds_alternative<BindStep>(each.step); });
}

}  // namespace

std::optional<Halted> restart_on_whole_unit(HealRun& run, const std::vector<std::string>& services, ChargeKind kind) {
    return restart(run, services, kind, [&run] { put_back_what_was_deleted(run); });
}

HealOutcome prove_and_end(HealRun& run, Patience patience) {
    for (;;) {
        const Judgement seen = await_ready(run, patience);
        if (auto outcome = act_on(run, seen, patience)) return *outcome;
    }
}

/// What is ours of the unit is whole, and another certificate should be in force by now: its own was taken away meanwhile. The next
/// heal moves on.
bool is_for_another_by_now(const HealRun& run, const Unit& now) {
    const auto& desired = run.last->assessment.desired.certificate;
    if (!desired || desired->hash == run.heal().target.hash) return false;
    return std::all_of(run.heal().changes.begin(), run.heal().changes.end(), [&](const RecordedChange& change) {
        return change.phase == ChangePhase::theirs || means_the_same(value_at(now, field_of(change.step)), after_of(change.step));
    });
}

HealOutcome end_not_ready(HealRun& run, const Judgement& seen) {
    const bool costs_nobody = seen.lower.empty() || cannot_have_reached_clients(run.heal());
    if (seen.unit_is_right && costs_nobody && remote_access_runs(*run.last)) {
        SSTP_RARE("a heal ends well with something still open");
        return succeed(run, seen);
    }
    const auto now = read_unit(run.ports, run.heal());
    const std::string why_not = now ? why_it_cannot_return(run, unit_as_found(run, *now, Pair::completed)) : now.error().message();
    if (!run.may_change()) {
        return leave_open(run, "kill_switch",
                          fmt::format("Not proven: {}. The mode or the kill switch says observe, so nothing is taken back.", seen.open));
    }
    if (!why_not.empty() && now && is_for_another_by_now(run, *now)) {
        SSTP_RARE("another certificate should be in force by now");
        return overtaken(run,
                         fmt::format("{} It stays whole as it is ({}), and what should be is planned afresh.", seen.open + '.', why_not));
    }
    if (why_not.empty() && run.heal().recoveries <= kMostRecoveries) {
        SSTP_RARE("a heal that does not prove is taken back");
        return take_back(run, fmt::format("Not proven: {}", seen.open));
    }
    return leave_open(run, "not_ready",
                      fmt::format("Not proven: {}. It stays as it is: {}.", seen.open,
                                  why_not.empty() ? "three recoveries have not brought it to an end" : why_not));
}

}  // namespace sstp
