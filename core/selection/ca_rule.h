#pragma once

#include "core/model/certificate_authority.h"
#include "core/selection/desired_state.h"

#include <optional>
#include <string>

namespace sstp::selection {

/// Of which CA a certificate must be to succeed the active one, and who says so (DESIGN 2.1).
struct CaRule {
    Origin origin = Origin::none;
    std::optional<CertificateAuthority> known;    ///< what is learned, else presumed; nothing: none is known
    std::optional<CertificateAuthority> proven;   ///< of the certificate proven last: what an unknown CA is compared with
    bool any = false;                             ///< the policy decides otherwise: thumbprint, issuer, "ca": "any"
    /// Learned, or decided by the policy: a candidate of another CA is just another's, no riddle.
    [[nodiscard]] bool is_decided() const { return any || origin == Origin::learned; }
};

CaRule ca_rule(const SelectionInput& input, const Certificate* active);

/// As far as the CA goes. With no CA known every one will do.
bool allows(const CaRule& rule, const Certificate& certificate);

/// For people: "a public CA, with whose certificates clients connected".
std::string describe(const CaRule& rule);

/// The keys that let a certificate of another CA succeed; for messages.
inline constexpr char kCaRemedy[] = R"(To allow it, set certificate.thumbprint, certificate.issuer or "certificate": {"ca": "any"}.)";

}  // namespace sstp::selection
