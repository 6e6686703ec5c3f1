#include "core/diagnosis/checks.h"
#include "core/model/families.h"
#include "core/model/text.h"

#include <algorithm>

namespace sstp {

namespace {

bool is_about_the_unit(Reason reason) {
    switch (reason) {
        case Reason::binding_missing_ipv4:
        case Reason::binding_missing_ipv6:
        case Reason::binding_mismatch:
        case Reason::hash_sha1_missing:
        case Reason::hash_sha1_malformed:
        case Reason::hash_sha1_mismatch:
        case Reason::hash_sha256_missing:
        case Reason::hash_sha256_malformed:
        case Reason::hash_sha256_mismatch: return true;
        default: return false;
    }
}

bool is_about_a_key(Reason reason) { return reason == Reason::private_key_missing || reason == Reason::private_key_unusable; }

bool is_critical(const Finding& finding) { return finding.severity == Severity::critical; }

template <class Matches>
void demote(Findings& findings, Matches matches) {
    for (Finding& each : findings) {
        if (matches(each)) each.severity = Severity::information;
    }
}

/// The value that the step replaces names this certificate.
bool replaces(const Step& step, const Certificate& certificate) {
    if (const auto* bind = std::get_if<BindStep>(&step)) return bind->before && bind->before->thumbprint() == certificate.thumbprint;
    const auto* write = std::get_if<WriteValueStep>(&step);
    if (!write || !write->before) return false;
    return write->before->data == certificate.thumbprint.to_vector() || write->before->data == certificate.hash.to_vector();
}

void below_a_stopped_rras(const CheckInput& input, Findings& findings) {
    if (rras_may_run(input.state)) return;
    demote(findings, [](const Finding& each) { return is_symptom(each.reason); });
}

void below_a_port_of_somebody_else(Findings& findings) {
    const Findings all = findings;
    demote(findings, [&](const Finding& each) {
        return is_symptom(each.reason) && std::any_of(all.begin(), all.end(), [&](const Finding& cause) {
                   return cause.reason == Reason::port_taken && cause.subject == each.subject;
               });
    });
}

/// An active certificate that will not do is one finding; that records and hashes still name it, and that listeners without a key are
/// silent, follows from it.
void below_an_unfit_certificate(const CheckInput& input, Findings& findings) {
    if (!input.desired.active) return;
    const std::string subject = input.desired.active->thumbprint.to_string();
    const auto cause = [&](const Finding& each) { return is_critical(each) && each.subject == subject && !is_about_the_unit(each.reason); };
    if (std::none_of(findings.begin(), findings.end(), cause)) return;
    for (const Difference& each : input.differences) {
        if (!each.step || !replaces(*each.step, *input.desired.active)) continue;
        demote(findings, [&](const Finding& found) { return found == each.finding; });
    }
    const bool no_key =
        std::any_of(findings.begin(), findings.end(), [&](const Finding& each) { return cause(each) && is_about_a_key(each.reason); });
    if (no_key) demote(findings, [](const Finding& each) { return is_symptom(each.reason); });
}

/// A record that we may not touch decides: that ours do not follow it, or it not them, is no second cause.
void below_a_deciding_foreign_record(Findings& findings) {
    const bool decides = std::any_of(findings.begin(), findings.end(), [](const Finding& each) {
        return is_critical(each) && (each.reason == Reason::binding_shadowed || each.reason == Reason::binding_foreign_owner);
    });
    if (!decides) return;
    demote(findings, [](const Finding& each) { return is_about_the_unit(each.reason) || is_symptom(each.reason); });
}

/// What a family's clients get follows from its record.
void below_a_wrong_record(Findings& findings) {
    const Findings all = findings;
    demote(findings, [&](const Finding& each) {
        return is_symptom(each.reason) && std::any_of(all.begin(), all.end(), [&](const Finding& cause) {
                   return is_critical(cause) && cause.subject == each.subject &&
                          (is_about_the_unit(cause.reason) || cause.reason == Reason::binding_foreign_owner);
               });
    });
}

/// The hashes are one pair: one cause.
void below_the_sha256(Findings& findings) {
    const bool wrong = std::any_of(findings.begin(), findings.end(), [](const Finding& each) {
        return is_critical(each) && each.subject == registry_name(SstpValue::sha256_certificate_hash);
    });
    if (!wrong) return;
    demote(findings, [](const Finding& each) { return each.subject == registry_name(SstpValue::sha1_certificate_hash); });
}

void below_a_pending_configuration(Findings& findings) {
    if (!has(findings, Reason::configuration_pending)) return;
    demote(findings, [](const Finding& each) { return is_about_the_unit(each.reason) || is_symptom(each.reason); });
}

}  // namespace

void list_echoes_below_their_cause(const CheckInput& input, Assessment& assessment) {
    Findings& findings = assessment.findings;
    below_a_pending_configuration(findings);
    below_a_stopped_rras(input, findings);
    below_a_port_of_somebody_else(findings);
    below_an_unfit_certificate(input, findings);
    below_a_deciding_foreign_record(findings);
    below_a_wrong_record(findings);
    below_the_sha256(findings);
    // What something else explains is no symptom that a restart may cure.
    std::erase_if(assessment.symptoms, [&](Reason reason) {
        return std::none_of(findings.begin(), findings.end(),
                            [=](const Finding& each) { return each.reason == reason && each.severity > Severity::information; });
    });
}

}  // namespace sstp
