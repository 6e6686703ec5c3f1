#include "core/watchdog/own_findings.h"

#include <fmt/format.h>

namespace sstp {

Findings own_findings(const OwnFooting& footing) {
    Findings findings;
    if (footing.budget) findings.push_back({Reason::budget_exhausted, Severity::warning, "budget", *footing.budget});
    if (footing.policy_problem) {
        findings.push_back({Reason::policy_invalid, Severity::warning, "policy.json",
                            fmt::format("The policy file is not in force: {}", *footing.policy_problem)});
    }
    for (const GroupPolicyProblem& each : footing.group_policy) {
        findings.push_back({Reason::policy_invalid, Severity::warning, each.subject, each.text});
    }
    if (footing.kill_switch.finding) findings.push_back(*footing.kill_switch.finding);
    if (!footing.clock.empty()) findings.push_back({Reason::clock_not_believed, Severity::warning, "clock", footing.clock});
    if (footing.database) {
        findings.push_back(
            {Reason::record_unwritable, Severity::warning, "state.db",
             fmt::format("The state database takes nothing: {}. {}", footing.database->message(),
                         footing.nothing_is_recorded
                             ? "The file beside it takes nothing either: what happens is not kept, and a heal is begun only while "
                               "there is room for its old values. Make room on the disk."
                             : "What happens is kept in a file beside it; healing goes on.")});
    }
    if (footing.event_log) {
        findings.push_back(
            {Reason::event_source_degraded, Severity::warning, "event log",
             fmt::format("Events do not wake the watchdog, only time does: {}. It is tried again.", footing.event_log->message())});
    }
    for (const DegradedWatch& each : footing.watches) {
        findings.push_back({Reason::event_source_degraded, Severity::warning, each.source,
                            fmt::format("Changes of {} do not wake the watchdog, only time does: {}. It is tried again.", each.source,
                                        each.why.message())});
    }
    for (const DestinationState& each : footing.destinations) {
        if (!wants_another_certificate(each)) continue;
        const LastAttempt& last = *each.position.last_attempt;
        findings.push_back(
            {Reason::client_certificate_unfit, Severity::warning, each.name,
             fmt::format("The SIEM destination {} gets nothing, because of our client certificate: {}", each.name, last.problem)});
    }
    return findings;
}

}  // namespace sstp
