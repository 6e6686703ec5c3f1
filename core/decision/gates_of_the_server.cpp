#include "core/decision/due.h"
#include "core/decision/evidence.h"
#include "core/decision/gates.h"
#include "core/diagnosis/service_end.h"
#include "core/model/rare.h"
#include "core/model/text.h"

#include <fmt/format.h>

#include <algorithm>

namespace sstp {

namespace {

using namespace std::chrono_literals;

const Finding* find(const Findings& findings, Reason reason) {
    const auto found = std::find_if(findings.begin(), findings.end(), [=](const Finding& each) { return each.reason == reason; });
    return found == findings.end() ? nullptr : &*found;
}

std::optional<Refused> because_of(const DecisionInput& input, Reason reason) {
    const Finding* finding = find(input.assessment.findings, reason);
    if (!finding) return std::nullopt;
    return Refused{word(reason), finding->explanation, std::nullopt, false};
}

bool rests_on_dates(const Work& work) {
    if (restarts(work.plan) && work.plan.urgency != Urgency::now) return true;  // the window is a date as well
    return std::any_of(work.plan.cures.begin(), work.plan.cures.end(), is_of_dates);
}

/// Waits that double, from two seconds to five minutes: as long again as it has been pending (DESIGN 2.3).
WallTime next_look_at(const ServiceStatus& status, const DecisionInput& input) {
    const Duration since = status.pending_since ? input.now.wall - *status.pending_since : Duration::zero();
    return input.now.wall + std::clamp<Duration>(since, 2s, 5min);
}

Refused pending(const std::string& name, const ServiceStatus& status, const DecisionInput& input) {
    const bool hangs = status.pending_since && input.now.wall - *status.pending_since > input.policy.restart.timeout;
    const std::string since = status.pending_since ? " since " + to_minute(*status.pending_since) : std::string{};
    return {hangs ? word(Reason::service_hung) : "service_busy",
            fmt::format("The service {} is in the state {}{}. Nothing is changed until it has settled.", name, word(status.state), since),
            next_look_at(status, input), !hangs};
}

std::optional<Refused> rras_is_not_ready(const ServiceStatus& rras, const DecisionInput& input, const Work* work) {
    const auto stopped = [](std::string explanation) {
        return Refused{word(Reason::service_stopped), std::move(explanation) + " Nothing is changed.", std::nullopt, false};
    };
    if (work && rras.start_type == StartType::disabled) {
        return Refused{word(Reason::service_disabled), "RemoteAccess is disabled, which is an administrator's choice. Nothing is changed.",
                       std::nullopt, false};
    }
    switch (rras.state) {
        case ServiceState::running: return std::nullopt;
        case ServiceState::paused: return stopped("RemoteAccess is paused, which is an administrator's choice.");
        case ServiceState::stopped: break;
        default: return pending(rras.name, rras, input);
    }
    if (has(input.assessment.findings, Reason::service_starting)) {
        return Refused{word(Reason::service_starting), "RemoteAccess has not had its turn since the machine started.", input.now.wall + 15s,
                       true};
    }
    if (rras_is_to_be_started(input)) return std::nullopt;
    if (!rras.failed())
        return stopped("RemoteAccess was stopped, or never started, by whoever looks after it. To start it: Start-Service RemoteAccess.");
    if (!ended_for_a_certificate(rras, input.memory)) {
        return stopped(fmt::format("RemoteAccess ended with {}, which is no trouble with a certificate.", describe_end(rras)));
    }
    const std::string disabled = disabled_dependency(input.state);
    if (!disabled.empty()) {
        SSTP_RARE("what RRAS depends on is disabled");
        return stopped(fmt::format("RemoteAccess cannot start: {} is disabled.", disabled));
    }
    SSTP_RARE("RRAS ended for a certificate and is started by hand");
    return stopped("RemoteAccess ended with an error, but does not start automatically: an administrator starts it.");
}

std::optional<Refused> rras_takes_no_stop(const ServiceStatus& rras, const DecisionInput& input, const Work* work) {
    if (!work || !restarts(work->plan) || rras.state != ServiceState::running || rras.accepts_stop) return std::nullopt;
    SSTP_RARE("RRAS accepts no stop");
    return Refused{"service_busy", "RemoteAccess runs, but accepts no stop just now. Nothing is changed until it does.",
                   input.now.wall + 1min, true};
}

}  // namespace

std::optional<Refused> cannot_be_restarted(const std::string& name, const DecisionInput& input) {
    const ServiceStatus* status = input.state.service(name);
    if (!status || equal_ignoring_case(name, kRemoteAccess)) return std::nullopt;  // one that is not installed is left out
    switch (status->state) {
        case ServiceState::stopped: return std::nullopt;
        case ServiceState::running: break;
        case ServiceState::paused:
            return Refused{word(Reason::service_stopped),
                           fmt::format("The service {} is paused, which is an administrator's choice. Nothing is changed.", name),
                           std::nullopt, false};
        default: return pending(name, *status, input);
    }
    if (status->start_type != StartType::disabled) return std::nullopt;
    SSTP_RARE("a service of the restart is disabled");
    return Refused{word(Reason::service_disabled),
                   fmt::format("The service {} is disabled: after a stop it could not be started again. Nothing is changed.", name),
                   std::nullopt, false};
}

/// Behind a load balancer nothing below applies (promise hands-off).
std::optional<Refused> tls_is_ours(const DecisionInput& input, const Work*) { return because_of(input, Reason::tls_offloaded); }

std::optional<Refused> sstp_is_in_use(const DecisionInput& input, const Work*) { return because_of(input, Reason::sstp_not_configured); }

/// Unknown is not broken: look again, write nothing.
std::optional<Refused> everything_is_readable(const DecisionInput& input, const Work*) {
    if (auto refused = because_of(input, Reason::state_unreadable)) return refused;
    const auto& obstacle = input.assessment.desired.obstacle;
    if (!obstacle || obstacle->reason != Reason::state_unreadable) return std::nullopt;
    return Refused{word(Reason::state_unreadable), obstacle->explanation, std::nullopt, false};
}

/// Only what dates do not decide is done while the clock is not believed; an administrator who asks vouches for it (DESIGN 7.10).
std::optional<Refused> clock_is_believed(const DecisionInput& input, const Work* work) {
    const auto& obstacle = input.assessment.desired.obstacle;
    if (obstacle && obstacle->reason == Reason::clock_not_believed) {
        return Refused{word(Reason::clock_not_believed), obstacle->explanation, std::nullopt, true};
    }
    if (!work || !input.memory.clock_doubtful || input.asked_by_administrator || !rests_on_dates(*work)) return std::nullopt;
    SSTP_RARE("what rests on dates waits for the clock");
    return Refused{word(Reason::clock_not_believed), input.memory.clock_explanation, std::nullopt, true};
}

bool writes_the_hash(const HealPlan& plan) {
    return std::any_of(plan.steps.begin(), plan.steps.end(), [](const Step& step) {
        const auto* write = std::get_if<WriteValueStep>(&step);
        return write && write->value == SstpValue::sha256_certificate_hash;
    });
}

/// A listener may serve a certificate from another store. RRAS looks in MY only, and does not start with a copy there that came without
/// its key: such a one is named nowhere anew.
std::optional<Refused> rras_could_not_use_it(const DecisionInput& input, const Work* work) {
    if (!work || !(restarts(work->plan) || writes_the_hash(work->plan))) return std::nullopt;
    const Certificate* stored = input.state.find(work->plan.target.hash);
    if (!stored || !has_no_usable_key(*stored)) return std::nullopt;
    SSTP_RARE("RRAS could not use its copy of the certificate in force");
    return Refused{word(Reason::private_key_missing),
                   fmt::format("RRAS could not start with {}: its copy in LocalMachine\\MY has no key that can be used. Nothing is written "
                               "or restarted for it until it is imported there anew, with its key.",
                               brief(*stored)),
                   std::nullopt, false};
}

/// What has left the store is served until RRAS starts again: with the flag at 1 it would not start (event 25), else it takes another
/// (facts: rras-sstp section 2). An administrator who asks gets no other answer.
std::optional<Refused> a_restart_would_lose_it(const DecisionInput& input, const Work* work) {
    if (!work || !restarts(work->plan)) return std::nullopt;
    const Certificate* stored = input.state.find(work->plan.target.hash);
    if (stored && !stored->archived) return std::nullopt;
    SSTP_RARE("a restart would lose the certificate in force");
    return Refused{
        word(Reason::certificate_missing),
        fmt::format("RRAS would not find {} at its start, for it has left LocalMachine\\MY. Nothing is restarted until it or a fit "
                    "one is there.",
                    brief(work->plan.target)),
        std::nullopt, false};
}

/// The plan makes this record name its target.
bool is_rewritten_by(const HealPlan& plan, const ListenerBinding& record) {
    return std::any_of(plan.steps.begin(), plan.steps.end(), [&](const Step& step) {
        const auto* bind = std::get_if<BindStep>(&step);
        return bind && bind->after.endpoint == record.endpoint;
    });
}

/// RRAS looks at both wildcard records when it starts, whether clients use the family or not. With a foreign one that names another
/// certificate it does not start, or takes that one (events 24 and 32; facts: rras-sstp section 2).
std::optional<Refused> a_foreign_record_would_stop_it(const DecisionInput& input, const Work* work) {
    if (!work || !restarts(work->plan)) return std::nullopt;
    for (const AddressFamily family : kFamilies) {
        const auto* record = value_of(input.state.binding(family));
        if (!record || record->app_id == kSstpAppId || is_rewritten_by(work->plan, *record)) continue;
        if (record->thumbprint() == work->plan.target.thumbprint) continue;
        SSTP_RARE("a foreign record would keep RRAS from starting");
        return Refused{
            word(Reason::binding_foreign_owner),
            fmt::format("{} belongs to {} and names another certificate than {}: RRAS does not start on two that differ. Nothing "
                        "is restarted until its owner corrects or removes it, or listener.foreign_owner says take_over.",
                        record->endpoint.to_string(), owner_name(record->app_id), brief(work->plan.target)),
            std::nullopt, false};
    }
    return std::nullopt;
}

/// What RRAS would not come back from, or would come back from with something else.
std::optional<Refused> it_would_not_start(const DecisionInput& input, const Work* work) {
    if (auto refused = rras_could_not_use_it(input, work)) return refused;
    if (auto refused = a_restart_would_lose_it(input, work)) return refused;
    return a_foreign_record_would_stop_it(input, work);
}

std::optional<Refused> target_is_known(const DecisionInput& input, const Work* work) {
    const DesiredState& desired = input.assessment.desired;
    if (moves_back(input)) return it_would_not_start(input, work);
    if (desired.obstacle) return Refused{word(desired.obstacle->reason), desired.obstacle->explanation, std::nullopt, false};
    if (desired.certificate || desired.successor) return it_would_not_start(input, work);
    return Refused{word(Reason::no_fit_certificate), "No certificate in LocalMachine\\MY may be put in force.", std::nullopt, false};
}

/// A record whose extended parameters a replacement would lose was found so by a heal before (DESIGN 2.4). Whether they are still there
/// only another try tells: it comes by the schedule of what failed without a stop (DESIGN 2.5), and whenever an administrator asks.
std::optional<Refused> records_are_replaceable(const DecisionInput& input, const Work* work) {
    const auto wait = work ? wait_by_schedule(*work, input) : std::nullopt;
    if (!wait) return std::nullopt;
    const WallTime until = input.now.wall + *wait;
    const auto& steps = work->plan.steps;
    for (const Finding& standing : input.memory.standing) {
        const auto is_rewritten = [&](const Step& step) { return replaces_record(step, standing.subject); };
        if (standing.reason != Reason::binding_not_replaceable || std::none_of(steps.begin(), steps.end(), is_rewritten)) continue;
        SSTP_RARE("a record that cannot be replaced waits for another try");
        return Refused{word(standing.reason),
                       fmt::format("{} It is tried again {}. To try now: sstp-watchdog heal", standing.explanation, to_minute(until)),
                       until, false};
    }
    return std::nullopt;
}

/// What RRAS has not applied yet is applied by a start that somebody else has in mind; what an administrator stopped or disabled is not
/// started; what is changing its state is waited for (DESIGN 2.3, 7.7).
std::optional<Refused> services_are_ready(const DecisionInput& input, const Work* work) {
    if (work) {
        if (auto refused = because_of(input, Reason::configuration_pending)) return refused;
    }
    const ServiceStatus* rras = input.state.service(kRemoteAccess);
    if (!rras) {
        return Refused{word(Reason::service_missing), "RemoteAccess is not installed on this server. Nothing is changed.", std::nullopt,
                       false};
    }
    if (auto refused = rras_is_not_ready(*rras, input, work)) return refused;
    if (auto refused = rras_takes_no_stop(*rras, input, work)) return refused;
    if (!work || !restarts(work->plan)) return std::nullopt;
    for (const std::string& name : std::get<RestartStep>(work->plan.steps.back()).services) {
        if (auto refused = cannot_be_restarted(name, input)) return refused;
    }
    return std::nullopt;
}

}  // namespace sstp
