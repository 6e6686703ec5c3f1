#include "core/decision/work.h"

#include "core/decision/evidence.h"
#include "core/decision/gates.h"
#include "core/decision/plan_details.h"
#include "core/model/rare.h"
#include "core/model/text.h"
#include "core/selection/unknown_hash.h"

#include <algorithm>

namespace sstp {

namespace {

const DesiredState& desired_of(const DecisionInput& input) { return input.assessment.desired; }

std::vector<Step> steps_of(const std::vector<Difference>& differences) {
    std::vector<Step> steps;
    for (const Difference& each : differences) {
        if (each.step) steps.push_back(*each.step);
    }
    return steps;
}

/// The certificate that a restart puts in force: the waiting successor, where there is one (DESIGN 2.2).
const Certificate& target_of_a_restart(const DesiredState& desired) {
    return desired.successor ? desired.successor->certificate : *desired.certificate;
}

std::vector<Step> steps_towards(const DecisionInput& input, const Certificate& target) {
    return steps_of(differences(input.state, desired_of(input), &target, input.policy));
}

/// What is restarted after these steps: restart.services; where the hash changes and SstpSvc has kept an old one before, those of
/// restart.then with them (DESIGN 2.4), unless one of them stands in the way, or a try has failed: then the less is asked.
RestartStep restart_after(const std::vector<Step>& steps, const Certificate& target, const DecisionInput& input) {
    RestartStep restart{input.policy.restart.services};
    const std::vector<std::string>& then = input.policy.restart.then;
    if (!input.then_at_once || !changes_a_hash(steps) || failed_attempts(input, target.hash) != nullptr) return restart;
    const auto stands_in_the_way = [&](const std::string& each) { return cannot_be_restarted(each, input).has_value(); };
    if (std::any_of(then.begin(), then.end(), stands_in_the_way)) return restart;
    SSTP_RARE("restart.then at once");
    for (const std::string& each : then) {
        if (!has_name(restart.services, each)) restart.services.push_back(each);
    }
    return restart;
}

Work make(Work::Kind kind, Urgency urgency, const DecisionInput& input, const Certificate& target, std::vector<Step> steps) {
    Work work{kind, {}, false};
    work.plan.urgency = urgency;
    work.plan.target = target;
    work.plan.steps = std::move(steps);
    complete(work, input);
    return work;
}

/// Clients are out, by evidence: served wrongly or not at all, a complaint that counts, a symptom that has been confirmed (DESIGN 2.2).
bool is_urgent(const DecisionInput& input) {
    return a_symptom_harms_somebody(input) || somebody_gets_no_further(input) || somebody_is_cut_off(input);
}

/// Clients get no further here, whatever the stored hash names: RRAS takes no calls, or a listener is dead, and no session has begun since
/// it started. Which certificate a listener serves tells nothing behind a balancer.
bool nobody_gets_through(const DecisionInput& input) {
    const ServiceStatus* rras = input.state.service(kRemoteAccess);
    const bool started = rras && rras->started;
    const auto came = started ? selection::sstp_session_began_since(rras->started->latest, input.memory.sessions) : std::nullopt;
    return came == false && (is_confirmed(Reason::sstp_uri_unhealthy, input) || somebody_reaches_nothing(input));
}

/// Where SSTP was never seen in use, other tunnels pay for a restart: it waits for the hours of the window, unless RRAS does not run.
Urgency urgency_of(const DecisionInput& input, bool cuts_off, bool with_restart) {
    if (!cuts_off) return Urgency::soon;
    const bool others_pay = with_restart && desired_of(input).never_seen_in_use && !rras_is_to_be_started(input);
    return others_pay ? Urgency::soon : Urgency::now;
}

/// Whoever has just moved everything may be about to restart RRAS himself: that is waited for as where nobody is out. Who is connected has
/// come by what RRAS holds, and may not trust what takes its place: sessions live on until the hours of `soon`.
bool is_about_to_be_made(const DecisionInput& input) {
    return has(input.assessment.findings, Reason::choice_not_confirmed) && !rras_is_to_be_started(input);
}

bool nobody_is_connected(const DecisionInput& input) {
    const auto* sessions = value_of(input.memory.sessions.now);
    return sessions && sessions->all() == 0;
}

std::optional<Work> repair(const DecisionInput& input) {
    const DesiredState& desired = desired_of(input);
    const Certificate* target = &*desired.certificate;
    std::vector<Step> steps = steps_towards(input, *target);
    bool with_restart = needs_restart(input, *target, steps);
    if (with_restart && desired.successor) {   // it comes along, and may be what RRAS holds already
        target = &target_of_a_restart(desired);
        steps = steps_towards(input, *target);
        // Where somebody wrote it everywhere already, nothing is left to write, and RRAS has not read it.
        with_restart = compare_held(input.memory, input.state, *target) == HeldState::wrong || needs_restart(input, *target, steps);
    }
    if (with_restart) steps.emplace_back(restart_after(steps, *target, input));
    if (steps.empty()) return std::nullopt;
    const bool seems_so = with_restart ? is_urgent(input) : somebody_is_cut_off(input);
    const bool cuts_off = seems_so && !clients_come_by_another_name(input);
    Work work = make(Work::Kind::repair, urgency_of(input, cuts_off, with_restart), input, *target, std::move(steps));
    work.cuts_off = cuts_off;
    if (with_restart && is_about_to_be_made(input)) {
        SSTP_RARE("RRAS has not read a change of everything that nobody has confirmed");
        work.plan.urgency = nobody_is_connected(input) ? work.plan.urgency : Urgency::soon;
        work.cuts_off = false;
    }
    return work;
}

/// Symptoms that have had their restart are only reported until they have been clear once; an administrator may try again.
std::optional<Work> cure_of_symptoms(const DecisionInput& input) {
    const auto& reported = input.memory.reported_only;
    const auto is_open = [&](Reason reason) {
        return input.asked_by_administrator || std::find(reported.begin(), reported.end(), reason) == reported.end();
    };
    const auto& symptoms = input.assessment.symptoms;
    if (std::none_of(symptoms.begin(), symptoms.end(), is_open)) return std::nullopt;
    const Certificate& target = target_of_a_restart(desired_of(input));
    std::vector<Step> steps = steps_towards(input, target);
    steps.emplace_back(RestartStep{input.policy.restart.services});
    const bool cuts_off = a_symptom_harms_somebody(input) || !a_symptom_is_confirmed(input);   // what is not confirmed waits for that
    Work work = make(Work::Kind::symptom, urgency_of(input, cuts_off, true), input, target, std::move(steps));
    work.cuts_off = cuts_off;
    return work;
}

/// SstpSvc may hold the old hash behind green probes: only a client proves crypto binding, and none came (DESIGN 2.4).
std::optional<Work> second_rung_for_clients(const DecisionInput& input) {
    const auto& awaited = input.awaited_client_overdue;
    if (!awaited || !awaited->changed_a_hash || !awaited->only_services_restarted || input.policy.restart.then.empty()) return std::nullopt;
    SSTP_RARE("the second rung for a client that did not come");
    Work work =
        make(Work::Kind::awaited_client, Urgency::now, input, *desired_of(input).certificate, {RestartStep{input.policy.restart.then}});
    work.cuts_off = true;
    return work;
}

std::optional<Work> succession(const DecisionInput& input) {
    const DesiredState& desired = desired_of(input);
    if (!desired.successor) return std::nullopt;
    const Certificate& target = desired.successor->certificate;
    std::vector<Step> steps = steps_towards(input, target);
    const bool with_restart = compare_held(input.memory, input.state, target) != HeldState::right;
    if (with_restart) steps.emplace_back(restart_after(steps, target, input));
    if (steps.empty()) return std::nullopt;
    // What is in force may not be named anew, and somebody is out for it: nothing but the successor helps. Under a hash that is nowhere
    // here every listener seems to serve wrongly: there only a listener that is dead, or an RRAS that takes no calls, tells (DESIGN 2.1).
    const bool is_elsewhere = has(input.assessment.findings, Reason::hash_unknown_to_this_server);
    const bool is_out = is_elsewhere ? nobody_gets_through(input) : is_urgent(input);
    const bool helps_now = !desired.certificate && is_out;
    Work work = make(Work::Kind::succession, helps_now ? urgency_of(input, true, with_restart) : desired.successor->urgency, input, target,
                     std::move(steps));
    work.cuts_off = helps_now;
    return work;
}

/// A change of everything that no client has confirmed yet is moved back when an administrator asks for it (DESIGN 2.1, 7.6).
Work move_back(const DecisionInput& input) {
    const Certificate& target = *desired_of(input).move_back_to;
    std::vector<Step> steps = steps_towards(input, target);
    if (compare_held(input.memory, input.state, target) != HeldState::right) steps.emplace_back(restart_after(steps, target, input));
    return make(Work::Kind::repair, Urgency::now, input, target, std::move(steps));
}

}  // namespace

bool moves_back(const DecisionInput& input) {
    const DesiredState& desired = desired_of(input);
    return input.asked_by_administrator && desired.move_back_to.has_value();
}

std::vector<Work> work_to_do(const DecisionInput& input) {
    const DesiredState& desired = desired_of(input);
    if (moves_back(input)) {
        SSTP_RARE("an administrator has a change of everything moved back");
        return {move_back(input)};
    }
    if (desired.obstacle) return {};
    if (!desired.certificate) {
        auto successor = succession(input);
        return successor ? std::vector{*std::move(successor)} : std::vector<Work>{};
    }
    std::vector<Work> all;
    const auto add = [&all](std::optional<Work> work) {
        if (work) all.push_back(*std::move(work));
    };
    auto repaired = repair(input);
    const bool restarts_for_it = repaired && restarts(repaired->plan);
    // What restarts nothing and is not urgent is left to a restart that is due anyhow.
    const bool comes_first = repaired && (restarts_for_it || repaired->plan.urgency == Urgency::now);
    if (!repaired) add(cure_of_symptoms(input));  // a cause comes before its symptoms
    if (!restarts_for_it) add(second_rung_for_clients(input));
    add(succession(input));
    if (repaired) all.insert(comes_first ? all.begin() : all.end(), *std::move(repaired));
    return all;
}

Duration time_needed(const Policy& policy) {
    // A restart that is stopped and started within the time-out of one state change each, three looks for ready (first rung, second
    // rung, taking back). Services need a few seconds as a rule; one that hangs is not waited for twice.
    return policy.restart.timeout * 2 + policy.verify.ready_within * 3;
}

}  // namespace sstp
