#include "core/diagnosis/checks.h"

#include <fmt/format.h>
#include <fmt/ranges.h>

#include <algorithm>

namespace sstp {

namespace {

std::string listener(const Examination& e, AddressFamily family) { return Endpoint::wildcard(family, e.d.state.port).to_string(); }

Reason of(AddressFamily family, Reason ipv4, Reason ipv6) { return family == AddressFamily::ipv4 ? ipv4 : ipv6; }

}  // namespace

/// An open port proves nothing, but a closed one does: no TLS session comes about where clients call.
Then listeners_answer(const Examination& e, Findings& findings) {
    for (const AddressFamily family : e.families) {
        const auto* unreachable = std::get_if<Unreachable>(&e.d.state.served(family));
        if (!unreachable || was_interrupted(e.d.state.served(family))) continue;
        findings.push_back({of(family, Reason::listener_unreachable_ipv4, Reason::listener_unreachable_ipv6), Severity::critical,
                            listener(e, family),
                            fmt::format("No TLS session with {}: {}.", listener(e, family), unreachable->why.message())});
    }
    return Then::go_on;
}

/// What clients really get: a listener can serve something other than its record names, and crypto binding then fails
/// although everything stored looks right.
Then listeners_serve_the_certificate(const Examination& e, Findings& findings) {
    const auto* stored = value_of(e.d.state.settings.sha256_hash);
    const CertificateHash* expected = e.reference ? &e.reference->hash : e.certain ? stored : nullptr;
    if (!expected) return Then::go_on;
    for (const AddressFamily family : e.families) {
        const auto* served = std::get_if<Served>(&e.d.state.served(family));
        if (!served || served->certificate == *expected) continue;
        findings.push_back({of(family, Reason::served_certificate_differs_ipv4, Reason::served_certificate_differs_ipv6),
                            Severity::critical, listener(e, family),
                            fmt::format("{} serves {}{}, until {}, instead of {}.", listener(e, family), served->thumbprint.brief(),
                                        served->subject.empty() ? std::string{} : " (" + served->subject + ")",
                                        to_minute(served->not_after), e.reference ? brief(*e.reference) : expected->brief())});
    }
    return Then::go_on;
}

/// A healthy SSTP listener answers HEAD on its URI with 401; HTTP.SYS with nobody behind it answers 404 or 503 (facts:
/// rras-sstp section 6).
Then sstp_answers_behind_tls(const Examination& e, Findings& findings) {
    const std::vector<int>& healthy = e.d.policy.verify.uri_status;
    for (const AddressFamily family : e.families) {
        const auto* served = std::get_if<Served>(&e.d.state.served(family));
        if (!served) continue;
        std::string what;
        if (const Error* why = why_unreadable(served->uri_status)) {
            if (why->kind == ErrorKind::stopped) continue;
            what = fmt::format("gave no answer for the SSTP URI: {}", why->message());
        } else if (const int* status = value_of(served->uri_status);
                   status && std::find(healthy.begin(), healthy.end(), *status) == healthy.end()) {
            what = fmt::format("answers {} for the SSTP URI, not {}: SSTP is not behind it", *status, fmt::join(healthy, " or "));
        } else {
            continue;
        }
        findings.push_back(
            {Reason::sstp_uri_unhealthy, Severity::critical, listener(e, family), fmt::format("{} {}.", listener(e, family), what)});
    }
    return Then::go_on;
}

}  // namespace sstp
