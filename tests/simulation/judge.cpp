#include "tests/simulation/judge.h"

#include "core/model/text.h"
#include "tests/simulation/happenings.h"

#include <fmt/format.h>

#include <algorithm>

namespace sstp::simulation {

using namespace simulated;

namespace {

/// What a heal that restarts is for, as DESIGN 2.2 and the words of findings say it.
std::string cause_of_restart(const std::optional<OpenHeal>& heal) {
    if (!heal) return "brought to its end";
    if (heal->asked_by_administrator) return "an administrator asked";
    if (heal->direction == HealDirection::back) return "taking back";
    if (heal->recoveries > 0) return "recovery";
    if (heal->cures.empty()) return word(heal->urgency);
    return fmt::format("{}: {}", word(heal->urgency), word(heal->cures.front()));
}

}  // namespace

Judge::Judge(const Scenario& scenario, Server& server, const RecordContents& record)
    : matrix(documented_faults().size(), false), scenario_(scenario), server_(server), scene_{scenario, server, record} {
    scene_.history.begin(server, look_as_clients(server));
    checkers_ = all_checkers(scene_);
    happening_aims_.resize(scenario.happenings.size());
    fault_aims_.resize(scenario.faults.size());
    crash_aims_.resize(scenario.crashes.size());
    for (std::size_t i = 0; i < scenario.happenings.size(); ++i) {
        const PlannedHappening& each = scenario.happenings[i];
        if (each.when.behind) continue;
        const Happening& happening = happenings()[each.happening];
        server_.later(each.when.at, happening.who, happening.name,
                      [act = happening.act, number = each.number](Server& s) { act(s, number); });
    }
}

bool Judge::strikes(const When& when, PortCall call, Duration now, Aim& aim) {
    if (aim.spent || now < when.at || when.behind != call) return false;
    if (++aim.seen < when.nth) return false;
    aim.spent = true;
    return true;
}

void Judge::aim_at(PortCall call) {
    if (!armed_) return;
    for (std::size_t i = 0; i < happening_aims_.size(); ++i) {
        if (strikes(scenario_.happenings[i].when, call, scene_.now(), happening_aims_[i])) ready_.push_back(i);
    }
}

Verdict Judge::on_call(PortCall call, std::uint64_t number) {
    changed_ = changed_ || changes(call);
    trace = trace * 31 + static_cast<std::uint64_t>(call) + number;
    if (narrate) narrate(fmt::format("{:>12} {}", scene_.now().count(), word(call)));
    aim_at(call);
    if (call == PortCall::certificates_list) note_store();
    if (!armed_) return {};
    for (std::size_t i = 0; i < crash_aims_.size(); ++i) {
        const PlannedCrash& crash = scenario_.crashes[i];
        if (!strikes(crash.when, call, scene_.now(), crash_aims_[i])) continue;
        machine_too_ = crash.machine_too;
        ++crashes;
        disturb(crash.machine_too ? "power is lost" : "our process dies");
        return {crash.after ? Effect::crashes_after : Effect::crashes_before, ErrorKind::unexpected, 0, Duration{1}};
    }
    if (cannot_fail(call)) return {};
    for (std::size_t i = 0; i < fault_aims_.size(); ++i) {
        const PlannedFault& planned = scenario_.faults[i];
        const DocumentedFault& fault = documented_faults()[planned.fault];
        Aim& aim = fault_aims_[i];
        if (fault.call != call || scene_.now() < planned.when.at) continue;
        if (!aim.spent) {
            if (++aim.seen < planned.when.nth) continue;
            aim.spent = true;
            aim.left = planned.how_many;
        }
        if (aim.left == 0) continue;
        --aim.left;
        matrix[planned.fault] = true;
        ++scene_.faults;
        if (fault.call == PortCall::services_stop && fault.code == 1053) scene_.stop_not_answered = server_.world.wall;
        disturb(fmt::format("{} does not go as it should: {} ({})", word(call), word(fault.kind), fault.code));
        return {planned.effect, fault.kind, fault.code, planned.takes};
    }
    return {};
}

void Judge::note_store() {
    note_policy();
    scene_.at_last_look.clear();
    const auto my = server_.world.stores.find("MY");
    if (my == server_.world.stores.end()) return;
    for (const StoredCertificate& each : my->second)
        scene_.at_last_look[each.certificate.hash] = forbidden(each.certificate, server_, scene_.policy, scene_.history);
}

void Judge::note_ends() {
    const auto note = [&](const StoredCertificate& each) { scene_.ends[each.certificate.thumbprint] = each.certificate.not_after; };
    for (const auto& [name, all] : server_.world.stores) std::for_each(all.begin(), all.end(), note);
    const auto& in_memory = server_.world.in_memory_of_http_sys;
    std::for_each(in_memory.begin(), in_memory.end(), note);
}

void Judge::disturb(const std::string& what) {
    ++scene_.disturbances;
    scene_.last_disturbance = scene_.now();
    trace = trace * 31 + std::hash<std::string>{}(what);
    if (narrate) narrate(fmt::format("{:>12} ** {}", scene_.now().count(), what));
}

bool Judge::let_others_act() {
    const std::uint64_t before = happened;
    Duration clock_was_behind{0};
    const auto acts = [&](const Due& due) {
        clock_was_behind = server_.world.clock_behind;
        note_ends();
        each_checker([&](Checker& each) { each.others_act(due); });
        if (due.who != Actor::clients) disturb(due.what);
        ++happened;
        booted_ = booted_ || due.what == kBoot;
        if (due.what == kCopied) {   // a record that was another machine's tells the watchdog nothing of this one
            scene_.history = {};
            was_looked_at_ = false;
            note_history();
        }
    };
    const auto acted = [&](const Due& due) {
        if (std::chrono::abs(server_.world.clock_behind - clock_was_behind) > std::chrono::minutes{1}) scene_.clock_moved = scene_.now();
        each_checker([&](Checker& each) { each.others_acted(due); });
    };
    for (const std::size_t i : std::exchange(ready_, {})) {
        const PlannedHappening& planned = scenario_.happenings[i];
        const Happening& happening = happenings()[planned.happening];
        const Due due{scene_.now(), 0, happening.who, happening.name, {}};
        acts(due);
        happening.act(server_, planned.number);
        acted(due);
    }
    for (;;) {
        std::optional<Due> did;
        // One after the other, so that each checker sees what each of them did.
        const bool more = server_.do_next_due([&](const Due& due) {
            acts(due);
            did = due;
        });
        if (did) acted(*did);
        if (!more) break;
    }
    for (const OpenSession& each : server_.world.sessions) {
        if (each.sstp) scene_.last_session = std::max(scene_.last_session.value_or(each.began), each.began);
    }
    changed_ = changed_ || happened != before;
    if (clients_may_get_something_else()) look_at_clients();
    if (happened != before) note_history();   // what one of them did the next may undo before a look ends
    return std::exchange(booted_, false);
}

// What was in force before the first look at this machine was over, no watchdog can know.
void Judge::note_history() {
    if (was_looked_at_) {
        scene_.history.note(server_, scene_.clients, scene_.policy);
    } else {
        scene_.history.begin(server_, scene_.clients);
    }
}

// Most calls only read. What changes with time alone, a service that comes or goes or a date, is seen within a second of true time.
bool Judge::clients_may_get_something_else() const {
    constexpr Duration kAnyhowAfter = std::chrono::seconds{1};
    const Duration now = scene_.now();
    if (changed_ || now - looked_at_clients_ >= kAnyhowAfter || (now >= server_.world.rras.ready_at) != was_ready_) return true;
    const auto& services = server_.world.services;
    return std::any_of(services.begin(), services.end(), [&](const auto& each) {
        const SimulatedService& service = each.second;
        return service.pending_until || service.turn_at || service.started_elapsed >= looked_at_clients_;
    });
}

void Judge::look_at_clients() {
    changed_ = false;
    was_ready_ = scene_.now() >= server_.world.rras.ready_at;
    const ClientView now = look_as_clients(server_);
    if (scene_.clients.somebody_is_out()) somebody_out += scene_.now() - looked_at_clients_;
    looked_at_clients_ = scene_.now();
    if (now == scene_.clients) return;
    const ClientView before = std::exchange(scene_.clients, now);
    if (narrate) narrate(fmt::format("{:>12} -- clients: {}", scene_.now().count(), now.tell()));
    note_history();
    each_checker([&](Checker& each) { each.clients_changed(before); });
}

void Judge::note_policy() {
    if (const Policy* now = policy_in_force ? policy_in_force() : nullptr) scene_.policy = *now;
}

void Judge::see_what_was_written() {
    const auto& writes = server_.world.writes;
    while (writes_seen_ < writes.size()) {
        const Write& write = writes[writes_seen_++];
        if (narrate) narrate(fmt::format("{:>12} == {} {}", write.at.count(), word(write.call), write.subject));
        if (write.call == PortCall::bindings_put || write.call == PortCall::bindings_remove || write.value) {
            scene_.last_made[write.subject] = write.value ? text_of(write.value_after) : text_of(write.binding_after);
        }
        if (write.call == PortCall::services_start && equal_ignoring_case(write.subject, kRemoteAccess))
            ++restarts_by_cause[cause_of_restart(scene_.record.open_heal)];
        note_policy();
        each_checker([&](Checker& each) { each.wrote(write); });
    }
}

void Judge::between_calls(World&) {
    see_what_was_written();
    if (let_others_act()) {
        machine_too_ = true;
        throw Crash{};
    }
}

void Judge::committed(const std::optional<OpenHeal>& before, const std::vector<JournalEvent>& events) {
    if (narrate) {
        for (const JournalEvent& each : events) narrate(fmt::format("{:>12} \"\" {} {}", scene_.now().count(), word(each.type), each.text));
    }
    for (const JournalEvent& each : events) trace = trace * 31 + std::hash<std::string>{}(each.text);
    each_checker([&](Checker& each) { each.committed(events); });
    const auto& now = scene_.record.open_heal;
    if (before && (!now || now->id != before->id)) {
        for (const JournalEvent& each : events) {
            const bool is_its_end =
                each.type == EventType::heal_succeeded || each.type == EventType::heal_undone || each.type == EventType::recovery_given_up;
            if (is_its_end && field_of(each, "heal_id") == before->id) scene_.ended_as = each.type;
        }
        each_checker([&](Checker& each) { each.heal_ended(*before); });
        scene_.heal.reset();
    }
    if (now && (!before || now->id != before->id)) {
        HealBegan began{
            now->id, scene_.now(), scene_.clients, {}, scene_.disturbances, server_.world.writes.size(), now->asked_by_administrator};
        for (std::size_t family = 0; family < 2; ++family) {   // the better of the last two looks
            for (const Scene::CycleEnd* earlier : {&scene_.last_end, &scene_.end_before}) {
                // What others did since is theirs: no heal owes what a boot, or somebody's hand on a record, took from clients.
                if (!scene_.undisturbed_since(earlier->disturbances)) continue;
                // A certificate that has ended since took them away by its date.
                if (scene_.clients.family[family] == DialOutcome::not_valid_now) continue;
                if (earlier->clients.connects(family) && scene_.clients.family[family])
                    began.clients.family[family] = DialOutcome::connected;
            }
        }
        for (const auto& [name, service] : server_.world.services) began.services[name] = service.status.state;
        scene_.heal = began;
        scene_.last_made.clear();
        for (const RecordedChange& each : now->changes) scene_.last_made[subject_of(each.step)] = before_of(each.step);
        note_policy();
        each_checker([&](Checker& each) { each.heal_began(*now); });
    }
}

void Judge::cycle_begins(const Policy& policy) {
    scene_.policy = policy;
    note_ends();
    look_at_clients();
    each_checker([](Checker& each) { each.cycle_began(); });
}

void Judge::cycle_ends(const CycleReport& report, const Policy& policy) {
    see_what_was_written();
    scene_.policy = policy;
    was_looked_at_ = true;
    note_history();
    each_checker([&](Checker& each) { each.cycle_ended(report); });
    scene_.end_before = std::exchange(scene_.last_end, {scene_.clients, scene_.disturbances});
}

void Judge::process_ended(bool machine_too) {
    see_what_was_written();
    machine_too_ = false;
    each_checker([&](Checker& each) { each.process_ended(machine_too); });
}

void Judge::disk_was_full() {
    ++scene_.faults;
    disturb("the disk is full");
}

void Judge::all_is_calm() {
    armed_ = false;
    scene_.calm = true;
    disturb("all is calm");
    look_at_clients();
}

void Judge::run_ends(const CycleReport& last) {
    each_checker([&](Checker& each) { each.run_ended(last); });
}

}  // namespace sstp::simulation
