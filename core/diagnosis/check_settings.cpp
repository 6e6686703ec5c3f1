#include "core/diagnosis/checks.h"
#include "core/model/families.h"

#include <fmt/format.h>

#include <algorithm>
#include <iterator>

namespace sstp {

namespace {

std::string parameter_name(SstpValue value) { return std::string{"SstpSvc\\Parameters\\"} + registry_name(value); }

/// What RRAS makes of ListenerPort: 0 or more than a port can be is the default (facts: rras-sstp section 3).
std::uint32_t effective_port(std::uint32_t stored, bool https) { return stored == 0 || stored > 65535 ? (https ? 443 : 80) : stored; }

/// The number that counts; nothing where it is of the wrong type or unknown.
std::optional<std::uint32_t> number(const Stored<std::uint32_t>& stored, std::uint32_t when_absent) {
    if (is_absent(stored)) return when_absent;
    const auto* value = value_of(stored);
    return value ? std::optional{*value} : std::nullopt;
}

void pending(Findings& findings, SstpValue value, std::uint32_t wanted, std::uint32_t applied) {
    findings.push_back({Reason::configuration_pending, Severity::warning, registry_name(value),
                        fmt::format("{} is {}, but RRAS still runs with {}: it takes effect when RemoteAccess starts again. Nothing is "
                                    "written before. To apply it: Restart-Service RemoteAccess (ends all VPN sessions).",
                                    parameter_name(value), wanted, applied)});
}

void unreadable(Findings& findings, std::string subject, const std::string& what) {
    findings.push_back(
        {Reason::state_unreadable, Severity::warning, std::move(subject), what + " Nothing is changed until it can be read."});
}

template <class Variant>
void add_if_unreadable(Findings& findings, const Variant& part, const std::string& subject) {
    if (const Error* why = why_unreadable(part)) unreadable(findings, subject, why->message() + ".");
}

/// Wrong type or length, where RRAS's own reading of the value is not known to us.
void add_if_malformed(Findings& findings, const Stored<std::uint32_t>& stored, SstpValue value, const char* unknown) {
    if (const auto* malformed = std::get_if<Malformed>(&stored)) {
        unreadable(findings, registry_name(value),
                   fmt::format("{} is {}, so that {} is not known.", parameter_name(value), malformed->explanation, unknown));
    }
}

void add_parameters(const CheckInput& input, Findings& findings) {
    const SstpSettings& settings = input.state.settings;
    const auto add = [&](const auto& part, SstpValue value) { add_if_unreadable(findings, part, registry_name(value)); };
    add(settings.use_https, SstpValue::use_https);
    add_if_malformed(findings, settings.use_https, SstpValue::use_https, "whether TLS ends here");
    add(settings.listener_port, SstpValue::listener_port);
    if (!input.policy.listener.port) add_if_malformed(findings, settings.listener_port, SstpValue::listener_port, "the listener's port");
    add(settings.sha1_hash, SstpValue::sha1_certificate_hash);
    add(settings.sha256_hash, SstpValue::sha256_certificate_hash);
    add(settings.hash_configured_by_admin, SstpValue::is_hash_configured_by_admin);
    add(settings.sha1_enabled, SstpValue::sha1_enabled);
}

void add_services(const CheckInput& input, Findings& findings) {
    for (const std::string& name : watched_services(input.policy)) {
        if (const auto* observed = observed_service(input.state, name)) {
            add_if_unreadable(findings, *observed, name);
        } else {
            unreadable(findings, name, fmt::format("The service {} was not looked at.", name));
        }
    }
}

}  // namespace

/// ConfigStore holds what RRAS applied when it last started. While a change waits there, records for the new port are RRAS's to make,
/// and what is probed is not there yet (DESIGN 2.3).
Then configuration_is_in_force(const CheckInput& input, Assessment& assessment) {
    const SstpSettings& settings = input.state.settings;
    const ServiceStatus* rras = input.state.service(kRemoteAccess);
    if (!rras || rras->state != ServiceState::running) return Then::go_on;
    const auto https = number(settings.use_https, 1);
    const auto* applied_https = value_of(settings.applied_use_https);
    if (https && applied_https && (*https != 0) != (*applied_https != 0)) {
        pending(assessment.findings, SstpValue::use_https, *https, *applied_https);
    }
    const auto port = number(settings.listener_port, 0);
    const auto* applied_port = value_of(settings.applied_listener_port);
    if (!https || !port || !applied_port) return Then::go_on;
    const bool was_https = applied_https ? *applied_https != 0 : *https != 0;
    const std::uint32_t wanted = effective_port(*port, *https != 0);
    const std::uint32_t in_force = effective_port(*applied_port, was_https);
    if (wanted != in_force && !has(assessment.findings, Reason::configuration_pending)) {
        pending(assessment.findings, SstpValue::listener_port, wanted, in_force);
    }
    return Then::go_on;
}

/// With UseHttps = 0 a load balancer ends TLS: the stored hash is that of its certificate, which is not on this machine, and
/// "healing" it locks everybody out (MS-SSTP 1.9; facts: rras-sstp section 3).
Then tls_is_ours(const CheckInput& input, Assessment& assessment) {
    const auto* use_https = value_of(input.state.settings.use_https);
    if (!use_https || *use_https != 0) return Then::go_on;
    assessment.findings.push_back(
        {Reason::tls_offloaded, Severity::information, registry_name(SstpValue::use_https),
         "UseHttps is 0: TLS ends at a load balancer, whose certificate is looked after there. Nothing is checked or changed here."});
    return Then::stop;
}

/// RRAS for IKEv2, DirectAccess or routing alone: there is nothing of SSTP to check (DESIGN 2.1).
Then sstp_is_in_use(const CheckInput& input, Assessment& assessment) {
    if (input.desired.sstp_in_use) return Then::go_on;
    std::copy_if(input.desired.findings.begin(), input.desired.findings.end(), std::back_inserter(assessment.findings),
                 [](const Finding& each) { return each.reason == Reason::sstp_not_configured; });
    return Then::stop;
}

/// Promise hands-off: what could not be read is not absent, and a heal that rests on it would be a guess. Only what is needed to
/// write counts (DESIGN 2.3): probes, sessions, the listen list and start times are merely unknown.
Then what_is_needed_was_readable(const CheckInput& input, Assessment& assessment) {
    Findings& findings = assessment.findings;
    add_parameters(input, findings);
    for (const AddressFamily family : kFamilies) {
        add_if_unreadable(findings, input.state.binding(family), Endpoint::wildcard(family, input.state.port).to_string());
    }
    add_if_unreadable(findings, input.state.shadowing, "HTTP.SYS");
    const std::string store = "LocalMachine\\MY";
    add_if_unreadable(findings, input.state.certificates, store);
    if (is_absent(input.state.certificates)) unreadable(findings, store, "There is no such certificate store.");
    add_services(input, findings);
    // Whose TLS it is is not known: everything below would be a guess.
    const auto& use_https = input.state.settings.use_https;
    return value_of(use_https) || is_absent(use_https) ? Then::go_on : Then::stop;
}

}  // namespace sstp
