#include "core/report/render_text.h"

#include <fmt/format.h>

#include <algorithm>

namespace sstp {

namespace {

/// What a finding means for somebody who has a phone in one hand. `{}` is the finding's subject.
const char* headline_text(Reason reason) {
    switch (reason) {
        case Reason::no_fit_certificate: return "no fit certificate is in the store";
        case Reason::ambiguous_certificate: return "several certificates would do, and nothing tells which one is meant";
        case Reason::certificate_missing: return "the certificate in use is not in the store";
        case Reason::certificate_expired: return "the certificate in use has ended";
        case Reason::certificate_not_yet_valid: return "the certificate in use is not valid yet";
        case Reason::certificate_expiring: return "the certificate in use ends soon";
        case Reason::certificate_superseded: return "a newer certificate waits to be taken into use";
        case Reason::eku_unfit: return "the certificate in use does not allow server authentication";
        case Reason::private_key_missing: return "the certificate in use has no private key";
        case Reason::private_key_unusable: return "the private key of the certificate in use cannot be used";
        case Reason::name_mismatch: return "the certificate in use is for another name";
        case Reason::chain_untrusted: return "the certificate in use is not trusted";
        case Reason::certificate_revoked: return "the certificate in use is revoked";
        case Reason::revocation_unknown: return "nobody could say whether the certificate in use is revoked";
        case Reason::weak_key: return "the key of the certificate in use is weak";
        case Reason::binding_missing_ipv4: return "no certificate is bound for IPv4 on {}";
        case Reason::binding_missing_ipv6: return "no certificate is bound for IPv6 on {}";
        case Reason::binding_mismatch: return "the wrong certificate is bound on {}";
        case Reason::binding_foreign_owner: return "another program owns the binding {}";
        case Reason::binding_shadowed: return "another HTTP.SYS record, {}, goes before SSTP's binding";
        case Reason::hash_sha1_missing:
        case Reason::hash_sha256_missing: return "crypto binding will fail: {} is not stored";
        case Reason::hash_sha1_malformed:
        case Reason::hash_sha256_malformed: return "crypto binding will fail: {} is malformed";
        case Reason::hash_sha1_mismatch:
        case Reason::hash_sha256_mismatch: return "tunnels end after sign-in: {} names another certificate";
        case Reason::hash_flag_malformed: return "{} is malformed";
        case Reason::served_certificate_differs_ipv4: return "IPv4 clients get another certificate than the one bound";
        case Reason::served_certificate_differs_ipv6: return "IPv6 clients get another certificate than the one bound";
        case Reason::listener_unreachable_ipv4: return "IPv4 clients cannot connect";
        case Reason::listener_unreachable_ipv6: return "IPv6 clients cannot connect";
        case Reason::sstp_uri_unhealthy: return "the listener answers, but SSTP behind it does not";
        case Reason::service_stopped: return "the service {} is stopped";
        case Reason::service_disabled: return "the service {} is disabled";
        case Reason::tls_offloaded: return "TLS ends at a load balancer (UseHttps = 0): no certificate to watch here";
        case Reason::budget_exhausted: return "the budget of restarts is spent";
        case Reason::policy_invalid: return "{} is invalid";
        case Reason::state_unreadable: return "{} cannot be used";
        case Reason::event_source_degraded: return "{} cannot be followed";
        case Reason::successor_other_ca: return "a newer certificate of another CA is in the store";
        case Reason::names_presumed: return "the names that clients use are presumed, not known yet";
        case Reason::names_changed: return "the certificate in use covers only some of the names";
        case Reason::choice_not_confirmed: return "somebody chose another certificate, and no client has used it yet";
        case Reason::certificate_archived: return "the certificate in use is archived";
        case Reason::certificate_in_other_store: return "the certificate in use lies in another store than MY";
        case Reason::private_key_unknown: return "the private key of the certificate in use cannot be asked";
        case Reason::chain_unknown: return "whether the certificate in use is trusted cannot be judged here";
        case Reason::served_chain_incomplete: return "clients do not get every intermediate certificate";
        case Reason::served_by_renewal_link: return "listeners serve the renewal, and the stored hash still names the old certificate";
        case Reason::renewal_link_pending: return "listeners will soon serve the renewal by its link";
        case Reason::binding_not_replaceable: return "the binding {} cannot be replaced without losing settings";
        case Reason::hash_unknown_to_this_server: return "the stored hash names a certificate that this server does not have";
        case Reason::hash_newer_than_service: return "tunnels end after sign-in: RRAS has not read the stored hash yet";
        case Reason::configuration_pending: return "RRAS has not taken its new port or UseHttps into use yet";
        case Reason::listener_excluded_ipv4: return "HTTP.SYS does not listen on IPv4";
        case Reason::listener_excluded_ipv6: return "HTTP.SYS does not listen on IPv6";
        case Reason::port_taken: return "another program owns the port: {}";
        case Reason::service_starting: return "the service {} is starting";
        case Reason::service_hung: return "the service {} hangs";
        case Reason::service_missing: return "the service {} is not installed";
        case Reason::sstp_not_configured: return "SSTP is not in use on this server";
        case Reason::heal_incomplete: return "a heal could be brought to neither end";
        case Reason::heal_does_not_last: return "somebody keeps putting back what was healed";
        case Reason::no_client_since_heal: return "no SSTP client has connected since the last heal";
        case Reason::kill_switch_invalid: return "the kill switch of Group Policy is invalid";
        case Reason::clock_not_believed: return "the clock of this machine is not believed";
        case Reason::record_unwritable: return "what happens cannot be recorded";
        case Reason::client_certificate_unfit: return "our client certificate for the SIEM is unfit";
    }
    return "something is wrong with {}";
}

/// Tunnels live by what RRAS read when it started: as long as every family is answered in full, a wrong hash waits for its next start.
bool every_family_answers(const CycleReport& report) {
    const auto& levels = report.assessment.levels;
    return !levels.empty() && std::all_of(levels.begin(), levels.end(), [](const auto& each) { return each.second == Level::answers; });
}

/// Where the severity says that nobody is locked out yet, as far as is known, the headline must not say that somebody is.
const char* milder_text(const Finding& finding, const CycleReport& report) {
    const bool warns = finding.severity == Severity::warning;
    switch (finding.reason) {
        case Reason::hash_sha1_mismatch:
        case Reason::hash_sha256_mismatch:
            return every_family_answers(report) ? "tunnels will end once RRAS starts anew: {} names another certificate" : nullptr;
        case Reason::hash_newer_than_service: return warns ? "whether RRAS has read the stored hash is not known" : nullptr;
        case Reason::listener_unreachable_ipv4: return warns ? "IPv4 did not answer a probe" : nullptr;
        case Reason::listener_unreachable_ipv6: return warns ? "IPv6 did not answer a probe" : nullptr;
        default: return nullptr;
    }
}

std::string headline_of(const Finding& finding, const CycleReport& report) {
    if (report.active() && finding.reason == Reason::certificate_expired) {
        return fmt::format("the certificate {} ended {}", name_of(*report.active()), to_minute(report.active()->not_after));
    }
    if (report.active() && (finding.reason == Reason::certificate_expiring)) {
        return fmt::format("the certificate {} ends {}", name_of(*report.active()), to_minute(report.active()->not_after));
    }
    const char* milder = milder_text(finding, report);
    const std::string_view text = milder ? milder : headline_text(finding.reason);
    const std::size_t place = text.find("{}");
    if (place == std::string_view::npos) return std::string{text};
    return fmt::format("{}{}{}", text.substr(0, place), one_line(finding.subject), text.substr(place + 2));
}

/// "IPv4", "IPv6", "IPv4 and IPv6"; empty when neither.
std::string families(bool ipv4, bool ipv6) {
    if (ipv4 && ipv6) return "IPv4 and IPv6";
    return ipv4 ? "IPv4" : ipv6 ? "IPv6" : "";
}

/// What a client sees outranks what is stored. Nothing when no listener serves an expired certificate.
std::optional<std::string> expired_for_clients(const CycleReport& report) {
    const auto ended = [&](AddressFamily family) -> std::optional<WallTime> {
        for (const Probe& probe : report.state.probes) {
            const auto* served = std::get_if<Served>(&probe.outcome);
            if (probe.address.family != family || !served || served->leaf.not_after > report.state.looked_at.wall) continue;
            return served->leaf.not_after;
        }
        return std::nullopt;
    };
    const auto ipv4 = ended(AddressFamily::ipv4);
    const auto ipv6 = ended(AddressFamily::ipv6);
    if (!ipv4 && !ipv6) return std::nullopt;
    const WallTime since = ipv4 && ipv6 ? std::min(*ipv4, *ipv6) : ipv4 ? *ipv4 : *ipv6;
    return fmt::format("{} clients get an expired certificate since {}", families(ipv4.has_value(), ipv6.has_value()), to_minute(since));
}

std::optional<std::string> unreachable_for_clients(const CycleReport& report) {
    const auto critical = [&](Reason reason) {
        return std::any_of(report.findings.begin(), report.findings.end(),
                           [&](const Finding& each) { return each.reason == reason && each.severity == Severity::critical; });
    };
    const std::string who = families(critical(Reason::listener_unreachable_ipv4), critical(Reason::listener_unreachable_ipv6));
    if (who.empty()) return std::nullopt;
    return who + " clients cannot connect";
}

std::string healthy_headline(const CycleReport& report) {
    for (const Reason reason : {Reason::tls_offloaded, Reason::sstp_not_configured}) {
        if (has(report.findings, reason)) return headline_text(reason);
    }
    if (!report.active()) return "nothing is wrong";
    std::string text = fmt::format("{} valid {} days, bindings match", name_of(*report.active()), days_left(report).value_or(0));
    if (report.planned_for && report.assessment.desired.successor) {
        text += fmt::format("; its successor is planned for {}", to_minute(*report.planned_for));
    }
    return text;
}

}  // namespace

bool rras_is_missing(const ServerState& state) {
    const auto missing = [&](const char* name) {
        const auto found = state.services.find(name);
        return found != state.services.end() && is_absent(found->second);
    };
    return missing(kRemoteAccess) && missing(kSstpSvc);
}

std::string headline(const CycleReport& report) {
    const Health health = health_of(report);
    if (health == Health::ok) return healthy_headline(report);
    if (health == Health::unknown) {
        if (const auto parts = unread_parts(report.state); !parts.empty()) return one_line(parts.front());
    }
    if (rras_is_missing(report.state)) return "RRAS is not installed on this computer (no services RemoteAccess and SstpSvc)";
    if (health == Health::critical) {
        if (auto text = expired_for_clients(report)) return *text;
        if (auto text = unreachable_for_clients(report)) return *text;
    }
    const Severity severity = worst(report.findings);
    const auto leading =
        std::find_if(report.findings.begin(), report.findings.end(), [&](const Finding& each) { return each.severity == severity; });
    return headline_of(*leading, report);
}

}  // namespace sstp
