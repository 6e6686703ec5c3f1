#pragma once

#include "core/decision/fitness.h"
#include "core/decision/standing_records.h"
#include "core/diagnosis/diagnose.h"
#include "core/model/certificate.h"

#include <optional>
#include <string>
#include <vector>

namespace sstp {

/// What the choice rests on, worked out once for a look. Pointers go into the state of the diagnosis.
struct Grounds {
    const Certificate* configured = nullptr;  ///< that our own settings put in force
    /// The DNS names that a certificate must cover: the policy's; else, unless a pinned thumbprint says it all, those of the
    /// last known good, else those of the configured one. Empty when nothing is known.
    std::vector<std::string> names;
    std::vector<StandingRecord> standing;     ///< records that we may not touch
    Dictation dictation;
    /// The certificate in force now (DESIGN 7.3): that of a foreign or shadowing record where one decides, else the
    /// configured one. Null when none of these is in the store.
    const Certificate* current = nullptr;
};

Grounds grounds_of(const Diagnosis& diagnosis);

/// The names to remember (KnownGood::dns_names) when everything was verified healthy with this certificate: those that were
/// required of it, else its own. So neither a wildcard nor a further name of a successor changes what the next one must cover.
std::vector<std::string> names_to_remember(const Diagnosis& diagnosis, const Certificate& verified);

/// Which certificate everything should name (DESIGN, "Choosing the certificate").
struct CertificateChoice {
    enum class Verdict : std::uint8_t {
        keep,       ///< the current one is fit and not superseded
        replace,    ///< another is to take its place
        none_fit,   ///< no_fit_certificate, or a record that we may not touch names an unfit one
        ambiguous,  ///< several with different names and nothing to tell them apart
    };
    Verdict verdict = Verdict::none_fit;
    std::optional<Certificate> target;        ///< of keep and replace
    bool current_works = false;               ///< the current one is fit: replacing it is planned work
    bool dictated_by_foreign_record = false;  ///< a foreign or shadowing record decides; with none_fit: it names an unfit one
    std::string explanation;                  ///< for a person: why this one, or what speaks against each
};

CertificateChoice choose_certificate(const Diagnosis& diagnosis, const Grounds& grounds);
/// The same where nobody has worked out the grounds yet.
inline CertificateChoice choose_certificate(const Diagnosis& diagnosis) { return choose_certificate(diagnosis, grounds_of(diagnosis)); }

}  // namespace sstp
