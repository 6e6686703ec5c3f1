#pragma once

#include "core/diagnosis/examination.h"
#include "core/model/finding.h"

namespace sstp {

/// Whether the checks further down the chain still apply.
enum class Then : std::uint8_t { go_on, stop };
/// Adds what it finds wrong. Order and meaning: kChain in diagnose.cpp.
using Check = Then (*)(const Examination&, Findings&);

// check_settings.cpp
Then tls_is_ours(const Examination&, Findings&);
Then everything_needed_was_readable(const Examination&, Findings&);
// check_services.cpp
Then services_run(const Examination&, Findings&);
// check_certificate.cpp
Then named_certificates_are_in_the_store(const Examination&, Findings&);
Then certificates_in_force_are_fit(const Examination&, Findings&);
Then a_fit_certificate_exists(const Examination&, Findings&);
Then certificate_in_force_has_time_left(const Examination&, Findings&);
Then nothing_newer_is_waiting(const Examination&, Findings&);
// check_bindings.cpp
Then nobody_else_decides(const Examination&, Findings&);
Then every_family_is_bound(const Examination&, Findings&);
Then bindings_name_one_certificate(const Examination&, Findings&);
// check_hashes.cpp
Then stored_hashes_name_the_certificate(const Examination&, Findings&);
Then hash_flag_is_readable_to_rras(const Examination&, Findings&);
// check_listeners.cpp
Then listeners_answer(const Examination&, Findings&);
Then listeners_serve_the_certificate(const Examination&, Findings&);
Then sstp_answers_behind_tls(const Examination&, Findings&);

}  // namespace sstp
