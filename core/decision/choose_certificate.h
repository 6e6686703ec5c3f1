#pragma once

#include "core/diagnosis/diagnose.h"
#include "core/model/certificate.h"

#include <optional>
#include <string>
#include <vector>

namespace sstp {

/// Why the policy finds a certificate unfit: one entry a reason, in the order of DESIGN promise 1; empty when fit.
struct Unfitness {
    Reason reason{};
    Severity severity = Severity::critical;   ///< warning: it may be bound all the same (weak chain where policy only warns)
    std::string explanation;
    friend bool operator==(const Unfitness&, const Unfitness&) = default;
};

/// The DNS names that a certificate must cover: the policy's, else those of the last known good, else those of the
/// bound one. Empty when nothing is known.
std::vector<std::string> required_names(const Diagnosis& diagnosis);

/// All that speaks against a certificate, warnings included. `names` may be empty (then any name will do).
std::vector<Unfitness> judge(const Certificate& certificate, const std::vector<std::string>& names,
                             const Policy& policy, WallTime now);
/// True when `judge` has nothing critical against it.
bool is_fit(const Certificate& certificate, const std::vector<std::string>& names, const Policy& policy, WallTime now);

/// RFC 9525 6.3: case-insensitive, one `*` as the whole left-most label matches exactly one label.
bool name_matches(std::string_view pattern, std::string_view name);

/// The certificate in force now (DESIGN 7.3); null when none of its sources names one that is in the store.
const Certificate* current_certificate(const Diagnosis& diagnosis);

/// Which certificate everything should name (DESIGN, "Choosing the certificate").
struct CertificateChoice {
    enum class Verdict : std::uint8_t {
        keep,        ///< the current one is fit and not superseded
        replace,     ///< another is to take its place
        none_fit,    ///< no_fit_certificate
        ambiguous,   ///< several with different names and nothing to tell them apart
    };
    Verdict verdict = Verdict::none_fit;
    std::optional<Certificate> target;       ///< of keep and replace
    bool current_works = false;              ///< the current one is fit: replacing it is planned work
    bool dictated_by_foreign_record = false; ///< a foreign or shadowing record's certificate is the target
    std::string explanation;                 ///< for a person: why this one, or what speaks against each
};
CertificateChoice choose_certificate(const Diagnosis& diagnosis);

}  // namespace sstp
