#include "core/decision/decide.h"

#include "core/decision/due.h"
#include "core/decision/gates.h"
#include "core/decision/work.h"

#include <algorithm>
#include <iterator>

namespace sstp {

namespace {

// The order is the policy: the first that refuses answers.
constexpr Gate kGates[] = {
    tls_is_ours,             // behind a load balancer nothing below applies
    sstp_is_in_use,          // nor where nobody uses SSTP
    everything_is_readable,  // unknown is not broken: look again, write nothing
    clock_is_believed,       // where dates decide
    target_is_known,         // only a person can obtain a certificate, or tell two apart
    records_are_replaceable, // extended parameters that a replacement would lose
    services_are_ready,      // what an administrator stopped stays so; what is changing is waited for
    mode_permits,            // policy, Group Policy
    no_heal_is_open,         // one unit at a time
    others_are_quiet,        // a renewal tool is at work: let it finish
    is_confirmed,            // what only a probe says must show several times
    is_due,                  // schedule of failed attempts, window, share of the fleet
    is_affordable,           // budget of restarts: last, so that what it refuses is all that is left
};
/// From here on time, permission or money stand in the way, and the plan can be shown beside the refusal.
constexpr std::size_t kFirstThatMayOpen = 7;
static_assert(kGates[kFirstThatMayOpen] == mode_permits);

struct Judged {
    std::optional<Refused> refused;
    bool may_open = false;  ///< the refusal is one of time, permission or money
};

Judged judge_by_gates(const DecisionInput& input, const Work* work) {
    for (std::size_t i = 0; i < std::size(kGates); ++i) {
        if (auto refused = kGates[i](input, work)) return {std::move(refused), i >= kFirstThatMayOpen};
    }
    return {};
}

/// Something is wrong, and there is nothing that a heal could do about it.
Decision nothing_helps(const DecisionInput& input) {
    const Findings& findings = input.assessment.findings;
    const auto is_critical = [](const Finding& each) { return each.severity == Severity::critical; };
    const auto critical = std::find_if(findings.begin(), findings.end(), is_critical);
    if (critical == findings.end()) return NothingToDo{};
    const bool only_symptoms =
        std::all_of(findings.begin(), findings.end(), [&](const Finding& each) { return !is_critical(each) || is_symptom(each.reason); });
    if (only_symptoms && !input.memory.reported_only.empty()) {
        return Refused{"reported_only",
                       critical->explanation +
                           " A restart has not cured it: it is only reported until it has been clear once. To restart "
                           "once more: sstp-watchdog heal",
                       std::nullopt, false};
    }
    return Refused{word(critical->reason), critical->explanation, std::nullopt, false};
}

Decided without_work(const DecisionInput& input) {
    auto judged = judge_by_gates(input, nullptr);
    if (judged.refused) return {*std::move(judged.refused), std::nullopt, std::nullopt};
    return {nothing_helps(input), std::nullopt, std::nullopt};
}

std::optional<WallTime> planned_for(const std::vector<Work>& all, const DecisionInput& input) {
    const auto waits = std::find_if(all.begin(), all.end(), [](const Work& each) { return each.kind == Work::Kind::succession; });
    return waits == all.end() ? std::nullopt : begin_by_window(*waits, input);
}

}  // namespace

Decided decide(const DecisionInput& input) {
    const std::vector<Work> all = work_to_do(input);
    if (all.empty()) return without_work(input);
    Decided decided;
    decided.planned_for = planned_for(all, input);
    const Work* told = nullptr;  // of several that are refused the most urgent is told
    for (const Work& work : all) {
        auto judged = judge_by_gates(input, &work);
        if (!judged.refused) {
            decided.decision = decided.plan.emplace(work.plan);
            return decided;
        }
        if (told && told->plan.urgency <= work.plan.urgency) continue;
        told = &work;
        decided.decision = *std::move(judged.refused);
        decided.plan = judged.may_open ? std::optional{work.plan} : std::nullopt;
    }
    return decided;
}

}  // namespace sstp
