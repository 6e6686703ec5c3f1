#pragma once

#include "core/model/certificate.h"
#include "core/model/policy.h"

#include <string>

namespace sstp::selection {

/// certificate.thumbprint names this one.
bool is_pinned(const Certificate& certificate, const CertificatePolicy& policy);
/// certificate.issuer is the CN or the whole DN of a CA in its chain, case-insensitive.
bool is_issued_under(const Certificate& certificate, const std::string& issuer);
/// What the policy asks for beyond fitness: the pinned one, one of the named CA. A pin forbids every other certificate.
bool is_wanted(const Certificate& certificate, const CertificatePolicy& policy);
/// Why a certificate is not wanted, for people: "is not the pinned one".
std::string why_unwanted(const Certificate& certificate, const CertificatePolicy& policy);

}  // namespace sstp::selection
