#pragma once

#include "core/model/certificate.h"
#include "core/model/finding.h"
#include "core/model/memory.h"
#include "core/model/policy.h"

#include <string>
#include <string_view>
#include <vector>

namespace sstp {

/// What speaks against a certificate: one entry a reason, in the order of promise 1 (dates, purpose, key, name, chain, strength,
/// revocation).
struct Unfitness {
    Reason reason{};
    Severity severity = Severity::critical;  ///< warning: it may be bound all the same
    std::string explanation;                 ///< what is said of the certificate: "ended 2026-11-21 02:14 UTC"
    friend bool operator==(const Unfitness&, const Unfitness&) = default;
};

/// What a judgement rests on besides the certificate.
struct FitnessInput {
    const Policy& policy;
    const Memory& memory;                    ///< refused_by_http_sys, clock_doubtful, the CA proven last
    WallTime now;
    std::vector<std::string> names;          ///< that it must cover; empty: any name will do
    bool served = false;                     ///< a listener has just served it: its key is usable
    bool at_work = false;                    ///< clients get it, or got it: what cannot be judged is no reason to leave
};

/// All that speaks against a certificate, warnings included.
std::vector<Unfitness> judge(const Certificate& certificate, const FitnessInput& input);
/// Nothing critical speaks against it.
bool is_fit(const Certificate& certificate, const FitnessInput& input);

/// Its purposes allow a server: server authentication or any. Without the list of purposes a certificate is for everything; an empty
/// list allows none (RFC 5280 4.2.1.12).
bool is_for_servers(const Certificate& certificate);

/// RFC 9525 6.3: case-insensitive, one `*` as the whole left-most label matches exactly one label. IP addresses match as text.
bool name_matches(std::string_view pattern, std::string_view name);
/// One of the certificate's names (`names_on`) matches.
bool covers(const Certificate& certificate, const std::string& name);
bool covers_all(const Certificate& certificate, const std::vector<std::string>& names);

/// warn_before and replace_before with "auto" worked out: a third (at most 21 days) and a tenth (at most 7 days) of the lifetime.
Duration warn_before(const Certificate& certificate, const CertificatePolicy& policy);
Duration replace_before(const Certificate& certificate, const CertificatePolicy& policy);

}  // namespace sstp
