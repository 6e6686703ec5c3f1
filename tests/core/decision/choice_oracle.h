#pragma once

#include "core/decision/choose_certificate.h"

#include <optional>

namespace sstp::test {

/// What the choice should be, worked out a second time from DESIGN ("Choosing the certificate", 7.3, 7.4, 7.8) by code that
/// shares nothing with the product: no function of core/decision is called, every rule is spelled out flatly, and candidates
/// are put in order by comparing all of them with all. Slow and plain on purpose.
struct OracleChoice {
    CertificateChoice::Verdict verdict = CertificateChoice::Verdict::none_fit;
    std::optional<CertificateHash> target;
    bool current_works = false;
};

OracleChoice oracle_choice(const Diagnosis& diagnosis);

/// Whether the policy lets a certificate be bound (promise fit-or-nothing).
bool oracle_fit(const Certificate& certificate, const std::vector<std::string>& names, const Policy& policy, WallTime now);

/// The names that DESIGN asks of a certificate.
std::vector<std::string> oracle_names(const Diagnosis& diagnosis);

}  // namespace sstp::test
