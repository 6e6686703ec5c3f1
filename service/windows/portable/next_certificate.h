#pragma once

#include "core/model/digest.h"
#include "core/ports/siem_transport.h"

#include <functional>
#include <optional>
#include <string>

namespace sstp {

/// Why nothing was taken, where it is our certificate: the word that counters, events and the finding client_certificate_unfit rest on.
inline constexpr char kOurCertificate[] = "client_certificate";

/// A certificate of ours that may be the reason why a receiver turned us away, while another one would do.
struct RefusedCertificate {
    CertificateHash hash{};
    std::string in_words;
};

/// One attempt at a receiver.
struct CertificateAttempt {
    Handover handover;
    std::optional<RefusedCertificate> refused;
};

/// Makes the attempt with our best certificate (`passed_over` shown last), and where that is refused with the next one, once: a store has
/// one of auto-enrolment and one of the receiver's own CA, and only the receiver knows which it means. What was refused is remembered in
/// `passed_over` as soon as the other is taken. Refused as well: the first failure, with both named. `stopped` is asked between the two.
Handover with_a_certificate_that_is_taken(
    const std::function<CertificateAttempt(const std::optional<CertificateHash>& passed_over)>& attempt,
    const std::function<bool()>& stopped, std::optional<CertificateHash>& passed_over);

}  // namespace sstp
