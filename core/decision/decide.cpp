#include "core/decision/decide.h"

#include "core/decision/budget.h"
#include "core/decision/choose_certificate.h"
#include "core/decision/plan_steps.h"
#include "core/decision/window.h"

#include <fmt/format.h>

#include <algorithm>

namespace sstp {

namespace {

using Verdict = CertificateChoice::Verdict;

/// A planned replacement and the repair of what is in force: which of the two is wanted depends on the time.
struct Wanted {
    std::optional<HealPlan> full;    ///< towards the target
    std::optional<HealPlan> repair;  ///< towards the current certificate, while its replacement can wait
    bool can_wait = false;           ///< the current certificate works: replacing it is planned work
    const Certificate* current = nullptr;
};

const Finding* find(const Findings& findings, Reason reason) {
    const auto found = std::find_if(findings.begin(), findings.end(), [=](const Finding& each) { return each.reason == reason; });
    return found == findings.end() ? nullptr : &*found;
}

/// What forbids any heal, whatever it would be.
std::optional<Refused> forbidden(const Findings& findings) {
    for (const Reason reason : {Reason::tls_offloaded, Reason::state_unreadable}) {
        if (const Finding* finding = find(findings, reason)) return Refused{word(reason), finding->explanation, std::nullopt};
    }
    return std::nullopt;
}

std::optional<Refused> no_target(const CertificateChoice& choice) {
    if (choice.target) return std::nullopt;
    if (choice.dictated_by_foreign_record) {
        return Refused{"foreign_owner", choice.explanation + " Nothing is changed while that stands.", std::nullopt};
    }
    const Reason reason = choice.verdict == Verdict::ambiguous ? Reason::ambiguous_certificate : Reason::no_fit_certificate;
    return Refused{word(reason), choice.explanation, std::nullopt};
}

Wanted wanted_plans(const Diagnosis& d, const Findings& findings, const CertificateChoice& choice, const PlanScope& scope) {
    Wanted wanted;
    wanted.current = scope.current;
    wanted.can_wait = choice.verdict == Verdict::replace && choice.current_works;
    wanted.full = plan_towards(d, findings, *choice.target, scope);
    if (!wanted.can_wait) return wanted;
    if (wanted.full) wanted.full->urgency = Urgency::planned;
    if (scope.current) wanted.repair = plan_towards(d, findings, *scope.current, scope);
    return wanted;
}

/// Whether a symptom that the plan cures was seen often enough, and on end (DESIGN 7.10).
bool is_confirmed(const HealPlan& plan, const Diagnosis& d) {
    return std::any_of(plan.cures.begin(), plan.cures.end(), [&](Reason reason) {
        const auto seen = d.memory.seen_in_a_row.find(reason);
        return is_symptom(reason) && seen != d.memory.seen_in_a_row.end() && seen->second >= d.policy.verify.confirmations;
    });
}

bool rests_on_dates(const HealPlan& plan) {
    return std::any_of(plan.cures.begin(), plan.cures.end(), [](Reason reason) {
        return reason == Reason::certificate_expired || reason == Reason::certificate_not_yet_valid ||
               reason == Reason::certificate_superseded || reason == Reason::certificate_expiring;
    });
}

/// Looks that confirm something follow each other after the settle time, at least seconds apart.
WallTime soon(const Situation& s) { return s.now.wall + std::max<Duration>(s.diagnosis.policy.verify.settle, std::chrono::seconds{2}); }

/// An administrator who asks for a heal has looked already.
std::optional<Refused> unconfirmed(const Situation& s, const HealPlan& plan) {
    if (s.asked_by_administrator) return std::nullopt;
    if (rests_on_symptoms(plan) && !is_confirmed(plan, s.diagnosis)) {
        return Refused{"waiting_for_confirmation",
                       fmt::format("All settings are right; only a probe says otherwise. It counts when {} looks in a row have shown it.",
                                   s.diagnosis.policy.verify.confirmations),
                       soon(s)};
    }
    if (s.diagnosis.memory.clock_jumped && rests_on_dates(plan)) {
        return Refused{"waiting_for_confirmation", "The clock has just been changed, and the reason rests on dates: look again first.",
                       soon(s)};
    }
    return std::nullopt;
}

std::optional<Refused> not_permitted(Permission permission) {
    switch (permission) {
        case Permission::heal: break;
        case Permission::observe_by_policy:
            return Refused{"observe_mode", "The policy's mode is observe. To heal, set mode to heal.", std::nullopt};
        case Permission::observe_by_kill_switch:
            return Refused{"kill_switch", "Group Policy's kill switch is set: SOFTWARE\\Policies\\SSTP Watchdog, Mode.", std::nullopt};
    }
    return std::nullopt;
}

/// The time that one heal may take, for the end of a window: services twice over, and the proof.
Duration time_needed(const Policy& policy) {
    return policy.restart.timeout * policy.restart.attempts + policy.verify.timeout * 2 + policy.verify.settle;
}

/// Planned work begins in the window, at the latest `replace_before` ahead of the end of the certificate in force. Without
/// an opening till then the last hour before that moment is shared out, so that servers with one certificate do not
/// restart together.
std::optional<Refused> outside_window(const Situation& s, const Certificate& current) {
    const Policy& policy = s.diagnosis.policy;
    if (s.ignore_window) return std::nullopt;
    constexpr Duration kSpread = std::chrono::hours{1};
    const Duration share{static_cast<Duration::rep>(machine_number(s.machine_key) % static_cast<std::uint64_t>(kSpread.count()))};
    const WallTime due = current.not_after - policy.certificate.replace_before - share;
    if (s.now.wall >= due) return std::nullopt;
    WallTime until = due;
    const auto& window = policy.restart.maintenance_window;
    if (window) {
        const PlannedStart start = planned_start(*window, s.now.wall, s.local_offset, s.machine_key, time_needed(policy));
        if (start.now) return std::nullopt;
        if (start.at) until = std::min(until, *start.at);
    }
    return Refused{"outside_window",
                   fmt::format("{} still works; its replacement waits until {}{}. To do it now: sstp-watchdog heal --ignore-window",
                               brief(current), to_minute(until),
                               window ? std::string{" (maintenance window)"}
                                      : fmt::format(" ({} before its end; no maintenance window is set)",
                                                    to_string(policy.certificate.replace_before))),
                   until};
}

std::optional<Refused> not_affordable(const Situation& s) {
    if (s.asked_by_administrator) return std::nullopt;  // charged all the same, by the runner
    std::optional<MonotonicTime> unreadable_since;
    if (s.budget_unreadable) unreadable_since = s.budget_unreadable_since.value_or(s.now.monotonic);
    const BudgetVerdict verdict = may_spend(s.charges, s.diagnosis.policy.limits, s.now.monotonic, unreadable_since);
    if (verdict.allowed) return std::nullopt;
    const bool cooling = verdict.limit == BudgetVerdict::Limit::cooldown;
    const WallTime until = s.now.wall + verdict.wait.value_or(Duration::zero());
    return Refused{cooling ? "cooldown" : word(Reason::budget_exhausted),
                   fmt::format("Budget: {}, next allowed {}. To override: sstp-watchdog heal", verdict.explanation, to_minute(until)),
                   until};
}

/// Something is found, and there is nothing that a heal could do about it.
Decision nothing_helps(const Diagnosis& d, const Findings& findings) {
    const auto critical =
        std::find_if(findings.begin(), findings.end(), [](const Finding& each) { return each.severity == Severity::critical; });
    if (critical == findings.end()) return NothingToDo{};
    const bool only_symptoms = std::all_of(findings.begin(), findings.end(), [](const Finding& each) {
        return each.severity != Severity::critical || is_symptom(each.reason);
    });
    if (only_symptoms && !d.memory.reported_only.empty()) {
        return Refused{"reported_only",
                       critical->explanation + " A restart has not cured it: it is only reported until it has been clear once.",
                       std::nullopt};
    }
    return Refused{word(critical->reason), critical->explanation, std::nullopt};
}

/// What is wanted now: the whole, or while the replacement has to wait the repair of what is in force. A repair that costs
/// the sessions anyway puts the successor in force in the same restart.
Decision wanted_now(const Situation& s, Wanted wanted) {
    const Diagnosis& d = s.diagnosis;
    std::optional<HealPlan> now = std::move(wanted.full);
    if (wanted.can_wait) {
        const auto waits = wanted.current ? outside_window(s, *wanted.current) : std::nullopt;
        if (waits && (!wanted.repair || unconfirmed(s, *wanted.repair))) {
            return wanted.repair ? Decision{*unconfirmed(s, *wanted.repair)} : now ? Decision{*waits} : nothing_helps(d, s.findings);
        }
        if (waits && !restarts(*wanted.repair)) now = wanted.repair;
        if (waits && now) now->urgency = Urgency::urgent;
    }
    if (!now) return nothing_helps(d, s.findings);
    return *std::move(now);
}

/// What permission, confirmation and budget make of the plans.
Decision allowed_now(const Situation& s, Wanted wanted) {
    if (wanted.full) {
        if (auto refused = not_permitted(s.permission)) return *std::move(refused);
    }
    Decision decision = wanted_now(s, std::move(wanted));
    const HealPlan* plan = std::get_if<HealPlan>(&decision);
    if (!plan) return decision;
    if (auto refused = unconfirmed(s, *plan)) return *std::move(refused);
    if (auto refused = not_affordable(s)) return *std::move(refused);
    return decision;
}

Decided decide_on(const Situation& s, const Grounds& grounds) {
    const Diagnosis& d = s.diagnosis;
    if (s.findings.empty()) return {NothingToDo{}, {}, {}};
    if (auto refused = forbidden(s.findings)) return {*std::move(refused), {}, {}};
    const bool broken = worst(s.findings) == Severity::critical;
    const CertificateChoice choice = choose_certificate(d, grounds);
    if (auto refused = no_target(choice)) {
        const bool told = broken || choice.verdict == Verdict::ambiguous || has(s.findings, Reason::no_fit_certificate);
        return {told ? Decision{*std::move(refused)} : NothingToDo{}, {}, {}};
    }
    Wanted wanted = wanted_plans(d, s.findings, choice, {grounds.current, s.asked_by_administrator});
    if (auto obstacle = service_obstacle(d)) {
        if (!wanted.full && !broken) return {NothingToDo{}, {}, {}};
        if (obstacle->passing) return {Refused{"waiting_for_confirmation", obstacle->explanation, soon(s)}, {}, {}};
        return {Refused{word(obstacle->reason), obstacle->explanation + " Nothing is changed.", std::nullopt}, {}, {}};
    }
    Decided decided;
    // Who asks makes no difference to what could be done, but for symptoms that a restart has not cured.
    decided.plan = s.asked_by_administrator ? wanted_plans(d, s.findings, choice, {grounds.current, false}).full : wanted.full;
    decided.decision = allowed_now(s, std::move(wanted));
    return decided;
}

}  // namespace

Decided decide(const Situation& s) {
    const Grounds grounds = grounds_of(s.diagnosis);
    Decided decided = decide_on(s, grounds);
    if (grounds.current) decided.current = *grounds.current;
    return decided;
}

}  // namespace sstp
