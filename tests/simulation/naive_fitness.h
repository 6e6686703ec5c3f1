#pragma once

#include "core/model/certificate.h"
#include "core/model/policy.h"

namespace sstp::simulation {

/// Deliberately naive, written from DESIGN promise 1 and section 5 alone: shares no code with core/decision but the rule
/// for names (RFC 6125), which has tests of its own.
bool naively_fit(const Certificate& certificate, const CertificatePolicy& policy, WallTime now);

}  // namespace sstp::simulation
