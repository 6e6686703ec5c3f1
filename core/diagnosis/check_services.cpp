#include "core/diagnosis/checks.h"
#include "core/diagnosis/service_end.h"
#include "core/model/text.h"

#include <fmt/format.h>
#include <fmt/ranges.h>

#include <algorithm>
#include <string>
#include <vector>

namespace sstp {

namespace {

bool is_rras(const std::string& name) { return equal_ignoring_case(name, kRemoteAccess); }

/// What a renewal tool may have done before it left RRAS stopped (win-acme and Posh-ACME stop RemoteAccess, fail, and leave it so;
/// facts: rras-sstp section 6).
std::string what_happened_before(const CheckInput& input) {
    if (!input.memory.before_stop) return {};
    std::vector<std::string> happened;
    const auto add = [&](const std::optional<WallTime>& at, const char* what) {
        if (at) happened.push_back(fmt::format("{} ({})", what, to_minute(*at)));
    };
    add(input.memory.before_stop->certificate, "a certificate for its name came or went");
    add(input.memory.before_stop->records, "HTTP.SYS's records were written");
    add(input.memory.before_stop->parameters, "SSTP's parameters were written");
    if (happened.empty()) return {};
    return fmt::format(" In the minutes before, {}: a renewal tool may have stopped it, and failed.", fmt::join(happened, " and "));
}

std::string how_rras_ended(const CheckInput& input, const ServiceStatus& status) {
    if (!status.failed()) {
        return fmt::format(
            "It was stopped cleanly, which is an administrator's choice: it is not started.{} To start it: Start-Service {}.",
            what_happened_before(input), status.name);
    }
    const std::string end = "It ended with " + describe_end(status);
    if (!ended_for_a_certificate(status, input.memory)) {
        return fmt::format("{}, which is no trouble with a certificate: it is not started here. See the System log.", end);
    }
    const std::string disabled = disabled_dependency(input.state);
    if (!disabled.empty()) return fmt::format("{}, and {} is disabled: it cannot be started.", end, disabled);
    // Only one that would start by itself is started (gate services_are_ready): the other kind its administrator starts.
    if (status.start_type != StartType::automatic) {
        return fmt::format(
            "{0}, for its certificate. Its start type is {1}, not automatic, so that nothing is changed: put the certificate right and "
            "start it (Start-Service {2}), or set it to automatic: Set-Service {2} -StartupType Automatic.",
            end, word(status.start_type), status.name);
    }
    return fmt::format("{}, for its certificate: it is started when that is put right.", end);
}

/// A service between two states: for restart.timeout that is normal, then it hangs. Nothing is ever killed, nothing rebooted.
Finding pending(const CheckInput& input, const std::string& name, const ServiceStatus& status) {
    const Duration since = status.pending_since ? input.now - *status.pending_since : Duration::zero();
    if (since > input.policy.restart.timeout) {
        return {
            Reason::service_hung, Severity::critical, name,
            fmt::format("The service {} has been in the state {} since {}, longer than {}. Nothing is changed or ended by force: end its "
                        "process, or restart the machine, when the sessions on it allow.",
                        name, word(status.state), to_minute(*status.pending_since), to_string(input.policy.restart.timeout))};
    }
    if (status.state == ServiceState::start_pending) {
        return {Reason::service_starting, Severity::information, name, fmt::format("The service {} is starting.", name)};
    }
    return {Reason::service_stopped, Severity::warning, name,
            fmt::format("The service {} is changing its state ({}); somebody is at work.", name, word(status.state))};
}

/// heal_incomplete is the alarm for it.
Finding stopped_by_us(const std::string& name, const ServiceStatus& status) {
    const std::string end = status.failed() ? ", and ended with " + describe_end(status) : std::string{};
    return {Reason::service_stopped, Severity::information, name,
            fmt::format("The service {0} is stopped: a heal stopped it{1}, and starts it again. To start it by hand: Start-Service {0}.",
                        name, end)};
}

Finding stopped(const CheckInput& input, const std::string& name, const ServiceStatus& status) {
    constexpr Duration kBooting = std::chrono::minutes{10};
    if (has_name(input.memory.owed_starts, name)) return stopped_by_us(name, status);
    if (is_rras(name) && status.never_started()) {
        if (input.memory.up_time && *input.memory.up_time < kBooting) {
            return {Reason::service_starting, Severity::information, name,
                    fmt::format("The service {} has not had its turn since the machine started {} ago.", name,
                                to_string(std::chrono::floor<std::chrono::seconds>(*input.memory.up_time)))};
        }
        return {Reason::service_stopped, Severity::critical, name,
                fmt::format("The service {0} has never been started since the machine was (1077). It is not started here. To start it: "
                            "Start-Service {0}.",
                            name)};
    }
    const std::string how = is_rras(name) ? how_rras_ended(input, status) : "It ended with " + describe_end(status) + ".";
    return {Reason::service_stopped, Severity::critical, name, fmt::format("The service {} is stopped. {}", name, how)};
}

void check_service(const CheckInput& input, const std::string& name, const ServiceStatus& status, Findings& findings) {
    if (status.start_type == StartType::disabled) {
        findings.push_back(
            {Reason::service_disabled, Severity::warning, name,
             fmt::format("The service {} is disabled{}: after a stop it could not be started again, so it is not restarted. To "
                         "have it looked after, set its start type to automatic.",
                         name, status.state == ServiceState::running ? " while it runs" : "")});
    }
    switch (status.state) {
        case ServiceState::running: return;
        case ServiceState::paused:
            findings.push_back({Reason::service_stopped, Severity::critical, name,
                                fmt::format("The service {} is paused, which is an administrator's choice.", name)});
            return;
        case ServiceState::stopped:
            // One that is listed for a restart and was stopped cleanly is not RRAS's trouble.
            if (is_rras(name) || status.failed()) findings.push_back(stopped(input, name, status));
            return;
        default: findings.push_back(pending(input, name, status)); return;
    }
}

/// Without RemoteAccess the role is missing, and no policy is to blame.
std::string what_is_missing(const ServerState& state, const std::string& name) {
    const auto* rras = observed_service(state, kRemoteAccess);
    if (rras && is_absent(*rras)) {
        return fmt::format("The service {} is not installed: the role Remote Access is missing on this server, and with it SSTP.", name);
    }
    return fmt::format(
        "The service {} is not installed on this server; restarts leave it out. Take it out of restart.services and "
        "restart.then.",
        name);
}

/// Those of restart.services, and those of restart.then that were looked at.
std::vector<std::string> names_to_check(const CheckInput& input) {
    std::vector<std::string> names = watched_services(input.policy);
    for (const std::string& each : input.policy.restart.then) {
        if (!has_name(names, each)) names.push_back(each);
    }
    return names;
}

}  // namespace

/// Without RemoteAccess, and RasMan and SstpSvc under it, nobody gets in, whatever is bound (DESIGN 7.7). The services on which it
/// rests run only because it does: on a server where RemoteAccess is stopped they may be stopped as well.
Then services_run(const CheckInput& input, Assessment& assessment) {
    const ServiceStatus* rras = input.state.service(kRemoteAccess);
    const bool rras_runs = rras && rras->state == ServiceState::running;
    for (const std::string& name : names_to_check(input)) {
        const auto* observed = observed_service(input.state, name);
        if (!observed) continue;
        if (is_absent(*observed)) {
            assessment.findings.push_back({Reason::service_missing, Severity::warning, name, what_is_missing(input.state, name)});
        } else if (const ServiceStatus* status = value_of(*observed)) {
            const bool explained = !is_rras(name) && !rras_runs && status->start_type != StartType::disabled;
            if (!explained) check_service(input, name, *status, assessment.findings);
        }
    }
    return Then::go_on;
}

std::vector<std::string> watched_services(const Policy& policy) {
    std::vector<std::string> names = policy.restart.services;
    if (std::none_of(names.begin(), names.end(), is_rras)) names.insert(names.begin(), kRemoteAccess);
    return names;
}

const Observed<ServiceStatus>* observed_service(const ServerState& state, std::string_view name) {
    const auto found =
        std::find_if(state.services.begin(), state.services.end(), [&](const auto& each) { return equal_ignoring_case(each.first, name); });
    return found == state.services.end() ? nullptr : &found->second;
}

bool rras_may_run(const ServerState& state) {
    const auto* observed = observed_service(state, kRemoteAccess);
    const auto* status = observed ? value_of(*observed) : nullptr;
    return !observed || why_unreadable(*observed) || (status && status->state == ServiceState::running);
}

}  // namespace sstp
