#include "core/healing/undo.h"

#include "core/healing/restart.h"
#include "core/healing/restore.h"
#include "core/healing/rras_start.h"
#include "core/healing/standing.h"

#include <fmt/format.h>
#include <fmt/ranges.h>

#include <algorithm>

namespace sstp {

namespace {

bool is_restart(const RecordedStep& step) { return std::holds_alternative<RestartStep>(step.step); }

bool begun(const RecordedStep& step) { return step.phase == StepPhase::intended || step.phase == StepPhase::done; }

bool rras_may_have_restarted(const OpenHeal& heal) {
    return std::any_of(heal.steps.begin(), heal.steps.end(), [](const RecordedStep& step) { return is_restart(step) && begun(step); });
}

bool changed_values(const OpenHeal& heal) {
    return std::any_of(heal.steps.begin(), heal.steps.end(),
                       [](const RecordedStep& step) { return !is_restart(step) && step.phase != StepPhase::pending; });
}

/// What an undo could not do: for now, and for good.
struct Remainder {
    std::vector<std::string> left;      ///< to be tried again
    std::vector<std::string> accepted;  ///< others changed it since, or Windows takes it back from nobody
};

/// Bindings and values, last change first.
Remainder undo_values(HealRun& run) {
    Remainder remainder;
    OpenHeal& heal = run.ledger.heal();
    for (std::size_t i = heal.steps.size(); i-- > 0;) {
        if (is_restart(heal.steps[i]) || !begun(heal.steps[i])) continue;
        const Restored restored = restore(run, i);
        auto fields = fields_of_step(heal, i);
        fields["outcome"] = restored.settled ? "undone" : "undo_failed";
        if (restored.error) add_error(fields, *restored.error);
        run.ledger.tell(restored.settled ? EventType::step_done : EventType::step_failed, restored.explanation, std::move(fields));
        run.say(restored.explanation);
        if (!restored.settled) {
            remainder.left.push_back(restored.explanation);
            continue;
        }
        if (!restored.as_it_was) remainder.accepted.push_back(restored.explanation);
        heal.steps[i].phase = StepPhase::undone;
        (void)run.ledger.save();   // not durable yet: the next attempt looks again, and finds it as it was
    }
    return remainder;
}

/// What our own unfinished restarts may have stopped, in starting order. What a finished restart left running and does not
/// run now was stopped by somebody else.
std::vector<std::string> must_run(const OpenHeal& heal) {
    std::vector<std::string> services;
    for (const RecordedStep& step : heal.steps) {
        if (!is_restart(step) || step.phase != StepPhase::intended) continue;
        for (const std::string& name : step.ran_before) {
            if (std::find(services.begin(), services.end(), name) == services.end()) services.push_back(name);
        }
    }
    return services;
}

/// Disabled or removed while we were at it: an administrator's choice, which stands (promise services-as-found). The error
/// alone does not say so: StartService also answers 1058 when something that the service needs is disabled.
bool is_administrators_choice(HealRun& run, const std::string& name, const Error& error) {
    if (error.kind != ErrorKind::service_disabled && error.kind != ErrorKind::service_gone) return false;
    const auto query = run.ports.services.query(name);
    if (why_unreadable(query)) return false;
    const ServiceStatus* status = value_of(query);
    return status == nullptr || status->start_type == StartType::disabled;
}

/// It runs: whoever stops it from now on does not want it to.
void owe_no_longer(OpenHeal& heal, const std::string& name) {
    for (RecordedStep& step : heal.steps) {
        if (is_restart(step)) std::erase(step.ran_before, name);
    }
}

/// After a crash, what runs was started by somebody else, and whoever stops it now means it. A boot starts what is to run.
void owe_only_what_is_stopped(HealRun& run) {
    if (machine_has_booted_since(run)) {
        for (const std::string& name : must_run(run.ledger.heal())) owe_no_longer(run.ledger.heal(), name);
        return;
    }
    for (const std::string& name : must_run(run.ledger.heal())) {
        const auto query = run.ports.services.query(name);
        const ServiceStatus* status = value_of(query);
        if (status != nullptr && status->state == ServiceState::running) owe_no_longer(run.ledger.heal(), name);
    }
}

Result<void> start_what_we_stopped(HealRun& run) {
    Result<void> outcome;
    for (const std::string& name : must_run(run.ledger.heal())) {
        const auto started = start_in_order(run, {name});
        if (started) {
            owe_no_longer(run.ledger.heal(), name);
            continue;
        }
        HealLedger::Fields fields{{"action", "start_service"}, {"subject", name}};
        add_error(fields, started.error());
        const bool stands = is_administrators_choice(run, name, started.error());
        run.ledger.tell(EventType::step_failed,
                        fmt::format("{} ran before the heal and does not run now: {}.{}", name, started.error().message(),
                                    stands ? " That is an administrator's choice and stands." : ""),
                        std::move(fields));
        if (!stands && outcome) outcome = started;
    }
    return outcome;
}

/// RRAS reads binding and hashes when it starts: after they were put back it must start once more, or it goes on with
/// ours. Once everything lay down at the same time this is owed no longer, whatever the starts come to.
Result<void> stop_to_read_again(HealRun& run, const char* charge) {
    OpenHeal& heal = run.ledger.heal();
    std::size_t last = 0;
    for (std::size_t i = 0; i < heal.steps.size(); ++i) {
        if (is_restart(heal.steps[i])) last = i;
    }
    run.ledger.charge(charge);
    if (const auto stopped = stop_for_restart(run, last, StopPurpose::undo); !stopped) return stopped.error();
    ++run.restarts;
    run.ledger.trouble_is_over();
    for (RecordedStep& step : heal.steps) {
        if (!is_restart(step)) step.phase = StepPhase::pending;
    }
    (void)run.ledger.save();   // not durable yet: one restart too many after a crash, in the safe direction
    return {};
}

/// `values_are_back`: nothing is left to do for bindings and values, so that RRAS can read them again.
void undo_restarts(HealRun& run, bool values_are_back, const char* charge, Remainder& remainder) {
    OpenHeal& heal = run.ledger.heal();
    const bool by_us = rras_may_have_restarted(heal);
    const bool by_others = !by_us && changed_values(heal) && rras_came_up_since(run);
    if (!by_us && !by_others) return;
    if (by_others) append_restart(run, nullptr);
    if (values_are_back && changed_values(heal)) {
        const auto read = stop_to_read_again(run, charge);
        // It runs, and an administrator has disabled it: nobody could start it again, so it reads them when they do.
        const bool stands = !read && is_administrators_choice(run, read.error().subject, read.error());
        if (!read) (stands ? remainder.accepted : remainder.left).push_back(read.error().message() + ".");
    }
    if (const auto started = start_what_we_stopped(run); !started) remainder.left.push_back(started.error().message());
    if (!remainder.left.empty() || !values_are_back) return;
    for (RecordedStep& step : heal.steps) {
        if (is_restart(step) && begun(step)) step.phase = StepPhase::undone;
    }
}

HealOutcome outcome_of(const HealRun& run, HealResult result, std::string explanation) {
    return {result, run.ledger.heal().id, std::move(explanation), run.restarts, std::nullopt};
}

/// Our own stop leaves no time for a restart. What RRAS runs with now belongs together; taking the values from under it
/// would break what works. So only what was stopped is started, and the next start proves or undoes.
HealOutcome postpone(HealRun& run, const std::string& why) {
    (void)start_what_we_stopped(run);
    std::string explanation = fmt::format("{}. The watchdog is being stopped; its next start proves this heal healthy or undoes it.", why);
    run.ledger.tell(EventType::heal_failed, explanation, {{"outcome", word(HealResult::undo_incomplete)}});
    (void)run.ledger.leave_open(HealResult::undo_incomplete, explanation);
    return outcome_of(run, HealResult::undo_incomplete, std::move(explanation));
}

}  // namespace

HealOutcome undo(HealRun& run, const std::string& why, const char* charge) {
    OpenHeal& heal = run.ledger.heal();
    if (rras_may_have_restarted(heal) && run.stop_requested()) return postpone(run, why);
    owe_only_what_is_stopped(run);
    if (!heal.undoing) {
        heal.undoing = true;
        heal.why_undone = why;
        run.say(fmt::format("undoing: {}", why));
        (void)run.ledger.save();   // the undo values are durable already; undoing is right with or without this mark
    }
    Remainder remainder = undo_values(run);
    std::vector<std::string>& left = remainder.left;
    const bool values_are_back = left.empty();
    (void)run.ports.parameters.flush();
    undo_restarts(run, values_are_back, charge, remainder);

    if (left.empty()) {
        std::string explanation = remainder.accepted.empty()
                                      ? fmt::format("{}. Bindings, hashes and services are as they were.", heal.why_undone)
                                      : fmt::format("{}. Undone, except: {}", heal.why_undone, fmt::join(remainder.accepted, " "));
        run.ledger.tell(EventType::heal_undone, explanation, {{"outcome", word(HealResult::undone)}});
        (void)run.ledger.close(HealResult::undone, explanation);
        return outcome_of(run, HealResult::undone, std::move(explanation));
    }
    std::string explanation =
        fmt::format("{}. Not everything could be put back, which is tried again: {}", heal.why_undone, fmt::join(left, "; "));
    run.ledger.tell(EventType::heal_failed, explanation, {{"outcome", word(HealResult::undo_incomplete)}});
    (void)run.ledger.leave_open(HealResult::undo_incomplete, explanation);
    return outcome_of(run, HealResult::undo_incomplete, std::move(explanation));
}

}  // namespace sstp
