#include "core/healing/restart.h"

#include "core/healing/change.h"
#include "core/model/schedule.h"

#include <fmt/format.h>
#include <fmt/ranges.h>

#include <algorithm>

namespace sstp {

namespace {

constexpr char kRestart[] = "restart the service";
/// How often dependants that came up while we were stopping are stopped too, before we give way to whoever starts them.
constexpr int kMostNewDependants = 3;
/// The sessions are told, not needed: the question is not to make a restart late.
constexpr Duration kSessionsWithin = std::chrono::seconds{5};

using Names = std::vector<std::string>;

bool contains(const Names& names, const std::string& name) { return std::find(names.begin(), names.end(), name) != names.end(); }

bool is_pending(const ServiceStatus& status) {
    return status.state == ServiceState::stop_pending || status.state == ServiceState::start_pending ||
           status.state == ServiceState::continue_pending || status.state == ServiceState::pause_pending;
}

Names reversed(Names names) {
    std::reverse(names.begin(), names.end());
    return names;
}

/// RemoteAccess that ended with an error should be running; nothing else is started that did not run.
bool ended_with_error(const ServiceStatus& status) {
    return status.name == kRemoteAccess && status.failed() && status.start_type == StartType::automatic;
}

Result<void> add(Ports& ports, const std::string& name, RestartScope& scope) {
    const auto query = ports.services.query(name);
    if (const Error* why = why_unreadable(query)) return *why;
    const ServiceStatus* status = value_of(query);
    if (status == nullptr || scope.has(status->name)) return {};
    if (is_pending(*status)) {
        return Error{ErrorKind::service_hung, kRestart, status->name, 0, fmt::format("it is in state {}", word(status->state))};
    }
    if (status->state == ServiceState::stopped) {
        if (ended_with_error(*status)) scope.ended.push_back(status->name);
        return {};
    }
    if (status->start_type == StartType::disabled) {
        return Error{ErrorKind::service_disabled, kRestart, status->name, 0,
                     "it runs but is disabled, so it could not be started again; enable it or let the administrator restart it"};
    }
    if (!status->accepts_stop) {
        return Error{ErrorKind::dependents_running, kRestart, status->name, 0,
                     "it runs and does not accept a stop, so what it depends on cannot be restarted either; stop it by hand first"};
    }
    scope.stops.push_back(status->name);
    return {};
}

Result<void> add_with_dependants(Ports& ports, const std::string& name, RestartScope& scope) {
    const auto query = ports.services.query(name);
    if (is_absent(query)) return {};   // the policy may name one that this server lacks
    const auto dependants = ports.services.running_dependants(name);
    if (!dependants) return dependants.error();
    for (const std::string& each : *dependants) {
        if (const auto added = add(ports, each, scope); !added) return added;
    }
    return add(ports, name, scope);
}

const ServiceStatus* status_of(const Observed<ServiceStatus>& query) { return value_of(query); }

Halted halted_by(const Error& error) {
    const bool pending = error.kind == ErrorKind::service_hung || error.kind == ErrorKind::timed_out;
    if (error.kind == ErrorKind::stopped) return {Halt::our_stop, error};
    return {pending ? Halt::service_pending : Halt::refused, error};
}

/// How stopping went.
struct Stopping {
    bool accepted = false;            ///< some service accepted a control of ours
    std::optional<Halted> halted;
};

/// One stop. Success of a call is not yet a state, nor is an error: what the SCM says afterwards counts.
Stopping stop_one(HealRun& run, const std::string& name) {
    run.say(fmt::format("stopping {}", name));
    const auto stopped = run.ports.services.stop(name, run.policy().restart.timeout);
    const auto query = run.ports.services.query(name);
    const ServiceStatus* status = status_of(query);
    if (stopped && *stopped == StoppedBy::somebody_else) {
        std::erase(run.heal().to_start, name);   // whoever stopped it may not want it back
        return {};
    }
    if (status && status->state == ServiceState::stopped) return {true, std::nullopt};
    const bool accepted = status == nullptr || status->state != ServiceState::running;
    if (!stopped) return {accepted, halted_by(stopped.error())};
    return {accepted, Halted{Halt::refused,
                             {ErrorKind::verification_failed, "stop the service", name, 0,
                              fmt::format("the service control manager reported success, but it is {}",
                                          status ? word(status->state) : "not to be asked")}}};
}

/// Takes those that came up since into the durable list, so that they start again after the restart. They stop first.
std::optional<Halted> add_new_dependants(HealRun& run, const std::string& blocked, Names& order) {
    RestartScope scope;
    const auto added = add_with_dependants(run.ports, blocked, scope);
    if (!added) return halted_by(added.error());
    std::erase(scope.stops, blocked);
    for (const std::string& each : reversed(scope.stops)) {
        if (!contains(run.heal().to_start, each)) run.heal().to_start.push_back(each);
    }
    order.insert(order.begin(), scope.stops.begin(), scope.stops.end());
    const auto saved = run.ledger.save();
    return saved ? std::nullopt : std::optional{Halted{Halt::refused, saved.error()}};
}

Stopping stop_in_order(HealRun& run, Names order, bool gives_way) {
    Stopping all;
    int widened = 0;
    while (!order.empty()) {
        const std::string name = order.front();
        if (gives_way) {
            if ((all.halted = may_go_on(run))) return all;
        }
        const Stopping one = stop_one(run, name);
        all.accepted = all.accepted || one.accepted;
        if (one.halted && one.halted->error.kind == ErrorKind::dependents_running && widened++ < kMostNewDependants) {
            if ((all.halted = add_new_dependants(run, name, order))) return all;
            continue;
        }
        if ((all.halted = one.halted)) return all;
        order.erase(order.begin());
    }
    return all;
}

/// Disabled or removed while we were at it: an administrator's choice, which stands (promise services-as-found). The error
/// alone does not say so: StartService also answers 1058 when something that the service needs is disabled.
bool is_administrators_choice(Ports& ports, const std::string& name, const Error& error) {
    if (error.kind != ErrorKind::service_disabled && error.kind != ErrorKind::service_gone) return false;
    const auto query = ports.services.query(name);
    if (why_unreadable(query)) return false;
    const ServiceStatus* status = status_of(query);
    return status == nullptr || status->start_type == StartType::disabled;
}

/// Starts one and gives why it does not run; nothing: it runs.
std::optional<Error> start_one(HealRun& run, const std::string& name) {
    const auto before = run.ports.services.query(name);
    if (const ServiceStatus* status = status_of(before); status && status->state == ServiceState::running) return std::nullopt;
    run.say(fmt::format("starting {}", name));
    const auto started = run.ports.services.start(name, run.policy().restart.timeout);
    const auto after = run.ports.services.query(name);
    const ServiceStatus* status = status_of(after);
    if (status && status->state == ServiceState::running) return std::nullopt;
    if (!started) return started.error();
    return Error{
        ErrorKind::verification_failed, "start the service", name, 0,
        fmt::format("the service control manager reported success, but it is {}", status ? word(status->state) : "not to be asked")};
}

void tell_not_started(HealRun& run, const std::string& name, const Error& error, bool stands) {
    HealLedger::Fields fields{{"action", "start_service"}, {"subject", name}};
    add_error(fields, error);
    run.ledger.tell(EventType::step_failed,
                    fmt::format("{} ran before the heal and does not run now: {}.{}", name, error.message(),
                                stands ? " That is an administrator's choice and stands." : ""),
                    std::move(fields));
}

/// Starts `names` in order; those that run are owed no longer. Gives the first that is not to go on with: our own stop, a hang.
std::optional<Halted> start_in_order(HealRun& run, const Names& names) {
    std::optional<Halted> halted;
    OpenHeal& heal = run.heal();
    bool all = true;
    for (const std::string& name : names) {
        const auto error = start_one(run, name);
        if (!error) {
            std::erase(heal.to_start, name);
            continue;
        }
        if (all && error->kind != ErrorKind::stopped) {
            ++heal.failed_starts;
            heal.last_failed_start = run.ledger.running();
        }
        all = false;
        const bool stands = is_administrators_choice(run.ports, name, *error);
        if (stands) std::erase(run.heal().to_start, name);
        tell_not_started(run, name, *error, stands);
        Halted why = halted_by(*error);
        if (why.why == Halt::our_stop) return why;
        if (why.why == Halt::service_pending && !halted) halted = why;
    }
    if (all) heal.failed_starts = 0;
    return halted;
}

void count_sessions(HealRun& run) {
    const auto sessions = run.ports.sessions.read(kSessionsWithin);
    if (!sessions) return;
    Sessions ended = run.outcome.sessions_ended.value_or(Sessions{});
    ended.sstp.open += sessions->sstp.open;
    ended.others.open += sessions->others.open;
    run.outcome.sessions_ended = ended;
}

std::string sessions_sentence(const std::optional<Sessions>& sessions) {
    if (!sessions) return "Every VPN session on this server ends; how many there are could not be asked.";
    if (sessions->all() == 0) return "No VPN session is open.";
    return fmt::format("{} SSTP and {} other VPN sessions end.", sessions->sstp.open, sessions->others.open);
}

HealLedger::Fields fields_of_restart(const OpenHeal& heal, const Names& names) {
    const std::string number = std::to_string(heal.changes.size() + 1);
    return {{"step", number},
            {"steps", number},
            {"action", "restart_services"},
            {"services", fmt::format("{}", fmt::join(names, ","))},
            {"subject", fmt::format("{}", fmt::join(names, ","))}};
}

/// What the restart rests on if nothing accepts it.
struct Beforehand {
    Names to_start;
    bool stop_was_asked = false;
    std::optional<HeldByRras> held;
};

Beforehand beforehand(HealRun& run) { return {run.heal().to_start, run.heal().stop_was_asked, run.ledger.contents().held}; }

void undo_intent(HealRun& run, const Beforehand& found) {
    run.heal().to_start = found.to_start;
    run.heal().stop_was_asked = found.stop_was_asked;
    run.ledger.contents().held = found.held;
    run.ledger.take_back_charge();
}

/// Charge, sessions and everything that is to be stopped become durable together. Until the restart is over nobody knows what
/// RRAS holds.
Result<void> commit_intent(HealRun& run, const RestartScope& scope, ChargeKind kind) {
    OpenHeal& heal = run.heal();
    for (const std::string& name : reversed(scope.stops)) {
        if (!contains(heal.to_start, name)) heal.to_start.push_back(name);
    }
    heal.stop_was_asked = heal.stop_was_asked || !scope.stops.empty();
    run.ledger.contents().held.reset();
    count_sessions(run);
    run.ledger.charge(kind);
    Names all = reversed(scope.stops);
    all.insert(all.begin(), scope.ended.begin(), scope.ended.end());
    run.ledger.tell(EventType::step_begun,
                    fmt::format("{} {}. {}", scope.stops.empty() ? "Starting" : "Restarting", fmt::join(all, ", "),
                                sessions_sentence(run.outcome.sessions_ended)),
                    fields_of_restart(heal, all));
    return run.ledger.save();
}

/// After the starts: what RRAS holds now is what stood there when it started, if the unit could be read and all of it is as we made it.
void note_what_rras_holds(HealRun& run, const Result<Unit>& read, const WallTime& before) {
    const auto query = run.ports.services.query(kRemoteAccess);
    const ServiceStatus* status = status_of(query);
    std::optional<HeldByRras> held;
    if (status && status->state == ServiceState::running && read) {
        const WallTime now = run.ports.clock.wall();
        held = held_after_start(*read, status->started.value_or(StartedBetween{before, now}), now);
    }
    run.ledger.contents().held = held;
    run.memory.held = held;
}

void finish(HealRun& run, const RestartScope& scope, ChargeKind kind, const Result<Unit>& read, WallTime before) {
    OpenHeal& heal = run.heal();
    ++run.outcome.restarts;
    const bool back = kind == ChargeKind::taking_back || kind == ChargeKind::recovery;
    ++(back ? heal.restarts_back : heal.restarts);
    if (kind == ChargeKind::then) heal.then_done = run.outcome.then_done = true;
    run.ledger.restamp_charge();
    note_what_rras_holds(run, read, before);
    Names all = reversed(scope.stops);
    all.insert(all.begin(), scope.ended.begin(), scope.ended.end());
    auto fields = fields_of_restart(heal, all);
    fields["outcome"] = heal.to_start.empty() ? "done" : "not_all_started";
    run.ledger.tell(EventType::step_done,
                    heal.to_start.empty() ? fmt::format("{} restarted.", fmt::join(all, ", "))
                                          : fmt::format("Restarted; not running yet: {}.", fmt::join(heal.to_start, ", ")),
                    std::move(fields));
    (void)run.ledger.save();   // not durable: a crash in the proof costs a look more, and at most one restart
    run.ready_from = run.ports.clock.monotonic();
}

bool remote_access_is_stopped(HealRun& run) {
    const auto query = run.ports.services.query(kRemoteAccess);
    const ServiceStatus* status = status_of(query);
    return status && status->state == ServiceState::stopped;
}

/// A stop that did not go through: what was stopped is started again, unless there is no time for it or a service hangs.
/// Gives true when RemoteAccess was among them, so that it is a restart all the same.
bool start_again(HealRun& run, const Stopping& stopping) {
    if (stopping.halted->why == Halt::our_stop) {
        ask_owed_to_start(run);
        return false;
    }
    const bool restarted = contains(run.heal().to_start, kRemoteAccess) && remote_access_is_stopped(run);
    if (stopping.halted->why == Halt::service_pending && !restarted) return false;
    (void)start_in_order(run, Names{run.heal().to_start});
    return restarted;
}

}  // namespace

bool RestartScope::has(const std::string& name) const { return contains(stops, name) || contains(ended, name); }

Result<RestartScope> what_to_restart(Ports& ports, const std::vector<std::string>& services) {
    RestartScope scope;
    for (const std::string& name : services) {
        if (const auto added = add_with_dependants(ports, name, scope); !added) return added.error();
    }
    return scope;
}

std::optional<Halted> restart(HealRun& run, const std::vector<std::string>& services, ChargeKind kind,
                              const std::function<void()>& before_start) {
    const auto scope = what_to_restart(run.ports, services);
    if (!scope) return halted_by(scope.error());
    const bool gives_way = kind == ChargeKind::restart || kind == ChargeKind::then;
    if (gives_way && !scope->has(kRemoteAccess) && !contains(run.heal().to_start, kRemoteAccess)) {
        if (!remote_access_is_stopped(run)) {
            return Halted{Halt::refused,
                          {ErrorKind::not_found, kRestart, kRemoteAccess, 0, "the service control manager does not show it as running"}};
        }
        return Halted{
            Halt::stopped_by_others,
            {ErrorKind::not_found, kRestart, kRemoteAccess, 0, "it does not run, and nothing says that it should: somebody stopped it"}};
    }
    const Beforehand found = beforehand(run);
    if (const auto durable = commit_intent(run, *scope, kind); !durable) {
        undo_intent(run, found);
        return Halted{Halt::refused, durable.error()};
    }
    const MonotonicTime began = run.ports.clock.monotonic();
    const Stopping stopping = stop_in_order(run, scope->stops, gives_way);
    run.outcome.times.stop += run.ports.clock.monotonic() - began;
    run.outcome.service_was_asked_to_stop = run.outcome.service_was_asked_to_stop || stopping.accepted;
    if (stopping.accepted) run.ledger.restamp_charge();
    if (stopping.halted && !stopping.accepted) {
        undo_intent(run, found);
        return stopping.halted;
    }
    const WallTime before = run.ports.clock.wall();
    const MonotonicTime start_began = run.ports.clock.monotonic();
    if (stopping.halted) {
        const auto read = read_unit(run.ports, run.heal());
        if (!start_again(run, stopping)) {
            const bool rras_went_on = stopping.halted->why != Halt::service_pending && stopping.halted->why != Halt::our_stop;
            if (rras_went_on) run.ledger.contents().held = found.held;
            return stopping.halted;
        }
        run.outcome.times.start += run.ports.clock.monotonic() - start_began;
        finish(run, *scope, kind, read, before);
        return std::nullopt;
    }
    if (!contains(run.heal().to_start, kRemoteAccess) && scope->ended.empty()) {
        (void)start_in_order(run, Names{run.heal().to_start});
        return Halted{Halt::stopped_by_others,
                      {ErrorKind::busy, kRestart, kRemoteAccess, 0, "somebody stopped it in the meantime, so it is left stopped"}};
    }
    if (before_start) before_start();
    const auto read = read_unit(run.ports, run.heal());
    Names starts = scope->ended;
    starts.insert(starts.begin(), run.heal().to_start.begin(), run.heal().to_start.end());
    const auto halted = start_in_order(run, starts);
    run.outcome.times.start += run.ports.clock.monotonic() - start_began;
    finish(run, *scope, kind, read, before);
    return halted;
}

std::vector<std::string> start_owed(HealRun& run) {
    const OpenHeal& heal = run.heal();
    Names owed = heal.to_start;
    const bool due = run.ledger.running() - heal.last_failed_start >= kFailedWithoutStopSchedule.after(heal.failed_starts);
    if (owed.empty() || (heal.failed_starts > 0 && !due)) return owed;
    const bool rras = contains(owed, kRemoteAccess) && remote_access_is_stopped(run);
    const WallTime before = run.ports.clock.wall();
    const auto read = read_unit(run.ports, run.heal());
    (void)start_in_order(run, owed);
    if (rras && !contains(run.heal().to_start, kRemoteAccess)) {
        ++run.outcome.restarts;
        run.heal().restarts = std::max(run.heal().restarts, 1U);   // the restart that was interrupted is over
        note_what_rras_holds(run, read, before);
        run.ready_from = run.ports.clock.monotonic();
    }
    return run.heal().to_start;
}

void ask_owed_to_start(HealRun& run) {
    for (const std::string& name : run.heal().to_start) {
        const auto query = run.ports.services.query(name);
        const ServiceStatus* status = status_of(query);
        if (status && status->state == ServiceState::stopped) (void)run.ports.services.ask_to_start(name);
    }
}

void forget_what_runs(HealRun& run) {
    std::erase_if(run.heal().to_start, [&](const std::string& name) {
        const auto query = run.ports.services.query(name);
        const ServiceStatus* status = status_of(query);
        return status && status->state == ServiceState::running;
    });
}

}  // namespace sstp
