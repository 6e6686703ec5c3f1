#include "core/healing/heal.h"

#include "core/decision/budget.h"
#include "core/healing/heal_run.h"
#include "core/healing/restart.h"
#include "core/healing/retire.h"
#include "core/healing/rras_start.h"
#include "core/healing/standing.h"
#include "core/healing/undo.h"
#include "core/healing/verification.h"

#include <fmt/format.h>

#include <algorithm>

namespace sstp {

namespace {

HealOutcome not_begun(std::string why) { return {HealResult::not_begun, {}, std::move(why), 0, std::nullopt}; }

/// Everything still is as the plan saw it. Looked at before the intent, so that a plan that others have overtaken costs
/// neither budget nor journal.
Result<void> plan_still_holds(Ports& ports, const HealPlan& plan) {
    for (const Step& step : plan.steps) {
        Result<Standing> standing = Standing::as_found;
        if (const auto* bind = std::get_if<BindStep>(&step)) standing = look_at(ports, *bind);
        if (const auto* write = std::get_if<WriteValueStep>(&step)) standing = look_at(ports, *write);
        if (!standing) return standing.error();
        if (*standing == Standing::as_found || *standing == Standing::as_made) continue;
        return Error{ErrorKind::busy, "begin the heal", subject_of(step), 0, "somebody else changed it since it was looked at"};
    }
    return {};
}

/// The first restart is covered by the heal's own charge; each further one needs room in the budget. The cooldown lies
/// between heals, not within one.
bool may_restart_once_more(HealRun& run) {
    if (run.restarts >= run.policy.restart.attempts) return false;
    if (run.restarts == 0) return true;
    LimitPolicy limits = run.policy.limits;
    limits.cooldown = Duration{0};
    const MonotonicTime now = run.ports.clock.monotonic();
    return may_spend(run.ledger.charges(), limits, now, run.ledger.budget_unreadable() ? std::optional{now} : std::nullopt).allowed;
}

HealOutcome succeed(HealRun& run, Proof proof) {
    const auto flushed = run.ports.parameters.flush();
    std::string explanation = proof.explanation;
    if (!flushed)
        explanation += fmt::format(" The registry was not flushed ({}), so a power loss in the next seconds could cost the change.",
                                   flushed.error().message());
    run.ledger.tell(EventType::heal_succeeded, explanation,
                    {{"outcome", word(HealResult::succeeded)}, {"restarts", std::to_string(run.restarts)}});
    // If this cannot be stored, `recover` finds the heal open, proves it again and closes it.
    (void)run.ledger.close(HealResult::succeeded, explanation);
    return {HealResult::succeeded, run.ledger.heal().id, std::move(explanation), run.restarts, std::move(proof.state)};
}

void doubt_what_rras_read(Proof& proof) {
    proof.healthy = false;
    proof.restart_could_help = true;
    proof.explanation = "RemoteAccess came up in the middle of the heal and may have read what was half done";
}

/// All steps of the plan, then proof, with further restarts while they can help and may be made.
HealOutcome heal_and_prove(HealRun& run) {
    const std::size_t planned = run.ledger.heal().steps.size();
    for (std::size_t i = 0; i < planned; ++i) {
        if (const auto done = do_step(run, i); !done) return undo(run, done.error().message(), "undo");
    }
    for (;;) {
        Proof proof = prove(run);
        if (proof.healthy && rras_came_up_in_the_middle(run, proof.state)) doubt_what_rras_read(proof);
        if (proof.healthy) return succeed(run, std::move(proof));
        run.ledger.tell(EventType::step_failed, fmt::format("The heal does not prove healthy: {}", proof.explanation),
                        {{"action", "verify"}});
        if (!proof.restart_could_help || !may_restart_once_more(run)) return undo(run, proof.explanation, "undo");
        const std::size_t index = append_restart(run, run.restarts == 0 ? nullptr : "restart");
        if (const auto done = do_step(run, index); !done) return undo(run, done.error().message(), "undo");
    }
}

/// A heal whose restarts were all finished may be healthy; one that was interrupted in or before a restart has left RRAS
/// with values that it never read, however right they look.
bool may_prove_healthy(const OpenHeal& heal) {
    return !heal.undoing && std::none_of(heal.steps.begin(), heal.steps.end(), [](const RecordedStep& step) {
        return std::holds_alternative<RestartStep>(step.step) && step.phase != StepPhase::done;
    });
}

}  // namespace

const char* word(HealResult result) noexcept {
    switch (result) {
        case HealResult::succeeded: return "succeeded";
        case HealResult::undone: return "undone";
        case HealResult::undo_incomplete: return "undo_incomplete";
        case HealResult::not_begun: return "not_begun";
    }
    return "unknown";
}

HealOutcome run_heal(Ports& ports, const Policy& policy, const Memory& memory, const HealPlan& plan,
                     const std::function<void(const std::string&)>& on_progress) {
    auto contents = ports.record.load();
    if (!contents) return not_begun(contents.error().message());
    if (contents->open_heal) return not_begun("An earlier heal is not finished yet.");
    HealLedger ledger{ports, std::move(*contents)};
    HealRun run{ports, policy, memory, ledger, on_progress};
    if (const auto allowed = may_change(run); !allowed) return not_begun(allowed.error().message());
    if (const auto holds = plan_still_holds(ports, plan); !holds) return not_begun(holds.error().message());
    if (const auto begun = ledger.begin(plan); !begun) {
        return not_begun(fmt::format("Nothing was changed, because the intent could not be stored: {}.", begun.error().message()));
    }
    HealOutcome outcome = heal_and_prove(run);
    if (outcome.result == HealResult::succeeded) retire_replaced(ports, policy, plan, outcome.heal_id);
    return outcome;
}

std::optional<HealOutcome> recover(Ports& ports, const Policy& policy, const Memory& memory,
                                   const std::function<void(const std::string&)>& on_progress) {
    auto contents = ports.record.load();
    if (!contents || !contents->open_heal) return std::nullopt;   // unreadable: tried again in the next cycle
    HealLedger ledger{ports, std::move(*contents)};
    ledger.take_up();
    HealRun run{ports, policy, memory, ledger, on_progress};
    if (run.stop_requested()) return std::nullopt;   // the next start has the time for it
    run.say(fmt::format("finishing heal {}", ledger.heal().id));
    if (may_prove_healthy(ledger.heal())) {
        Proof proof = prove(run);
        if (proof.healthy && rras_came_up_in_the_middle(run, proof.state)) {
            const auto restarted = do_step(run, append_restart(run, "recovery"));
            if (!restarted) return undo(run, restarted.error().message(), "recovery");
            proof = prove(run);
        }
        if (proof.healthy) return succeed(run, std::move(proof));
        return undo(run, fmt::format("A heal that was interrupted does not prove healthy: {}", proof.explanation), "recovery");
    }
    const std::string why = ledger.heal().undoing ? ledger.heal().why_undone : "A heal was interrupted before RRAS had been restarted";
    return undo(run, why, "recovery");
}

}  // namespace sstp
