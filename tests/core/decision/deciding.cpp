#include "tests/core/decision/deciding.h"

namespace sstp::test {

RunningTime running_now() { return {std::chrono::hours{1000}}; }

Outcome decide_for(const ServerBuilder& server, const Around& around) {
    Outcome outcome;
    outcome.assessment = assess(server.state, server.policy, server.memory);
    DecisionInput input{.state = server.state, .assessment = outcome.assessment, .policy = server.policy, .memory = server.memory};
    input.permission = around.permission;
    input.activity = around.activity;
    input.now = server.state.looked_at;
    input.running = running_now();
    for (const int minutes : around.charges) {
        const std::chrono::minutes ago{minutes};
        input.charges.push_back({{input.running.total - ago}, input.now.wall - ago, "heal", ChargeKind::restart});
    }
    for (const int minutes : around.free_writes) input.free_writes.push_back(input.now.wall - std::chrono::minutes{minutes});
    input.budget_unreadable = around.budget_unreadable;
    input.charges_since_unreadable = around.charges_since_unreadable;
    if (around.attempts) input.attempts = {*around.attempts};
    input.heal_does_not_last = around.does_not_last;
    input.policy_fingerprint = around.policy;
    input.open_heal = around.open_heal;
    input.outages = around.outages;
    input.awaited_client_overdue = around.awaited;
    input.then_at_once = around.then_at_once;
    input.machine_key = around.machine_key;
    input.asked_by_administrator = around.asked;
    input.ignore_window = around.ignore_window;
    outcome.decided = decide(input);
    return outcome;
}

Attempts failed(const Certificate& target, std::uint32_t failures, Duration ago, bool service_was_asked_to_stop) {
    Attempts attempts;
    attempts.target = target.hash;
    attempts.failures = failures;
    attempts.last = {running_now().total - ago};
    attempts.service_was_asked_to_stop = service_was_asked_to_stop;
    attempts.policy = "policy";
    attempts.last_failure = "SSTP did not answer";
    attempts.with_stop = service_was_asked_to_stop ? failures : 0;
    return attempts;
}

ServerBuilder one_has_ended() { return healthy().replacing(one().expired()).serving(one().expired()).adding(two()); }

ServerBuilder at_night(ServerBuilder server) { return server.at(1, 4, 43); }

}  // namespace sstp::test
