#include "core/decision/fitness.h"
#include "core/diagnosis/checks.h"

#include <fmt/format.h>

#include <algorithm>

namespace sstp {

namespace {

void unreadable(Findings& findings, std::string subject, const std::string& what) {
    findings.push_back(
        {Reason::state_unreadable, Severity::warning, std::move(subject), what + " Nothing is changed until it can be read."});
}

/// `subject` says of what; it is asked only where there is something to tell.
template <class Variant, class Subject>
void add_if_unreadable(Findings& findings, const Variant& part, Subject subject) {
    if (const Error* why = why_unreadable(part)) unreadable(findings, subject(), why->message() + ".");
}

template <class Variant>
void add_if_unreadable(Findings& findings, const Variant& part, SstpValue value) {
    add_if_unreadable(findings, part, [value] { return registry_name(value); });
}

/// Wrong type or length, where RRAS's own reading of the value is not known to us.
template <class T>
void add_if_malformed(Findings& findings, const Stored<T>& stored, SstpValue value, const char* unknown) {
    if (const auto* malformed = std::get_if<Malformed>(&stored)) {
        unreadable(findings, registry_name(value),
                   fmt::format("{} is {}, so that {} is not known.", parameter_name(value), malformed->explanation, unknown));
    }
}

void add_services(const Examination& e, Findings& findings) {
    for (const std::string& name : watched_services(e.d.policy)) {
        const auto found = e.d.state.services.find(name);
        if (found == e.d.state.services.end()) {
            unreadable(findings, name, fmt::format("The service {} was not looked at.", name));
        } else {
            add_if_unreadable(findings, found->second, [&name] { return name; });
        }
    }
}

/// Known to be unfit whatever the missing answer would be: it is to be replaced all the same.
bool is_bad_anyway(const Certificate& certificate, const Diagnosis& d) {
    const std::vector<Unfitness> against = judge(certificate, {}, d.policy, d.now);
    return std::any_of(against.begin(), against.end(), [&](const Unfitness& each) {
        const bool for_want_of_an_answer = each.reason == Reason::revocation_unknown ||
                                           (each.reason == Reason::chain_untrusted && why_unreadable(certificate.chain) != nullptr);
        return each.severity == Severity::critical && !for_want_of_an_answer;
    });
}

/// A certificate of which the choice needs to know more than could be had, while it is in force: neither replaced nor bound anew.
void add_unproven(const Examination& e, Findings& findings) {
    for (const InForce& each : e.in_force) {
        if (!is_unproven(*each.certificate, e.d.policy) || is_bad_anyway(*each.certificate, e.d)) continue;
        const Error* why = why_unreadable(each.certificate->chain);
        unreadable(findings, each.certificate->thumbprint.to_string(),
                   why ? fmt::format("Whether {} is trusted is not known: {}.", brief(*each.certificate), why->message())
                       : fmt::format("Whether {} is revoked is not known, and the policy requires an answer.", brief(*each.certificate)));
    }
}

}  // namespace

/// With UseHttps = 0 a load balancer ends TLS: the stored hash is that of its certificate, which is not on this machine, and
/// "healing" it locks everybody out (MS-SSTP 1.9; facts: rras-sstp section 2).
Then tls_is_ours(const Examination& e, Findings& findings) {
    const auto* use_https = value_of(e.d.state.settings.use_https);
    if (!use_https || *use_https != 0) return Then::go_on;
    findings.push_back(
        {Reason::tls_offloaded, Severity::information, registry_name(SstpValue::use_https),
         "UseHttps is 0: TLS ends at a load balancer, whose certificate is looked after there. Nothing is checked or changed here."});
    return Then::stop;
}

/// Promise hands-off: what could not be read is not absent, and a heal that rests on it would be a guess.
Then everything_needed_was_readable(const Examination& e, Findings& findings) {
    const SstpSettings& settings = e.d.state.settings;
    const bool offload_unknown = !value_of(settings.use_https) && !is_absent(settings.use_https);
    add_if_unreadable(findings, settings.use_https, SstpValue::use_https);
    add_if_malformed(findings, settings.use_https, SstpValue::use_https, "whether TLS ends here");
    add_if_unreadable(findings, settings.listener_port, SstpValue::listener_port);
    if (!e.d.policy.listener.port) add_if_malformed(findings, settings.listener_port, SstpValue::listener_port, "the listener's port");
    add_if_unreadable(findings, settings.sha1_hash, SstpValue::sha1_certificate_hash);
    add_if_unreadable(findings, settings.sha256_hash, SstpValue::sha256_certificate_hash);
    add_if_unreadable(findings, settings.hash_configured_by_admin, SstpValue::is_hash_configured_by_admin);
    add_if_unreadable(findings, settings.server_uri, SstpValue::server_uri);
    for (const AddressFamily family : e.families) {
        add_if_unreadable(findings, e.d.state.binding(family), [&] { return Endpoint::wildcard(family, e.d.state.port).to_string(); });
    }
    add_if_unreadable(findings, e.d.state.shadowing, [] { return "HTTP.SYS"; });
    const auto store = [&] { return "LocalMachine\\" + e.d.policy.certificate.store; };
    add_if_unreadable(findings, e.d.state.certificates, store);
    if (is_absent(e.d.state.certificates)) unreadable(findings, store(), "There is no such certificate store.");
    add_services(e, findings);
    add_unproven(e, findings);
    return offload_unknown ? Then::stop : Then::go_on;
}

}  // namespace sstp
