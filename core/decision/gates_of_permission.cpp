#include "core/decision/budget.h"
#include "core/decision/due.h"
#include "core/decision/evidence.h"
#include "core/decision/gates.h"
#include "core/decision/plan_details.h"
#include "core/model/rare.h"

#include <fmt/format.h>

#include <algorithm>

namespace sstp {

namespace {

using namespace std::chrono_literals;

WallTime later(const DecisionInput& input, Duration wait) { return input.now.wall + wait; }

/// Nothing has changed for long enough (nothing: no change was seen at all).
Duration left_of(const std::optional<Duration>& since, Duration needed) {
    return since && *since < needed ? needed - *since : Duration::zero();
}

/// How long others have to be left alone; zero: they are done (DESIGN 2.2, q = limits.quiet_period).
Duration quiet_time_left(const DecisionInput& input, const Work& work) {
    const Activity& activity = input.activity;
    const Duration q = input.policy.limits.quiet_period;
    if (activity.rras_started_on_it) {
        SSTP_RARE("RRAS has started on what others changed");
        return Duration::zero();
    }
    if (!work.cuts_off) return left_of(activity.since_last_change, 8 * q);
    const bool a_tool_is_at_work =
        activity.service_being_stopped_by_others || left_of(activity.since_name_certificate_change, 8 * q) > Duration::zero();
    if (!a_tool_is_at_work) return Duration::zero();
    const auto& last = activity.since_last_change ? activity.since_last_change : activity.since_name_certificate_change;
    const auto& first = activity.since_first_change ? activity.since_first_change : last;
    SSTP_RARE("clients are out and a tool is at work");
    return std::min(left_of(last, q), left_of(first, 8 * q));
}

std::string what_waits(const Work& work) {
    if (work.plan.replaced) return fmt::format("{} is to be replaced by {}", brief(*work.plan.replaced), brief(work.plan.target));
    return only_restarts(work.plan) ? std::string{"A restart of RemoteAccess is needed"}
                                    : fmt::format("{} is to be put in force whole", brief(work.plan.target));
}

Refused outside_window(const Work& work, const std::optional<WallTime>& begin) {
    const std::string when = begin ? "until " + to_minute(*begin) : std::string{"for a window that opens (restart.window has no day)"};
    return {"outside_window",
            fmt::format("{}, which ends sessions and waits {} (restart.window). To do it now: sstp-watchdog heal --ignore-window",
                        what_waits(work), when),
            begin, true};
}

Refused waiting_for_schedule(const DecisionInput& input, const Attempts& attempts, Duration wait) {
    const WallTime until = later(input, wait);
    const char* what = input.heal_does_not_last ? "did not last or failed" : "failed";
    return {"waiting_for_schedule",
            fmt::format("{} {} {} in a row{}{}. Next try {}. To try now: sstp-watchdog heal", attempts.failures,
                        attempts.failures == 1 ? "heal" : "heals", what,
                        attempts.last_failure.empty() ? "" : ", the last one: ", attempts.last_failure, to_minute(until)),
            until, true};
}

/// Looks that confirm something follow each other seconds apart.
constexpr Duration kBetweenLooks = 2s;

}  // namespace

std::optional<Refused> mode_permits(const DecisionInput& input, const Work* work) {
    if (!work) return std::nullopt;
    switch (input.permission) {
        case Permission::heal: break;
        case Permission::observe_by_policy:
            return Refused{"observe_mode", "The mode in force is observe: nothing is changed. To heal, set mode to heal.", std::nullopt,
                           false};
        case Permission::observe_by_kill_switch:
            return Refused{"kill_switch",
                           "Group Policy's kill switch is set (SOFTWARE\\Policies\\SSTP Watchdog, Mode): nothing is changed.", std::nullopt,
                           false};
    }
    return std::nullopt;
}

/// A unit that is half changed is brought to an end first (promise one-unit).
std::optional<Refused> no_heal_is_open(const DecisionInput& input, const Work* work) {
    if (!work || input.open_heal.empty()) return std::nullopt;
    return Refused{"heal_open", input.open_heal + " No other heal begins before. To close it and plan afresh: sstp-watchdog heal",
                   std::nullopt, false};
}

/// A renewal tool or an administrator is at work: let them finish (DESIGN 2.2).
std::optional<Refused> others_are_quiet(const DecisionInput& input, const Work* work) {
    if (!work || input.asked_by_administrator) return std::nullopt;
    const Duration left = quiet_time_left(input, *work);
    if (left == Duration::zero()) return std::nullopt;
    return Refused{"not_quiet",
                   fmt::format("Somebody is changing certificates, records, hashes or services: they are left to finish for {} "
                               "(limits.quiet_period). To heal now: sstp-watchdog heal",
                               to_string(left)),
                   later(input, left), true};
}

/// An administrator who asks for what has had its restart as well may try again.
std::optional<Refused> is_confirmed(const DecisionInput& input, const Work* work) {
    if (!work || work->kind != Work::Kind::symptom || input.asked_by_administrator || a_symptom_is_confirmed(input)) return std::nullopt;
    return Refused{
        "waiting_for_confirmation",
        fmt::format("Records and hashes are right; only a probe says otherwise ({}). It counts when {} looks in a row have shown it.",
                    words(input.assessment.symptoms, ", "), input.policy.verify.confirmations),
        later(input, kBetweenLooks), true};
}

/// The schedule of failed attempts, the window, the machine's share of ten minutes, and what restarts nothing four times an hour.
std::optional<Refused> is_due(const DecisionInput& input, const Work* work) {
    if (!work) return std::nullopt;
    if (const auto wait = wait_by_schedule(*work, input)) {
        SSTP_RARE("a failed heal waits for its schedule");
        return waiting_for_schedule(input, *failed_attempts(input, work->plan.target.hash), *wait);
    }
    const auto begin = begin_by_window(*work, input);
    const bool open = begin && *begin <= input.now.wall;
    if (!open && !(input.asked_by_administrator && input.ignore_window)) return outside_window(*work, begin);
    if (input.asked_by_administrator) return std::nullopt;
    if (const auto wait = wait_for_own_share(*work, input)) {
        SSTP_RARE("a confirmed symptom waits for this machine's share");
        return Refused{"waiting_for_confirmation",
                       fmt::format("Confirmed; servers that show the same do not restart together, this one at {}. To restart now: "
                                   "sstp-watchdog heal",
                                   to_minute(later(input, *wait))),
                       later(input, *wait), true};
    }
    if (const auto wait = wait_for_a_free_write(*work, input)) {
        SSTP_RARE("the same was put right four times within the hour");
        return Refused{"waiting_for_schedule",
                       fmt::format("Put right four times within the hour, and changed again by somebody: next {}. To put it right now: "
                                   "sstp-watchdog heal",
                                   to_minute(later(input, *wait))),
                       later(input, *wait), true};
    }
    return std::nullopt;
}

/// Last, so that what the budget refuses is all that is left. Room for the restart, and for the one that taking back would need
/// (DESIGN 2.5). An administrator's heal is charged and never refused.
std::optional<Refused> is_affordable(const DecisionInput& input, const Work* work) {
    constexpr std::uint32_t kRestartAndTakingBack = 2;
    if (!work || !restarts(work->plan) || input.asked_by_administrator) return std::nullopt;
    const BudgetVerdict verdict = may_spend(input.charges, input.policy.limits, input.running, kRestartAndTakingBack,
                                            input.budget_unreadable, input.charges_since_unreadable);
    if (verdict.allowed) return std::nullopt;
    const auto until = verdict.wait ? std::optional{later(input, *verdict.wait)} : std::nullopt;
    return Refused{word(Reason::budget_exhausted),
                   fmt::format("Budget: {}; a heal needs room for its restart and for taking back. Next allowed {}. To override: "
                               "sstp-watchdog heal",
                               verdict.explanation, until ? to_minute(*until) : std::string{"when limits.restarts_per_* allow two"}),
                   until, false};
}

}  // namespace sstp
