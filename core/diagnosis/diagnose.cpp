#include "core/diagnosis/diagnose.h"

#include "core/diagnosis/checks.h"

namespace sstp {

namespace {

// The order is the policy: what makes the rest pointless first, then causes, then symptoms.
constexpr Check kChain[] = {
    tls_is_ours,                          // behind a load balancer nothing below applies
    everything_needed_was_readable,       // unknown is not broken: look again, write nothing
    services_run,                         // nobody is served by a stopped server, whatever it is bound to
    nobody_else_decides,                  // records that we may not touch decide before ours do
    named_certificates_are_in_the_store,  // a name that leads nowhere
    certificates_in_force_are_fit,        // what clients refuse
    a_fit_certificate_exists,             // whether there is a cure
    every_family_is_bound,
    bindings_name_one_certificate,
    stored_hashes_name_the_certificate,  // crypto binding: a dead tunnel behind a healthy handshake
    hash_flag_is_readable_to_rras,
    certificate_in_force_has_time_left,  // what will break, from here on
    nothing_newer_is_waiting,
    listeners_answer,  // last: a probe tells symptoms, the ones above tell causes
    listeners_serve_the_certificate,
    sstp_answers_behind_tls,
};

}  // namespace

Findings diagnose(const Diagnosis& diagnosis) {
    const Examination examination = examine(diagnosis);
    Findings findings;
    for (const Check check : kChain) {
        if (check(examination, findings) == Then::stop) break;
    }
    return findings;
}

}  // namespace sstp
