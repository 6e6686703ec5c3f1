#include "service/windows/portable/next_certificate.h"

#include <utility>

namespace sstp {

namespace {

/// The receiver dealt with what we sent, well or badly: it had not turned us away before.
bool was_let_in(const CertificateAttempt& attempt) {
    if (attempt.handover.receipt) return true;
    if (attempt.refused || attempt.handover.reason == kOurCertificate) return false;
    switch (attempt.handover.failure) {
        case HandoverFailure::not_confirmed:
        case HandoverFailure::silent:
        case HandoverFailure::refused_content:
        case HandoverFailure::refused_us:
        case HandoverFailure::overloaded: return true;
        case HandoverFailure::unreachable:
        case HandoverFailure::untrusted:
        case HandoverFailure::stopped: return false;
    }
    return false;
}

}  // namespace

Handover with_a_certificate_that_is_taken(
    const std::function<CertificateAttempt(const std::optional<CertificateHash>& passed_over)>& attempt,
    const std::function<bool()>& stopped, std::optional<CertificateHash>& passed_over) {
    CertificateAttempt first = attempt(passed_over);
    if (!first.refused || stopped()) return std::move(first.handover);
    CertificateAttempt second = attempt(first.refused->hash);
    if (was_let_in(second)) {
        passed_over = first.refused->hash;
        return std::move(second.handover);
    }
    if (second.refused) first.handover.error.text += ". Then the next one was tried, and refused as well: " + second.refused->in_words;
    return std::move(first.handover);
}

}  // namespace sstp
