#include "core/healing/heal_run.h"
#include "core/healing/kill_switch_reading.h"
#include "core/healing/restart.h"
#include "core/healing/standing.h"

#include <fmt/format.h>

namespace sstp {

namespace {

Result<void> act(Ports& ports, const BindStep& step) { return ports.bindings.put(step.after, step.before); }

Result<void> act(Ports& ports, const WriteValueStep& step) { return ports.parameters.write(step.value, step.after); }

Error taken_over(const OpenHeal& heal, std::size_t index) {
    const Step& step = heal.steps[index].step;
    return {ErrorKind::busy, "change", subject_of(step), 0,
            "it no longer is what the plan rests on: somebody else changed it in the meantime, so it is left alone"};
}

Result<void> settle(HealRun& run) {
    if (run.ports.clock.pause(run.policy.verify.settle)) return {};
    return Error{ErrorKind::stopped, "go on with the heal", run.ledger.heal().id, 0, "the watchdog itself is being stopped"};
}

/// An error of a call that did its work all the same is only told: what the look back finds is what counts.
template <class AnyStep>
Result<void> act_and_read_back(HealRun& run, std::size_t index, const AnyStep& step) {
    const auto acted = act(run.ports, step);
    const auto standing = look_at(run.ports, step);
    if (!standing) return acted ? standing.error() : acted.error();
    if (*standing == Standing::as_made) return {};
    if (!acted) return acted.error();
    return Error{ErrorKind::verification_failed, "change", subject_of(run.ledger.heal().steps[index].step), 0,
                 fmt::format("the change was reported as done but does not read back ({})", word(*standing))};
}

/// Compared twice with what the plan saw: before the intent, so that nothing is announced in vain, and behind it, as close
/// to the write as we can get.
template <class AnyStep>
Result<void> change(HealRun& run, std::size_t index, const AnyStep& step) {
    OpenHeal& heal = run.ledger.heal();
    RecordedStep& recorded = heal.steps[index];
    const auto before_intent = look_at(run.ports, step);
    if (!before_intent) return before_intent.error();
    if (*before_intent == Standing::as_made) return {};   // somebody else did it: not ours to undo, so it stays pending
    if (*before_intent != Standing::as_found) return taken_over(heal, index);

    recorded.phase = StepPhase::intended;
    run.ledger.tell(EventType::step_begun, fmt::format("About to {}.", describe(recorded.step)), fields_of_step(heal, index));
    if (const auto durable = run.ledger.save(); !durable) {
        recorded.phase = StepPhase::pending;
        return durable.error();
    }
    const auto standing = look_at(run.ports, step);
    if (!standing || *standing != Standing::as_found) {
        recorded.phase = StepPhase::pending;   // nothing was changed by us
        return standing ? taken_over(heal, index) : standing.error();
    }
    return act_and_read_back(run, index, step);
}

}  // namespace

Result<void> may_change(const HealRun& run) {
    const KillSwitchReading reading = interpret_kill_switch(run.ports.kill_switch.read());
    if (reading.stops) return Error{ErrorKind::access_denied, "go on with the heal", run.ledger.heal().id, 0, reading.explanation};
    if (run.stop_requested()) {
        return Error{ErrorKind::stopped, "go on with the heal", run.ledger.heal().id, 0, "the watchdog itself is being stopped"};
    }
    return {};
}

Result<void> do_step(HealRun& run, std::size_t index) {
    if (const auto allowed = may_change(run); !allowed) return allowed.error();
    const Step& step = run.ledger.heal().steps[index].step;
    run.say(describe(step));
    Result<void> done;
    if (const auto* bind = std::get_if<BindStep>(&step)) {
        done = change(run, index, *bind);
    } else if (const auto* write = std::get_if<WriteValueStep>(&step)) {
        done = change(run, index, *write);
    } else {
        const auto stopped = stop_for_restart(run, index, StopPurpose::heal);
        done = stopped ? start_in_order(run, *stopped) : Result<void>{stopped.error()};
    }

    OpenHeal& heal = run.ledger.heal();
    auto fields = fields_of_step(heal, index);
    if (!done) {
        add_error(fields, done.error());
        run.ledger.tell(EventType::step_failed,
                        fmt::format("Step {} of {} failed: {}.", index + 1, heal.steps.size(), done.error().message()), std::move(fields));
        return done.error();
    }
    const bool by_us = heal.steps[index].phase == StepPhase::intended;
    if (by_us) heal.steps[index].phase = StepPhase::done;
    if (by_us && std::holds_alternative<RestartStep>(step)) {
        ++run.restarts;
        run.ledger.trouble_is_over();
    }
    fields["outcome"] = by_us ? "done" : "found_done";
    run.ledger.tell(EventType::step_done, fmt::format("Step {} of {} done: {}.", index + 1, heal.steps.size(), describe(step)),
                    std::move(fields));
    // Not durable yet is no reason to stop: the intent is, and undo decides by looking. It goes with the next commit.
    (void)run.ledger.save();
    return settle(run);
}

std::size_t append_restart(HealRun& run, const char* charged) {
    OpenHeal& heal = run.ledger.heal();
    heal.steps.push_back({RestartStep{run.policy.restart.services}, StepPhase::pending, {}});
    if (charged != nullptr) run.ledger.charge(charged);
    return heal.steps.size() - 1;
}

}  // namespace sstp
