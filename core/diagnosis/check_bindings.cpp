#include "core/diagnosis/checks.h"

#include <fmt/format.h>

namespace sstp {

namespace {

std::string named_by(const Diagnosis& d, const ListenerBinding& record) {
    const auto thumbprint = record.thumbprint();
    if (!thumbprint) {
        return record.certificate.empty() ? std::string{"no certificate"}
                                          : fmt::format("a hash of {} bytes instead of {}", record.certificate.size(), Thumbprint::kSize);
    }
    const Certificate* certificate = d.state.find(*thumbprint);
    return certificate ? brief(*certificate) : thumbprint->brief();
}

/// Whether a listener was seen to serve what it should, as far as can be told: the fit reference, else what the stored
/// SHA-256 says and has not ended.
bool is_served_rightly(const Examination& e, AddressFamily family) {
    if (e.reference) return is_fit(*e.reference, e.names, e.d.policy, e.d.now) && serves(e.d.state, family, *e.reference);
    const auto* served = std::get_if<Served>(&e.d.state.served(family));
    const auto* stored = value_of(e.d.state.settings.sha256_hash);
    return served && stored && served->certificate == *stored && served->not_after >= e.d.now;
}

bool all_is_served_rightly(const Examination& e) {
    for (const AddressFamily family : e.families) {
        if (!is_served_rightly(e, family)) return false;
    }
    return !e.families.empty();
}

Reason missing_reason(AddressFamily family) {
    return family == AddressFamily::ipv4 ? Reason::binding_missing_ipv4 : Reason::binding_missing_ipv6;
}

void add_foreign(const Examination& e, const StandingRecord& each, Findings& findings) {
    const ListenerBinding& record = *each.record;
    const bool own = record.app_id == kSstpAppId;
    const std::string what =
        own ? fmt::format("{} is SSTP's own record, but names a certificate of the store {}, while the policy looks into {}.",
                          record.endpoint.to_string(), record.store.value_or("MY"), e.d.policy.certificate.store)
            : fmt::format("{} belongs to {}, and the policy does not allow taking it over.", record.endpoint.to_string(),
                          owner_name(record.app_id));
    const bool right = is_served_rightly(e, record.endpoint.family);
    findings.push_back({Reason::binding_foreign_owner, right ? Severity::warning : Severity::critical, record.endpoint.to_string(),
                        fmt::format("{} {}. Correct the record{}, or set listener.foreign_owner to take_over.", what,
                                    e.dictation.explanation, own ? " or certificate.store" : " at its owner")});
}

void add_shadow(const Examination& e, const StandingRecord& each, Findings& findings) {
    const bool right = e.dictation.verdict != Dictation::Verdict::unfit && all_is_served_rightly(e);
    findings.push_back(
        {Reason::binding_shadowed, right ? Severity::warning : Severity::critical, each.record->endpoint.to_string(),
         fmt::format("HTTP.SYS prefers {} (owner {}) to SSTP's own records for some clients; it is never changed here. {}.",
                     each.record->endpoint.to_string(), owner_name(each.record->app_id),
                     e.dictation.verdict == Dictation::Verdict::none ? std::string{"What is served agrees with SSTP's own records"}
                                                                     : e.dictation.explanation)});
}

}  // namespace

/// Exact addresses, SNI names and the central store are preferred to wildcards, and records of IIS, RD Gateway or ADFS are
/// theirs: two healers that fight over a record flip it for ever (facts: rras-sstp section 3). A foreign wildcard with the
/// right certificate harms nobody and is no finding; a record before ours is told even then, since only its owner can renew it.
Then nobody_else_decides(const Examination& e, Findings& findings) {
    if (!e.certain) return Then::go_on;
    for (const StandingRecord& each : e.standing) {
        if (each.shadows) {
            add_shadow(e, each, findings);
        } else if (e.dictation.verdict == Dictation::Verdict::unfit) {
            add_foreign(e, each, findings);
        }
    }
    return Then::go_on;
}

/// RasSstp events 12 and 13. [::] serves IPv6 only; 0.0.0.0 serves both, so that a missing [::] may harm nobody yet. Without
/// either, RRAS has no record to adopt a certificate from when it starts, whatever somebody's exact or SNI record serves now.
Then every_family_is_bound(const Examination& e, Findings& findings) {
    const bool any = !is_absent(e.d.state.ipv4_binding) || !is_absent(e.d.state.ipv6_binding);
    for (const AddressFamily family : e.families) {
        if (!is_absent(e.d.state.binding(family))) continue;
        const bool right = any && e.certain && is_served_rightly(e, family);
        const std::string endpoint = Endpoint::wildcard(family, e.d.state.port).to_string();
        findings.push_back({missing_reason(family), right ? Severity::warning : Severity::critical, endpoint,
                            fmt::format("HTTP.SYS has no certificate record for {}{}.", endpoint,
                                        right ? "; its clients are served rightly all the same, by another record" : "")});
    }
    return Then::go_on;
}

/// RasSstp events 24 and 32: clients of one family get another certificate than crypto binding expects.
Then bindings_name_one_certificate(const Examination& e, Findings& findings) {
    if (!e.reference) return Then::go_on;
    for (const AddressFamily family : e.families) {
        const auto* record = value_of(e.d.state.binding(family));
        if (!record || record->thumbprint() == e.reference->thumbprint || !may_rewrite(*record, e.d.policy)) continue;
        const std::string endpoint = record->endpoint.to_string();
        findings.push_back({Reason::binding_mismatch, Severity::critical, endpoint,
                            fmt::format("{} names {}; it should name {}.", endpoint, named_by(e.d, *record), brief(*e.reference))});
        if (record->app_id != kSstpAppId) {
            findings.push_back({Reason::binding_foreign_owner, is_served_rightly(e, family) ? Severity::warning : Severity::critical,
                                endpoint,
                                fmt::format("{} belongs to {}; the policy allows taking it over.", endpoint, owner_name(record->app_id))});
        }
    }
    return Then::go_on;
}

}  // namespace sstp
