#include "core/diagnosis/checks.h"

#include <fmt/format.h>
#include <fmt/ranges.h>

#include <algorithm>
#include <map>

namespace sstp {

namespace {

using Verdict = CertificateChoice::Verdict;

/// Unknown revocation of a certificate in force only warns (DESIGN 6.1), whatever the policy says of new ones.
Severity severity_in_force(const Unfitness& against) {
    return against.reason == Reason::revocation_unknown ? Severity::warning : against.severity;
}

/// "3F2A..91 (vpn.example.com), named by 0.0.0.0:443 and Sha256CertificateHash,"
std::string in_force_at(const InForce& each) {
    std::vector<std::string> where;
    for (const ListenerBinding* record : each.records) where.push_back(record->endpoint.to_string());
    if (each.named_by_hash) where.emplace_back(registry_name(SstpValue::sha256_certificate_hash));
    return fmt::format("{}, named by {},", brief(*each.certificate), fmt::join(where, " and "));
}

bool has_ended(const Certificate& certificate, WallTime now) { return certificate.not_after < now; }

/// The names by which HTTP.SYS or SSTP looks for a certificate that is not in the store, with the places that use them.
std::map<std::string, std::vector<std::string>> names_that_lead_nowhere(const Examination& e) {
    std::map<std::string, std::vector<std::string>> missing;
    for (const AddressFamily family : e.families) {
        const auto* record = value_of(e.d.state.binding(family));
        if (!record || !same_store(record->store, e.d.policy.certificate.store)) continue;  // another store: not known to be missing
        const auto thumbprint = record->thumbprint();
        if (!thumbprint || !e.d.state.find(*thumbprint)) missing[to_hex(record->certificate)].push_back(record->endpoint.to_string());
    }
    if (e.reference) return missing;  // the hashes are compared with that one
    if (const auto* sha1 = value_of(e.d.state.settings.sha1_hash); sha1 && !e.d.state.find(*sha1)) {
        missing[sha1->to_string()].push_back(registry_name(SstpValue::sha1_certificate_hash));
    }
    const auto* sha256 = value_of(e.d.state.settings.sha256_hash);
    if (missing.empty() && sha256 && !e.d.state.find(*sha256)) {
        missing[sha256->to_string()].push_back(registry_name(SstpValue::sha256_certificate_hash));
    }
    return missing;
}

}  // namespace

/// RRAS stops accepting connections when the certificate it was told to use is gone (RasSstp events 21 and 25); HTTP.SYS may
/// go on serving it from memory until the next restart.
Then named_certificates_are_in_the_store(const Examination& e, Findings& findings) {
    if (!value_of(e.d.state.certificates)) return Then::go_on;
    for (const auto& [hash, places] : names_that_lead_nowhere(e)) {
        findings.push_back(
            {Reason::certificate_missing, Severity::critical, hash,
             fmt::format("{} {} {}, which is not in the store {}.", fmt::join(places, " and "), places.size() == 1 ? "names" : "name",
                         hash.empty() ? "no certificate" : hash, e.d.policy.certificate.store)});
    }
    return Then::go_on;
}

/// Promise fit-or-nothing, seen from the other side: clients refuse an expired, wrongly named or untrusted certificate
/// (facts: rras-sstp section 4), and HTTP.SYS cannot serve one without a usable key (error 1312).
Then certificates_in_force_are_fit(const Examination& e, Findings& findings) {
    for (const InForce& each : e.in_force) {
        const bool chain_unknown = !value_of(each.certificate->chain);  // told as state_unreadable: unknown is not untrusted
        for (const Unfitness& against : judge(*each.certificate, e.names, e.d.policy, e.d.now)) {
            if (chain_unknown && against.reason == Reason::chain_untrusted && against.severity == Severity::critical) continue;
            findings.push_back({against.reason, severity_in_force(against), each.certificate->thumbprint.to_string(),
                                fmt::format("{} {}.", in_force_at(each), against.explanation)});
        }
    }
    return Then::go_on;
}

/// Whether there is a cure at all. Said at once: only a person can obtain a certificate, or tell two apart.
Then a_fit_certificate_exists(const Examination& e, Findings& findings) {
    if (!e.certain || e.choice.dictated_by_foreign_record) return Then::go_on;  // of records before ours tells nobody_else_decides
    const bool wanted_now = e.choice.verdict == Verdict::none_fit || e.choice.verdict == Verdict::ambiguous;
    if (!wanted_now || (e.configured && is_unproven(*e.configured, e.d.policy))) return Then::go_on;
    const Reason reason = e.choice.verdict == Verdict::ambiguous ? Reason::ambiguous_certificate : Reason::no_fit_certificate;
    findings.push_back({reason, e.choice.current_works ? Severity::warning : Severity::critical,
                        "LocalMachine\\" + e.d.policy.certificate.store, e.choice.explanation});
    return Then::go_on;
}

/// A certificate that ends soon is the outage of a known day (events 12, 13 and 25 come only after it).
Then certificate_in_force_has_time_left(const Examination& e, Findings& findings) {
    for (const InForce& each : e.in_force) {
        const Certificate& certificate = *each.certificate;
        if (has_ended(certificate, e.d.now) || certificate.not_after - e.d.now > e.d.policy.certificate.warn_before) continue;
        const auto hours = std::chrono::duration_cast<std::chrono::hours>(certificate.not_after - e.d.now).count();
        findings.push_back({Reason::certificate_expiring, Severity::warning, certificate.thumbprint.to_string(),
                            fmt::format("{} ends {}, in {}.", in_force_at(each), to_minute(certificate.not_after),
                                        hours >= 48 ? fmt::format("{} days", hours / 24) : fmt::format("{} hours", hours))});
    }
    return Then::go_on;
}

/// A renewal that nobody put in force: still time to do it in a maintenance window rather than on the last day (DESIGN 7.4).
Then nothing_newer_is_waiting(const Examination& e, Findings& findings) {
    if (!e.certain || e.choice.verdict != Verdict::replace || !e.choice.current_works) return Then::go_on;
    findings.push_back({Reason::certificate_superseded, Severity::warning, e.configured->thumbprint.to_string(),
                        fmt::format("{} works until {}; {}, from {} until {}, is to take its place.", brief(*e.configured),
                                    to_date(e.configured->not_after), brief(*e.choice.target), to_date(e.choice.target->not_before),
                                    to_date(e.choice.target->not_after))});
    return Then::go_on;
}

}  // namespace sstp
