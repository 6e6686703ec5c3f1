#include "core/healing/service_control.h"

#include "core/healing/change.h"
#include "core/healing/restart_scope.h"
#include "core/model/rare.h"
#include "core/model/text.h"

#include <fmt/format.h>

#include <algorithm>
#include <ranges>

namespace sstp {

namespace {

constexpr std::uint32_t kServiceRequestTimeout = 1053;   ///< ERROR_SERVICE_REQUEST_TIMEOUT

/// How often dependants that came up while we were stopping are stopped too, before we give way to whoever starts them.
constexpr int kMostNewDependants = 3;

using Names = std::vector<std::string>;

bool is_in(const ServiceStatus* status, ServiceState state) { return status != nullptr && status->state == state; }

bool has_started_since(const std::optional<StartedBetween>& before, const ServiceStatus* now) {
    return before && is_in(now, ServiceState::running) && now->started && is_a_later_start(*before, *now->started);
}

/// One stop. Success of a call is not yet a state, nor is an error: what the SCM says afterwards counts.
Stopping stop_one(HealRun& run, const std::string& name) {
    run.say(fmt::format("stopping {}", name));
    const auto found = run.ports.services.query(name);
    const auto started_before = value_of(found) ? value_of(found)->started : std::nullopt;
    const auto stopped = run.ports.services.stop(name, run.policy().restart.timeout);
    const auto query = run.ports.services.query(name);
    const ServiceStatus* status = value_of(query);
    if (stopped && *stopped == StoppedBy::somebody_else) {
        std::erase(run.heal().to_start, name);   // whoever stopped it may not want it back
        return {};
    }
    if (is_in(status, ServiceState::stopped)) return {true, std::nullopt};
    const bool we_stop = !stopped && stopped.error().kind == ErrorKind::stopped;   // then nothing is gone on with, whoever started it
    if (!we_stop && has_started_since(started_before, status)) {
        SSTP_RARE("somebody started what we had just stopped");
        // A renewal script that restarts it too, or whoever ended what hung: it has read what is stored by now. After an error nothing
        // tells whose stop it was, and it counts as ours: the next one comes the later for it.
        return {true, std::nullopt};
    }
    const bool moved = status == nullptr || status->state != ServiceState::running;
    if (!stopped) {
        // A control that was sent and not answered in time may be obeyed later (Microsoft, ControlService: its handler is busy): RRAS that
        // stops then is owed its start by us, and the next try waits as for any other stop. Our own waits have no code.
        const bool was_sent = stopped.error().code == kServiceRequestTimeout;
        return {moved || was_sent, halted_by(stopped.error())};
    }
    return {moved,
            Halted{Halt::refused,
                   {ErrorKind::verification_failed, "stop the service", name, 0,
                    fmt::format("the service control manager reported success, but it is {}",
                                status ? word(status->state) : "not to be asked")}},
            true};
}

/// Takes those that came up since into the durable list, so that they start again after the restart. They stop first.
std::optional<Halted> add_new_dependants(HealRun& run, const std::string& blocked, Names& order) {
    const auto found = what_to_restart(run.ports, {blocked});
    if (!found) return halted_by(found.error());
    Names came_up = found->stops;
    std::erase(came_up, blocked);
    for (const std::string& each : came_up | std::views::reverse) {
        auto& owed = run.heal().to_start;
        if (!has_name(owed, each)) owed.push_back(each);
    }
    order.insert(order.begin(), came_up.begin(), came_up.end());
    const auto saved = run.ledger.save();
    return saved ? std::nullopt : std::optional{Halted{Halt::refused, saved.error()}};
}

/// Disabled or removed while we were at it: an administrator's choice, which stands (promise services-as-found). The error
/// alone does not say so: StartService also answers 1058 when something that the service needs is disabled.
bool is_administrators_choice(Ports& ports, const std::string& name, const Error& error) {
    if (error.kind != ErrorKind::service_disabled && error.kind != ErrorKind::service_gone) return false;
    const auto query = ports.services.query(name);
    if (why_unreadable(query)) return false;
    const ServiceStatus* status = value_of(query);
    return status == nullptr || status->start_type == StartType::disabled;
}

/// Starts one and gives why it does not run; nothing: it runs.
std::optional<Error> start_one(HealRun& run, const std::string& name) {
    const auto before = run.ports.services.query(name);
    if (const ServiceStatus* status = value_of(before); is_in(status, ServiceState::running)) return std::nullopt;
    run.say(fmt::format("starting {}", name));
    const auto started = run.ports.services.start(name, run.policy().restart.timeout);
    const auto after = run.ports.services.query(name);
    const ServiceStatus* status = value_of(after);
    if (is_in(status, ServiceState::running)) return std::nullopt;
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

}  // namespace

Halted halted_by(const Error& error) {
    const bool pending = error.kind == ErrorKind::service_hung || error.kind == ErrorKind::timed_out;
    if (error.kind == ErrorKind::stopped) return {Halt::our_stop, error};
    return {pending ? Halt::service_pending : Halt::refused, error};
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
        all.reported = all.reported || one.reported;
        if (one.halted && one.halted->error.kind == ErrorKind::dependents_running && widened++ < kMostNewDependants) {
            if ((all.halted = add_new_dependants(run, name, order))) return all;
            continue;
        }
        if ((all.halted = one.halted)) return all;
        order.erase(order.begin());
    }
    return all;
}

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
        // The same again was told when the heal was left open for it, and each attempt would fill the journal.
        if (stands || run.left_open_before != "service_not_started") tell_not_started(run, name, *error, stands);
        Halted why = halted_by(*error);
        if (why.why == Halt::our_stop) return why;
        if (why.why == Halt::service_pending && !halted) halted = why;
    }
    if (all) heal.failed_starts = 0;
    return halted;
}

bool remote_access_is_stopped(HealRun& run) {
    const auto query = run.ports.services.query(kRemoteAccess);
    const ServiceStatus* status = value_of(query);
    return is_in(status, ServiceState::stopped);
}

void ask_owed_to_start(HealRun& run) {
    for (const std::string& name : run.heal().to_start) {
        const auto query = run.ports.services.query(name);
        const ServiceStatus* status = value_of(query);
        if (is_in(status, ServiceState::stopped)) (void)run.ports.services.ask_to_start(name);
    }
}

void forget_what_runs(HealRun& run) {
    std::erase_if(run.heal().to_start, [&](const std::string& name) {
        const auto query = run.ports.services.query(name);
        const ServiceStatus* status = value_of(query);
        return is_in(status, ServiceState::running);
    });
}

}  // namespace sstp
