#pragma once

#include "core/selection/desired_state.h"

#include <string>

namespace sstp::test {

/// What is chosen, with certificates by their number: "1", "1, planned 2", "2 as second choice", "-, soon 2",
/// "blocked by ambiguous_certificate", "2, adopted", "2, by the link", "1, blocked by …".
std::string in_short(const DesiredState& desired);
/// Findings in alphabetical order: "word" warns, "word!" is critical, "(word)" informs.
std::string findings_in_short(const Findings& findings);
/// What `in_short` says of both, and what it rests on, for a failing test.
std::string at_length(const DesiredState& desired);

}  // namespace sstp::test
