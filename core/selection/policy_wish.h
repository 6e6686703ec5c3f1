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
/// It covers a name of certificate.dns_names, or the policy names none. One that bears none of them is not what clients use: of their CA
/// it tells nothing.
bool bears_a_name_of(const CertificatePolicy& policy, const Certificate& certificate);
/// Why a certificate is not wanted, for people: "is not the pinned one".
std::string why_unwanted(const Certificate& certificate, const CertificatePolicy& policy);

}  // namespace sstp::selection
