#include "core/diagnosis/checks.h"
#include "core/model/families.h"
#include "core/selection/names.h"

#include <fmt/format.h>
#include <fmt/ranges.h>

#include <algorithm>

namespace sstp {

namespace {

/// The places that name it: "3F2A..91 (vpn.example.com), named by 0.0.0.0:443 and Sha256CertificateHash,".
std::string with_places(const ServerState& state, const Certificate& certificate) {
    std::vector<std::string> places;
    for (const AddressFamily family : kFamilies) {
        const auto* record = value_of(state.binding(family));
        if (record && record->thumbprint() == certificate.thumbprint) places.push_back(record->endpoint.to_string());
    }
    const auto* hash = value_of(state.settings.sha256_hash);
    if (hash && *hash == certificate.hash) places.emplace_back(registry_name(SstpValue::sha256_certificate_hash));
    if (places.empty()) return brief(certificate);
    return fmt::format("{}, named by {},", brief(certificate), fmt::join(places, " and "));
}

/// What cannot be proven, and what is only weak, is no reason to leave the certificate in force: it warns (DESIGN 6.1).
Severity severity_in_force(const Unfitness& against) {
    switch (against.reason) {
        case Reason::private_key_unknown:
        case Reason::chain_unknown:
        case Reason::revocation_unknown:
        case Reason::weak_key: return std::min(against.severity, Severity::warning);
        default: return against.severity;
    }
}

/// Of names that are learned, a second choice in force covers only some: names_changed says so (DESIGN 2.1).
bool is_told_otherwise(const CheckInput& input, Reason reason) {
    return reason == Reason::name_mismatch && input.desired.second_choice && input.desired.certificate && input.desired.active &&
           input.desired.certificate->hash == input.desired.active->hash;
}

bool is_told(const Findings& findings, Reason reason, const std::string& subject) {
    return std::any_of(findings.begin(), findings.end(),
                       [&](const Finding& each) { return each.reason == reason && each.subject == subject; });
}

std::string time_left(const Certificate& certificate, WallTime now) {
    const auto hours = std::chrono::duration_cast<std::chrono::hours>(certificate.not_after - now).count();
    return hours >= 48 ? fmt::format("{} days", hours / 24) : fmt::format("{} hours", hours);
}

bool is_without_cipher(const CheckInput& input) {
    return std::any_of(input.state.probes.begin(), input.state.probes.end(), [&](const Probe& probe) {
        const auto* unreachable = std::get_if<Unreachable>(&probe.outcome);
        return unreachable && unreachable->no_cipher_for_this_key && is_looked_after(probe.address.family, input.state, input.policy);
    });
}

/// A cipher order that an administrator set weeks ago takes effect at a reboot: the certificate is unusable here, and only one with the
/// other kind of key is a cure (DESIGN 7.8; facts: rras-sstp section 6).
Finding without_cipher(const CheckInput& input, const Certificate& active) {
    const char* kind = active.key_algorithm == KeyAlgorithm::rsa ? "RSA" : active.key_algorithm == KeyAlgorithm::ecdsa ? "ECDSA" : "such";
    return {
        Reason::private_key_unusable, Severity::critical, active.thumbprint.to_string(),
        fmt::format("{} cannot be served: the cipher list in force has no suite for {} keys, so that no handshake comes about. Allow one "
                    "(Group Policy: SSL Cipher Suite Order), or get a certificate with the other kind of key. A restart changes nothing.",
                    with_places(input.state, active), kind)};
}

/// That nothing is here is said only where the store was read and nothing in it seems to follow.
std::string what_follows(const CheckInput& input) {
    const DesiredState& desired = input.desired;
    if (desired.successor) return "A successor is here, and was not put in force on its day.";
    if (!value_of(input.state.certificates)) return "Whether a successor is in LocalMachine\\MY could not be read.";
    return desired.passed_over.empty() ? "No fit successor is in LocalMachine\\MY: renew it." : desired.passed_over;
}

bool keeps_the_active_one(const DesiredState& desired) {
    return !desired.certificate || (desired.active && desired.certificate->hash == desired.active->hash);
}

}  // namespace

bool is_overdue(const Successor& successor, const Memory& memory, const Policy& policy, WallTime now) {
    return memory.planned && memory.planned->successor == successor.certificate.hash &&
           now > memory.planned->at + policy.restart.window.duration;
}

bool is_served_rightly(const CheckInput& input, const Certificate& certificate) {
    bool any = false;
    for (const AddressFamily family : kFamilies) {
        const auto level = input.levels.find(family);
        for (const Probe* probe : selection::probes_of_clients(input.state, family, input.desired.names)) {
            const Certificate* leaf = leaf_of(*probe);
            if (!leaf) continue;
            if (leaf->hash != certificate.hash || level == input.levels.end() || level->second < Level::crypto_binding) return false;
            any = true;
        }
    }
    return any;
}

/// Nobody else answers "which certificate"; what selection has to say is said here. A certificate that waits beyond the date planned
/// for it has been forgotten, or is forbidden, or fails (DESIGN 6.1).
Then selection_is_content(const CheckInput& input, Assessment& assessment) {
    const DesiredState& desired = input.desired;
    Findings& findings = assessment.findings;
    for (Finding each : desired.findings) {
        const bool late = desired.successor && is_overdue(*desired.successor, input.memory, input.policy, input.now);
        if (each.reason == Reason::certificate_superseded && late) {
            each.severity = std::max(each.severity, Severity::warning);
            each.explanation += fmt::format(" It was planned for {}.", to_minute(input.memory.planned->at));
        }
        findings.push_back(std::move(each));
    }
    const auto& obstacle = desired.obstacle;
    const bool told = !obstacle || has(findings, obstacle->reason);
    if (told || obstacle->reason == Reason::state_unreadable || obstacle->reason == Reason::clock_not_believed) return Then::go_on;
    const bool works = desired.active && is_served_rightly(input, *desired.active);
    findings.push_back({obstacle->reason, works ? Severity::warning : Severity::critical, "LocalMachine\\MY", obstacle->explanation});
    return Then::go_on;
}

/// RRAS does not start when the certificate that it was told to use is gone (RasSstp events 21 and 25); HTTP.SYS goes on serving it from
/// memory until then. Auto-enrolment archives what it renewed, ACME clients delete it.
Then active_certificate_is_in_the_store(const CheckInput& input, Assessment& assessment) {
    const DesiredState& desired = input.desired;
    const bool known = value_of(input.state.certificates) && desired.active && !desired.active_is_in_store;
    if (!known || has(assessment.findings, Reason::certificate_in_other_store)) return Then::go_on;
    const Certificate& active = *desired.active;
    const bool archived = input.state.find(active.hash) != nullptr;
    const bool waits = desired.successor.has_value() && is_served_rightly(input, active);
    const std::string then =
        waits ? fmt::format("; it is still served, and {} takes its place", brief(desired.successor->certificate))
              : std::string{desired.certificate ? ""
                                                : ". No certificate here may take its place: import the renewed one into "
                                                  "LocalMachine\\MY. RRAS does not start again without it"};
    assessment.findings.push_back({archived ? Reason::certificate_archived : Reason::certificate_missing,
                                   waits ? Severity::warning : Severity::critical, active.thumbprint.to_string(),
                                   fmt::format("{} {} LocalMachine\\MY{}.", with_places(input.state, active),
                                               archived ? "is archived in" : "is no longer in", then)});
    return Then::go_on;
}

/// Promise fit-or-nothing, seen from the other side: clients refuse an expired, wrongly named or revoked certificate, and HTTP.SYS
/// cannot serve one without a usable key (error 1312; facts: rras-sstp section 5).
Then active_certificate_is_fit(const CheckInput& input, Assessment& assessment) {
    if (!input.desired.active) return Then::go_on;
    const Certificate& active = *input.desired.active;
    if (is_without_cipher(input)) assessment.findings.push_back(without_cipher(input, active));
    const auto serves_it = [&](const Probe& probe) { return leaf_of(probe) && leaf_of(probe)->hash == active.hash; };
    const bool served = std::any_of(input.state.probes.begin(), input.state.probes.end(), serves_it);
    const auto against = judge(active, {input.policy, input.memory, input.now,
                                        selection::names_asked_of(active, input.desired.names, input.policy.certificate), served, true});
    for (const Unfitness& each : against) {
        const std::string subject = active.thumbprint.to_string();
        if (is_told_otherwise(input, each.reason) || is_told(assessment.findings, each.reason, subject)) continue;
        const bool is_for_names = each.reason == Reason::name_mismatch;
        assessment.findings.push_back({each.reason, severity_in_force(each), subject,
                                       fmt::format("{} {}.{}", with_places(input.state, active), each.explanation,
                                                   is_for_names ? selection::what_is_asked_for(input.desired.names) : std::string{})});
    }
    return Then::go_on;
}

/// A certificate that ends soon is the outage of a known day (events 12, 13 and 25 come only after it). Where a fit successor has its
/// date there is nothing to do for anybody.
Then active_certificate_has_time_left(const CheckInput& input, Assessment& assessment) {
    const DesiredState& desired = input.desired;
    if (!desired.active || !keeps_the_active_one(desired)) return Then::go_on;
    const Certificate& active = *desired.active;
    const bool near = active.not_after >= input.now && active.not_after - input.now <= warn_before(active, input.policy.certificate);
    const bool is_late = std::any_of(assessment.findings.begin(), assessment.findings.end(), [](const Finding& each) {
        return each.reason == Reason::certificate_superseded && each.severity > Severity::information;
    });
    const bool has_a_date = desired.successor && !is_late;
    if (!near || has_a_date) return Then::go_on;
    assessment.findings.push_back({Reason::certificate_expiring, Severity::warning, active.thumbprint.to_string(),
                                   fmt::format("{} ends {}, in {}. {}", with_places(input.state, active), to_minute(active.not_after),
                                               time_left(active, input.now), what_follows(input))});
    return Then::go_on;
}

}  // namespace sstp
