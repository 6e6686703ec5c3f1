// Deciding, healing and recovering, and what is remembered of it.

#include "core/journal/told.h"
#include "core/model/rare.h"
#include "core/observation/observe.h"
#include "core/watchdog/aftermath.h"
#include "core/watchdog/held.h"
#include "core/watchdog/learning.h"
#include "core/watchdog/machine_identity.h"
#include "core/watchdog/watchdog.h"

#include <fmt/format.h>

#include <algorithm>

namespace sstp {

namespace {

using namespace std::chrono_literals;

constexpr Duration kFreeWritesCountFor = 1h;

/// What the heal that begins, or goes on, is about to end is nothing that it leaves open.
Memory without_incomplete(Memory memory) {
    std::erase_if(memory.standing, [](const Finding& each) { return each.reason == Reason::heal_incomplete; });
    return memory;
}

/// Another successor, or a policy that may have moved the window before the date was missed: one that is overdue stays so.
bool is_planned_anew(const std::optional<PlannedSuccession>& planned, const Successor& successor, const PolicyInForce& policy,
                     WallTime now) {
    if (!planned || planned->successor != successor.certificate.hash) return true;
    return planned->policy != policy.fingerprint() && now <= planned->at + policy.policy().restart.window.duration;
}

std::map<AddressFamily, Level> better(std::map<AddressFamily, Level> left, const std::map<AddressFamily, Level>& right) {
    for (const auto& [family, level] : right) {
        Level& best = left[family];
        best = std::max(best, level);
    }
    return left;
}

}  // namespace

DecisionInput Watchdog::decision_input(const CycleReport& report, const Memory& memory, const Inputs& inputs) const {
    const RecordContents& contents = draft_.contents;
    const Moment now = ports_.clock.now();
    DecisionInput input{.state = report.state, .assessment = report.assessment, .policy = policy_.policy(), .memory = memory};
    input.permission = report.permission;
    input.charges = contents.charges;
    input.budget_unreadable = contents.budget_unreadable;
    input.charges_since_unreadable = static_cast<std::uint32_t>(contents.charges.size());
    input.attempts = contents.attempts;
    input.heal_does_not_last = !contents.put_backs.empty();
    input.policy_fingerprint = policy_.fingerprint();
    input.free_writes = free_writes_;
    input.outages = contents.heals.outages;
    input.caused_by = causes_;
    // Only where sessions usually begin does their absence mean that SstpSvc may hold the old hash, and only where it can be seen.
    const auto& awaited = contents.awaited_client;
    const bool may_hold_the_old_hash = awaited && awaited->overdue_told && awaited->changed_a_hash && awaited->only_services_restarted;
    if (may_hold_the_old_hash && sessions_heard_since_ && has_habit_before(*awaited)) input.awaited_client_overdue = awaited;
    input.then_at_once = contents.then_brought_clients >= kThenAtOnce;
    input.now = now;
    input.running = running();
    input.local_offset = [this](WallTime at) { return ports_.clock.local_offset(at); };
    if (contents.open_heal) {
        input.open_heal = fmt::format("Heal {} of {} has come to neither end yet; that goes first and is tried again.",
                                      contents.open_heal->id, to_minute(contents.open_heal->began.wall));
    }
    input.machine_key = machine_key(ports_.machine.identity(), ports_.machine.domain());
    input.asked_by_administrator = inputs.asked;
    input.ignore_window = inputs.ignore_window;
    return input;
}

void Watchdog::decide_on(CycleReport& report, const Inputs& inputs) {
    const WallTime now = ports_.clock.wall();
    std::erase_if(free_writes_, [=](WallTime at) { return now - at >= kFreeWritesCountFor || at > now; });
    clock_.notice_a_jump(ports_.clock.now());
    Memory memory = memory_now();
    memory.held = held_after(memory.held, report.state, memory.sessions.newest_sstp_began);
    DecisionInput input = decision_input(report, memory, inputs);
    input.activity = activity_.seen(report.state, report.assessment.desired.names.names, policy_.policy().limits.quiet_period);
    Decided decided = decide(input);
    report.decision = std::move(decided.decision);
    report.plan = std::move(decided.plan);
    report.planned_for = decided.planned_for;
    if (inputs.teaches) {
        auto& planned = draft_.contents.planned;
        const auto& successor = report.assessment.desired.successor;
        if (successor && decided.planned_for && is_planned_anew(planned, *successor, policy_, now)) {
            planned = PlannedSuccession{successor->certificate.hash, *decided.planned_for, policy_.fingerprint()};
        } else if (!successor) {
            planned.reset();
        }
    }
    add_own_findings(report);
}

/// Sessions are read once an interval. Where a restart is about to rest on there being none, they are read once more: a client that
/// connects under a hash that nobody here knows is what speaks for it (DESIGN 2.1).
void Watchdog::decide_again_with_sessions_of_now(CycleReport& report, const Inputs& inputs) {
    const auto* plan = std::get_if<HealPlan>(&report.decision);
    if (!plan || !restarts(*plan) || (sessions_asked_ && *sessions_asked_ >= report.began.monotonic)) return;
    SSTP_RARE("sessions are read once more before a restart");
    read_sessions();
    report.sessions = sessions_now_;
    Memory memory = memory_now();
    report.assessment = come_to(report.state, memory);
    report.findings = report.assessment.findings;
    decide_on(report, inputs);
}

HealContext Watchdog::heal_context(const Memory& memory, bool asked) {
    HealContext context{ports_, policy_.policy(), memory};
    context.asked_by_administrator = asked;
    context.before = better(levels_before_, last_ ? last_->levels : std::map<AddressFamily, Level>{});
    context.may_change = [this] {
        kill_switch_ = interpret_kill_switch(kill_switch_text_.believe(ports_.kill_switch.read(), ports_.clock.monotonic()));
        return permission() == Permission::heal;
    };
    context.look = [this](Memory& now) {
        ServerState state = take_a_look(false);
        // What RRAS said of its start or its end is heard after it was seen and before that is judged; it is told when the heal has ended.
        EventReading reading = reader_->visit({policy_.policy().watch.channels}, {draft_.contents.bookmark, draft_.contents.drained_until},
                                              ports_.clock.now());
        for (LogEvent& event : reading.events) {
            if (event.from_rassstp()) now.complaints.push_back({event.id, event.time, false});
            heard_.push_back(std::move(event));
        }
        Assessment assessment = come_to(state, now);
        return std::pair{std::move(state), std::move(assessment)};
    };
    context.on_progress = options_.on_progress;
    return context;
}

void Watchdog::heal(CycleReport& report, const HealPlan& plan, const Inputs& inputs) {
    // What is about to be healed is told first: it is raised and cleared like what stands for days.
    if (!was_cut_short(report.state)) tell_findings(draft_, report.findings, report.active(), ports_.clock.wall());
    const std::string user = inputs.asked ? inputs.account : std::string{};
    if (inputs.asked || !was_not_begun(draft_)) tell_heal_planned(draft_, plan, inputs.asked, ports_.clock.wall(), user);
    learn_what_is_adopted(report);
    remember_active(draft_.contents, report.state, report.assessment, policy_.policy());  // behind the heal another one may be in force
    save();  // the intent is durable on its own; this one may come later
    Memory memory = without_incomplete(memory_now());
    memory.held = held_after(memory.held, report.state, memory.sessions.newest_sstp_began);
    memory.put_in_force_by_us = put_in_force_by_us(plan.target.hash, draft_.contents);
    HealContext context = heal_context(memory, inputs.asked);
    context.user = user;
    context.looked_at = &report.state;
    context.before = better(levels_before_, report.assessment.levels);
    HealOutcome outcome = run_heal(context, plan);
    load_record();
    const bool begun = outcome.result != HealResult::not_begun;
    tell_not_begun(draft_, begun ? std::string{} : outcome.explanation, ports_.clock.wall());
    if (begun) standing_ = outcome.standing;
    if (!outcome.stays_open) after_heal(plan, outcome, inputs.asked);
    report.heal = std::move(outcome);

    // What is true now is told, not what was; the decision stays the one that led here.
    if (report.heal->verified) {
        // Judged anew by what the heal has proven: else our own work would look like somebody's choice.
        report.state = *report.heal->verified;
        draft_.contents.held = held_after(draft_.contents.held, report.state, draft_.contents.sessions.newest_sstp_began);
        Memory after = memory_now();
        report.assessment = come_to(report.state, after);
        report.findings = report.assessment.findings;
    } else {
        Inputs again;
        again.teaches = true;
        examine(report, again);
    }
    activity_.take_as_known(report.state);
    before_the_stop_.take_as_known(report.state);
    add_own_findings(report);
}

/// Of a heal that has ended. One that stays open is brought to its end by a later cycle, and counts then: cut off by our own stop it says
/// nothing of what it cures, and its RRAS is still starting.
void Watchdog::after_heal(const HealPlan& plan, const HealOutcome& outcome, bool asked_by_administrator) {
    const Moment now = ports_.clock.now();
    if (asked_by_administrator && outcome.result != HealResult::not_begun) start_schedule_afresh(draft_.contents, plan.target.hash);
    if (!restarts(plan) && outcome.result == HealResult::succeeded) free_writes_.push_back(now.wall);
    remember_heal(draft_.contents, plan, outcome, policy_.fingerprint(), now, running());
    const bool is_ours = put_in_force_by_us(plan.target.hash, draft_.contents).has_value();  // a choice waits for its first client
    if (is_ours && outcome.result == HealResult::succeeded && outcome.assessment)
        prove(draft_.contents, plan.target, outcome.assessment->levels, now.wall);
    if (outcome.restarts == 0) return;
    // A restart that did not cure what only probes say, whatever else it was for, is not tried again until they have said otherwise once
    // (DESIGN 7.8).
    const std::vector<Reason>& still = outcome.assessment ? outcome.assessment->symptoms : plan.cures;
    for (const Reason reason : still) {
        auto& reported = draft_.contents.reported_only;
        if (is_symptom(reason) && std::find(reported.begin(), reported.end(), reason) == reported.end()) reported.push_back(reason);
    }
}

std::optional<HealOutcome> Watchdog::finish_open_heal(const Inputs& inputs) {
    if (!draft_.contents.open_heal) return std::nullopt;
    save();
    const OpenHeal open = *draft_.contents.open_heal;
    Memory memory = without_incomplete(memory_now());
    HealContext context = heal_context(memory, inputs.asked);
    auto outcome = recover(context);
    load_record();
    if (!outcome) return outcome;
    standing_ = outcome->standing;
    if (!outcome->stays_open) after_heal(plan_of(open), *outcome, open.asked_by_administrator);
    if (outcome->verified) activity_.take_as_known(*outcome->verified);
    if (outcome->verified) before_the_stop_.take_as_known(*outcome->verified);
    return outcome;
}

bool Watchdog::end_what_stands(const CycleReport& report, const Memory& memory) {
    if (draft_.contents.open_heal || was_cut_short(report.state)) return false;
    const Ended ended{report.state, report.assessment, policy_.policy(), memory, draft_.contents.incomplete};
    return std::erase_if(standing_, [&](const Finding& each) { return is_over(each, ended); }) > 0;
}

std::vector<std::string> Watchdog::start_what_we_stopped(Duration most) {
    return sstp::start_what_we_stopped(ports_, most, options_.on_progress);
}

}  // namespace sstp
