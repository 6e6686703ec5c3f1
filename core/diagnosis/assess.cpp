#include "core/diagnosis/assess.h"

#include "core/diagnosis/checks.h"

#include <fmt/format.h>

#include <algorithm>

namespace sstp {

namespace {

// The order is the policy: what makes the rest pointless first, then causes, then symptoms.
constexpr Check kChain[] = {
    configuration_is_in_force,           // what RRAS has not applied yet is nobody's mistake
    tls_is_ours,                         // behind a load balancer nothing below applies
    sstp_is_in_use,                      // nor where nobody uses SSTP
    what_is_needed_was_readable,         // unknown is not broken: look again, write nothing
    services_run,                        // nobody is served by a stopped server, whatever it is bound to
    http_sys_owns_the_port,              // nor behind another program
    selection_is_content,                // which certificate, and what stands in the way
    active_certificate_is_in_the_store,  // a name that leads nowhere
    active_certificate_is_fit,           // what clients refuse
    unit_names_the_certificate,          // records, hashes, flag
    rras_holds_what_is_stored,           // crypto binding: a dead tunnel behind a healthy handshake
    active_certificate_has_time_left,    // what will break
    http_sys_listens,                    // last: a probe tells symptoms, the ones above tell causes
    listeners_answer,
    listeners_serve_what_is_bound,
    sstp_answers_behind_tls,
    chain_is_sent_whole,
};

/// What the policy lists as `accepted` warns nobody any more; what locks users out does (DESIGN 6.1).
void accept(const std::vector<Reason>& accepted, Findings& findings) {
    for (Finding& each : findings) {
        const bool listed = std::find(accepted.begin(), accepted.end(), each.reason) != accepted.end();
        if (listed && each.severity == Severity::warning) each.severity = Severity::information;
    }
}

/// Only of what nothing else explains: below a stopped service there is nothing to confirm.
void say_when_symptoms_count(const Policy& policy, const std::vector<Reason>& symptoms, Findings& findings) {
    for (Finding& each : findings) {
        const bool open = std::find(symptoms.begin(), symptoms.end(), each.reason) != symptoms.end() && is_symptom(each.reason);
        if (!open || each.severity != Severity::warning) continue;
        each.explanation += fmt::format(" It counts when {} looks in a row have shown it.", policy.verify.confirmations);
    }
}

}  // namespace

Assessment assess(const ServerState& state, const Policy& policy, const Memory& memory) {
    Assessment made;
    const WallTime now = state.looked_at.wall;
    made.desired = desired_state({state, policy, memory, now});
    made.differences = differences(state, made.desired, made.desired.certificate ? &*made.desired.certificate : nullptr, policy);
    made.levels = levels_of(state, policy, memory, made.desired.names);
    const CheckInput input{state, policy, memory, now, made.desired, made.differences, made.levels};
    for (const Check check : kChain) {
        if (check(input, made) == Then::stop) break;
    }
    made.findings.insert(made.findings.end(), memory.standing.begin(), memory.standing.end());
    list_echoes_below_their_cause(input, made);
    say_when_symptoms_count(policy, made.symptoms, made.findings);
    accept(policy.accepted, made.findings);
    made.healthy = worst(made.findings) == Severity::information;
    return made;
}

bool is_symptom(Reason reason) noexcept {
    switch (reason) {
        case Reason::served_certificate_differs_ipv4:
        case Reason::served_certificate_differs_ipv6:
        case Reason::listener_unreachable_ipv4:
        case Reason::listener_unreachable_ipv6:
        case Reason::sstp_uri_unhealthy: return true;
        default: return false;
    }
}

}  // namespace sstp
