#pragma once

#include "core/model/finding.h"

#include <string>

namespace sstp::test {

/// Findings as tables write them, in their order: "certificate_expired! renewal_link_pending? tls_offloaded." ('!' is critical, '?' a
/// warning, '.' information).
std::string in_short(const Finding& finding);
std::string in_short(const Findings& findings);
/// Only those above information.
std::string loud(const Findings& findings);

}  // namespace sstp::test
