#include "core/healing/restart.h"

#include <fmt/format.h>
#include <fmt/ranges.h>

#include <algorithm>
#include <set>

namespace sstp {

namespace {

constexpr char kRestart[] = "restart the service";
/// How often dependants that came up while we were stopping are stopped too, before we give way to whoever starts them.
constexpr int kMostNewDependants = 3;

bool contains(const std::vector<std::string>& names, const std::string& name) {
    return std::find(names.begin(), names.end(), name) != names.end();
}

enum class Part : std::uint8_t { none, stops_and_starts, only_starts };

/// Is it to be stopped and started again? One of ours that ended with an error is to be started: nobody asked it to stop.
Result<Part> part_of(Ports& ports, const std::string& name, bool ours) {
    const auto query = ports.services.query(name);
    if (const Error* why = why_unreadable(query)) return *why;
    const ServiceStatus* status = value_of(query);
    if (status == nullptr) return Part::none;
    if (status->state == ServiceState::stop_pending)
        return Error{ErrorKind::busy, kRestart, name, 0, "it is being stopped by somebody else"};
    if (status->state == ServiceState::stopped) {
        const bool may_start =
            name == kRemoteAccess ? status->start_type == StartType::automatic : status->start_type != StartType::disabled;
        return ours && status->failed() && may_start ? Part::only_starts : Part::none;
    }
    if (status->start_type == StartType::disabled) {
        return Error{ErrorKind::service_disabled, kRestart, name, 0,
                     "it runs but is disabled, so it could not be started again; enable it or let the administrator restart it"};
    }
    return Part::stops_and_starts;
}

Result<void> add_with_dependants(Ports& ports, const std::string& name, RestartScope& scope) {
    auto dependants = ports.services.running_dependants(name);
    if (!dependants) {
        // No such service: the policy may name one that this server does not have.
        if (dependants.error().kind == ErrorKind::service_gone || dependants.error().kind == ErrorKind::not_found) return {};
        return dependants.error();
    }
    dependants->push_back(name);
    for (const std::string& each : *dependants) {
        if (contains(scope.stop_order, each)) continue;
        const auto part = part_of(ports, each, each == name);
        if (!part) return part.error();
        if (*part != Part::none) scope.stop_order.push_back(each);
        if (*part == Part::only_starts) scope.ended.push_back(each);
    }
    return {};
}

/// Success of a call is not yet a state: what the SCM says afterwards counts.
Result<void> expect_state(Ports& ports, const std::string& name, ServiceState expected) {
    const auto query = ports.services.query(name);
    if (const Error* why = why_unreadable(query)) return *why;
    const ServiceStatus* status = value_of(query);
    if (status != nullptr && status->state == expected) return {};
    return Error{ErrorKind::verification_failed, expected == ServiceState::stopped ? "stop the service" : "start the service", name, 0,
                 fmt::format("the service control manager reported success, but it is {}", status ? word(status->state) : "not installed")};
}

using StopOrder = std::vector<std::string>;

StopOrder reversed(StopOrder order) {
    std::reverse(order.begin(), order.end());
    return order;
}

StopOrder without(const StopOrder& names, const StopOrder& others) {
    StopOrder rest;
    std::copy_if(names.begin(), names.end(), std::back_inserter(rest), [&](const std::string& name) { return !contains(others, name); });
    return rest;
}

/// A restart that was interrupted before still owes what it stopped; one that was finished owes nothing.
std::vector<std::string> merged(const RecordedStep& as_it_was, const std::vector<std::string>& running) {
    if (as_it_was.phase != StepPhase::intended) return running;
    std::vector<std::string> all = as_it_was.ran_before;
    for (const std::string& name : without(running, as_it_was.ran_before)) all.push_back(name);
    return all;
}

/// Takes those that came up since into the durable list, so that they start again after the restart. They stop first.
Result<void> widen(HealRun& run, std::size_t index, const std::string& blocked, StopOrder& order) {
    auto dependants = run.ports.services.running_dependants(blocked);
    if (!dependants) return dependants.error();
    std::vector<std::string>& ran_before = run.ledger.heal().steps[index].ran_before;
    StopOrder added;
    for (const std::string& each : *dependants) {
        const auto part = part_of(run.ports, each, false);
        if (!part) return part.error();
        if (*part == Part::none) continue;
        added.push_back(each);
        if (!contains(ran_before, each)) ran_before.push_back(each);
    }
    order.insert(order.begin(), added.begin(), added.end());
    return run.ledger.save();
}

/// RemoteAccess ran when the restart was planned, and somebody stopped it before we came to it: an administrator's choice,
/// so it is not started again (promise services-as-found).
Result<void> leave_to_whoever_stopped(HealRun& run, std::size_t index, StopPurpose purpose) {
    RecordedStep& recorded = run.ledger.heal().steps[index];
    const auto query = run.ports.services.query(kRemoteAccess);
    const ServiceStatus* status = value_of(query);
    if (status != nullptr && status->failed()) return {};   // it ended by itself, and should be running
    std::erase(recorded.ran_before, kRemoteAccess);
    if (const auto stored = run.ledger.save(); !stored) return stored.error();
    if (purpose == StopPurpose::undo) return {};
    return Error{ErrorKind::busy, kRestart, kRemoteAccess, 0, "somebody stopped it in the meantime, so it is left stopped"};
}

/// `touched`: a service was asked to stop, so that it may have to be started again.
Result<void> stop_in_order(HealRun& run, std::size_t index, StopPurpose purpose, StopOrder order, bool& touched) {
    int widened = 0;
    std::set<std::string> tried;
    while (!order.empty()) {
        const std::string name = order.front();
        const auto allowed = purpose == StopPurpose::heal ? may_change(run) : Result<void>{};
        if (!allowed) return allowed.error();
        run.say(fmt::format("stopping {}", name));
        touched = true;
        const bool first = tried.insert(name).second;
        const auto stopped = run.ports.services.stop(name, run.policy.restart.timeout);
        if (!stopped && stopped.error().kind == ErrorKind::dependents_running && widened++ < kMostNewDependants) {
            if (const auto more = widen(run, index, name, order); !more) return more.error();
            continue;
        }
        if (!stopped) return stopped.error();
        // After a first attempt that failed, whose stop it was cannot be told: it may have been ours all the same.
        if (name == kRemoteAccess && *stopped == StoppedBy::somebody_else && first) {
            if (const auto left = leave_to_whoever_stopped(run, index, purpose); !left) return left.error();
        }
        if (const auto really = expect_state(run.ports, name, ServiceState::stopped); !really) return really.error();
        order.erase(order.begin());
    }
    return {};
}

}  // namespace

Result<RestartScope> what_to_restart(Ports& ports, const std::vector<std::string>& services) {
    RestartScope scope;
    for (const std::string& name : services) {
        if (const auto added = add_with_dependants(ports, name, scope); !added) return added.error();
    }
    return scope;
}

Result<void> start_in_order(HealRun& run, const std::vector<std::string>& services) {
    Result<void> outcome;
    for (const std::string& name : services) {
        const auto query = run.ports.services.query(name);
        const ServiceStatus* status = value_of(query);
        if (status != nullptr && status->state == ServiceState::running) continue;
        run.say(fmt::format("starting {}", name));
        auto started = run.ports.services.start(name, run.policy.restart.timeout);
        if (started) started = expect_state(run.ports, name, ServiceState::running);
        if (!started && outcome) outcome = started;
    }
    return outcome;
}

Result<std::vector<std::string>> stop_for_restart(HealRun& run, std::size_t index, StopPurpose purpose) {
    RecordedStep& recorded = run.ledger.heal().steps[index];
    const RecordedStep as_it_was = recorded;
    const auto scope = what_to_restart(run.ports, std::get<RestartStep>(recorded.step).services);
    if (!scope) return scope.error();
    if (purpose == StopPurpose::heal && !contains(scope->stop_order, kRemoteAccess)) {
        return Error{ErrorKind::not_found, kRestart, kRemoteAccess, 0,
                     "it does not run, and nothing says that it should; somebody stopped it"};
    }
    std::vector<std::string> starts = reversed(scope->stop_order);
    recorded.ran_before = merged(as_it_was, without(starts, scope->ended));
    recorded.phase = StepPhase::intended;
    auto fields = fields_of_step(run.ledger.heal(), index);
    fields["services"] = fmt::format("{}", fmt::join(starts, ","));
    run.ledger.tell(EventType::step_begun,
                    fmt::format("Restarting {}. Every VPN session on this server ends.", fmt::join(scope->stop_order, ", ")), fields);
    run.ledger.spend();
    bool touched = false;
    Result<void> stopped = run.ledger.save();
    if (stopped) stopped = stop_in_order(run, index, purpose, without(scope->stop_order, scope->ended), touched);
    if (touched) run.ledger.spend();   // once more, with the next commit: the one before the stop may have taken minutes
    if (!stopped) {
        if (!touched) recorded = as_it_was;   // nothing to undo: spare everybody a restart
        return stopped.error();
    }
    const bool left_alone = !contains(recorded.ran_before, kRemoteAccess) && !contains(scope->ended, kRemoteAccess);
    if (left_alone) std::erase(starts, kRemoteAccess);
    // What came up meanwhile and was stopped too, and what an interrupted restart still owes.
    for (const std::string& name : without(recorded.ran_before, starts)) starts.push_back(name);
    return starts;
}

}  // namespace sstp
