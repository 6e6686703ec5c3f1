#include "core/healing/restart.h"

#include "core/healing/restart_scope.h"
#include "core/healing/service_control.h"
#include "core/model/rare.h"
#include "core/model/schedule.h"
#include "core/model/text.h"

#include <fmt/format.h>
#include <fmt/ranges.h>

#include <algorithm>

namespace sstp {

namespace {

constexpr char kRestart[] = "restart the service";
/// The sessions are told, not needed: the question is not to make a restart late.
constexpr Duration kSessionsWithin = std::chrono::seconds{5};

using Names = std::vector<std::string>;

Names reversed(Names names) {
    std::reverse(names.begin(), names.end());
    return names;
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

/// What a restart is of, in the order of its starts. Where nothing is left to stop, what an earlier restart of the heal could not start.
Names names_of(const RestartScope& scope, const OpenHeal& heal) {
    Names all = scope.stops.empty() ? heal.to_start : reversed(scope.stops);
    for (const std::string& each : scope.ended)
        if (!has_name(all, each)) all.insert(all.begin(), each);
    return all;
}

/// Charge, sessions and everything that is to be stopped become durable together. Until the restart is over nobody knows what
/// RRAS holds.
Result<void> commit_intent(HealRun& run, const RestartScope& scope, ChargeKind kind) {
    OpenHeal& heal = run.heal();
    for (const std::string& name : reversed(scope.stops)) {
        if (!has_name(heal.to_start, name)) heal.to_start.push_back(name);
    }
    heal.stop_was_asked = heal.stop_was_asked || !scope.stops.empty();
    run.ledger.contents().held.reset();
    count_sessions(run);
    run.ledger.charge(kind);
    const Names all = names_of(scope, heal);
    const std::string text = scope.stops.empty()
                                 ? fmt::format("Starting {}.", fmt::join(all, ", "))
                                 : fmt::format("Restarting {}. {}", fmt::join(all, ", "), sessions_sentence(run.outcome.sessions_ended));
    run.ledger.tell(EventType::step_begun, text, fields_of_restart(heal, all));
    return run.ledger.save();
}

/// RemoteAccess is not among what would be stopped, and this heal did not stop it.
std::optional<Halted> nothing_to_restart(HealRun& run, const RestartScope& scope) {
    if (scope.has(kRemoteAccess) || has_name(run.heal().to_start, kRemoteAccess)) return std::nullopt;
    if (!remote_access_is_stopped(run)) {
        return Halted{Halt::refused,
                      {ErrorKind::not_found, kRestart, kRemoteAccess, 0, "the service control manager does not show it as running"}};
    }
    SSTP_RARE("somebody stopped RRAS before our restart");
    return Halted{
        Halt::stopped_by_others,
        {ErrorKind::not_found, kRestart, kRemoteAccess, 0, "it does not run, and nothing says that it should: somebody stopped it"}};
}

/// The certificate was looked at when the heal was planned, and 87 alone has it wait for half a minute. RRAS does not come back without it
/// (facts: rras-sstp section 2), so that it is looked for once more before anything is stopped. A store that cannot be asked is no reason
/// to trust it.
std::optional<Halted> target_has_gone(HealRun& run) {
    const Certificate& target = run.heal().target;
    const auto held = run.ports.certificates.holds(target.thumbprint);
    if (held && *held) return std::nullopt;
    if (!held) return Halted{Halt::refused, held.error()};
    SSTP_RARE("the certificate has left the store before the restart");
    return Halted{
        Halt::target_gone,
        {ErrorKind::not_found, kRestart, kRemoteAccess, 0,
         fmt::format("{} has left LocalMachine\\MY since it was looked at, and RRAS would not come back without it", brief(target))}};
}

/// Where no look has seen the store yet, any hash but that which the plan rests on, or has written.
std::string why_not_the_planned_hash(const HealRun& run, const Unit& unit) {
    const auto stored = sha256_of(unit);
    if (run.last || !stored || stored == sha256_of(run.expected)) return {};
    return fmt::format("a SHA-256 that names {}, which was not looked at yet (event 25 if it is nowhere)", stored->brief());
}

/// What somebody has written into the hashes since is read by RRAS as well: it is not stopped where it would not come back.
std::optional<Halted> hashes_keep_it_from_starting(HealRun& run, bool puts_back) {
    const auto unit = read_unit(run.ports, run.heal());
    if (!unit) return Halted{Halt::refused, unit.error()};
    // With the flag at 0 the records win; a hash that was deleted is put back between stop and start, where somebody does that.
    const FieldId hash = SstpValue::sha256_certificate_hash;
    const bool is_put_back = puts_back && !unit->contains(hash) && run.expected.contains(hash);
    if (!is_an_administrators(*unit) || is_put_back) return std::nullopt;
    std::string why = why_rras_would_not_start(run, *unit);
    if (why.empty()) why = why_not_the_planned_hash(run, *unit);
    if (why.empty()) return std::nullopt;
    SSTP_RARE("RRAS is not stopped, for it would not start on the hashes that somebody has written");
    return Halted{Halt::changed_by_others,
                  {ErrorKind::busy, kRestart, kRemoteAccess, 0, fmt::format("somebody has changed what it reads at its start to {}", why)}};
}

/// Stops all of it; the charge counts from when a service accepted it.
Stopping stop_all(HealRun& run, const RestartScope& scope, bool gives_way) {
    const MonotonicTime began = run.ports.clock.monotonic();
    const Stopping stopping = stop_in_order(run, scope.stops, gives_way);
    run.outcome.times.stop += run.ports.clock.monotonic() - began;
    run.outcome.service_was_asked_to_stop = run.outcome.service_was_asked_to_stop || stopping.accepted || stopping.reported;
    if (stopping.accepted) run.ledger.restamp_charge();
    return stopping;
}

/// When the starts began, and the unit on which they were made.
struct Starting {
    WallTime wall;
    MonotonicTime began;
    Names names;
    Result<Unit> read = Unit{};
};

/// After the starts: what RRAS holds now is what stood there when it started, if the unit could be read and all of it is as we made it.
void note_what_rras_holds(HealRun& run, const Result<Unit>& read, const WallTime& before) {
    const auto query = run.ports.services.query(kRemoteAccess);
    const ServiceStatus* status = value_of(query);
    std::optional<HeldByRras> held;
    if (status && status->state == ServiceState::running && read) {
        const WallTime now = run.ports.clock.wall();
        held = held_after_start(*read, status->started.value_or(StartedBetween{before, now}), now);
    }
    run.ledger.contents().held = held;
    run.memory.held = held;
}

void finish(HealRun& run, ChargeKind kind, const Starting& starting) {
    OpenHeal& heal = run.heal();
    run.outcome.times.start += run.ports.clock.monotonic() - starting.began;
    ++run.outcome.restarts;
    run.outcome.restart_was_timed = true;
    const bool back = kind == ChargeKind::taking_back || kind == ChargeKind::recovery;
    ++(back ? heal.restarts_back : heal.restarts);
    if (kind == ChargeKind::then) heal.then_done = run.outcome.then_done = true;
    run.ledger.restamp_charge();
    note_what_rras_holds(run, starting.read, starting.wall);
    auto fields = fields_of_restart(heal, starting.names);
    fields["outcome"] = heal.to_start.empty() ? "done" : "not_all_started";
    run.ledger.tell(EventType::step_done,
                    heal.to_start.empty() ? fmt::format("{} restarted.", fmt::join(starting.names, ", "))
                                          : fmt::format("Restarted; not running yet: {}.", fmt::join(heal.to_start, ", ")),
                    std::move(fields));
    (void)run.ledger.save();   // not durable: a crash in the proof costs a look more, and at most one restart
    run.ready_from = run.ports.clock.monotonic();
}

/// A stop that did not go through: what was stopped is started again, unless there is no time for it or a service hangs.
/// Gives true when RemoteAccess was among them, so that it is a restart all the same.
bool start_again(HealRun& run, const Stopping& stopping) {
    if (stopping.halted->why == Halt::our_stop) {
        ask_owed_to_start(run);
        return false;
    }
    const bool restarted = has_name(run.heal().to_start, kRemoteAccess) && remote_access_is_stopped(run);
    if (stopping.halted->why == Halt::service_pending && !restarted) return false;
    (void)start_in_order(run, Names{run.heal().to_start});
    return restarted;
}

}  // namespace

bool is_an_administrators(const Unit& unit) {
    const auto found = unit.find(SstpValue::is_hash_configured_by_admin);
    const auto* raw = found == unit.end() ? nullptr : std::get_if<RawValue>(&found->second);
    const auto flag = decode_dword(raw ? Observed<RawValue>{*raw} : Observed<RawValue>{Absent{}});
    return value_of(flag) && *value_of(flag) == 1;
}

std::string why_rras_would_not_start(const HealRun& run, const Unit& unit) {
    if (!unit.contains(SstpValue::sha256_certificate_hash)) {
        return is_an_administrators(unit) ? "a flag of 1 without a SHA-256, on which RRAS does not start (event 18 or 25)" : "";
    }
    const auto hash = sha256_of(unit);
    if (!hash) return "a malformed SHA-256, on which RRAS does not start (event 18)";
    if (!run.last || !value_of(run.last->state.certificates)) return {};
    const Certificate* stored = run.last->state.find(*hash);
    if (stored && !has_no_usable_key(*stored)) return {};
    if (stored)
        return fmt::format("a SHA-256 that names {}, whose copy in LocalMachine\\MY has no key, and on which RRAS does not start",
                           brief(*stored));
    return fmt::format("a SHA-256 that names {}, which is in no store here, and on which RRAS does not start (event 25)", hash->brief());
}

std::optional<Halted> restart(HealRun& run, const std::vector<std::string>& services, ChargeKind kind,
                              const std::function<void()>& before_start) {
    const auto scope = what_to_restart(run.ports, services);
    if (!scope) return halted_by(scope.error());
    const bool gives_way = kind == ChargeKind::restart || kind == ChargeKind::then;
    if (gives_way) {
        if (auto nothing = nothing_to_restart(run, *scope)) return nothing;
        if (auto gone = target_has_gone(run)) return gone;
    }
    if (!remote_access_is_stopped(run)) {
        if (auto changed = hashes_keep_it_from_starting(run, before_start != nullptr)) return changed;
    }
    const Beforehand found = beforehand(run);
    if (const auto durable = commit_intent(run, *scope, kind); !durable) {
        undo_intent(run, found);
        return Halted{Halt::refused, durable.error()};
    }
    const Names names = names_of(*scope, run.heal());
    const Stopping stopping = stop_all(run, *scope, gives_way);
    if (stopping.halted && !stopping.accepted) {
        SSTP_RARE("no service accepted the stop");
        undo_intent(run, found);
        return stopping.halted;
    }
    Starting starting{run.ports.clock.wall(), run.ports.clock.monotonic(), names};
    if (stopping.halted) {
        starting.read = read_unit(run.ports, run.heal());
        SSTP_RARE("a stop went through in part only");
        if (!start_again(run, stopping)) {
            const bool rras_went_on = stopping.halted->why != Halt::service_pending && stopping.halted->why != Halt::our_stop;
            if (rras_went_on) run.ledger.contents().held = found.held;
            return stopping.halted;
        }
        finish(run, kind, starting);
        return std::nullopt;
    }
    if (!has_name(run.heal().to_start, kRemoteAccess) && scope->ended.empty()) {
        SSTP_RARE("somebody stopped RRAS in the middle of our restart");
        if (!stopping.accepted) run.ledger.take_back_charge();   // all of it was their stop
        (void)start_in_order(run, Names{run.heal().to_start});
        return Halted{Halt::stopped_by_others,
                      {ErrorKind::busy, kRestart, kRemoteAccess, 0, "somebody stopped it in the meantime, so it is left stopped"}};
    }
    if (before_start) before_start();
    starting.read = read_unit(run.ports, run.heal());
    Names starts = run.heal().to_start;
    for (const std::string& each : scope->ended)
        if (!has_name(starts, each)) starts.push_back(each);
    const auto halted = start_in_order(run, starts);
    finish(run, kind, starting);
    return halted;
}

std::vector<std::string> start_owed(HealRun& run) {
    const OpenHeal& heal = run.heal();
    Names owed = heal.to_start;
    const bool due = run.ledger.running() - heal.last_failed_start >= kOwedStartSchedule.after(heal.failed_starts);
    if (owed.empty() || (heal.failed_starts > 0 && !due)) return owed;
    const bool rras = has_name(owed, kRemoteAccess) && remote_access_is_stopped(run);
    const WallTime before = run.ports.clock.wall();
    const auto read = read_unit(run.ports, run.heal());
    (void)start_in_order(run, owed);
    if (rras && !has_name(run.heal().to_start, kRemoteAccess)) {
        SSTP_RARE("a restart that was interrupted is brought to its end");
        ++run.outcome.restarts;
        ++run.heal().restarts;   // the restart that was interrupted is over
        note_what_rras_holds(run, read, before);
        run.ready_from = run.ports.clock.monotonic();
    }
    return run.heal().to_start;
}

}  // namespace sstp
