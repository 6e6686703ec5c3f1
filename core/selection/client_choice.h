#pragma once

#include "core/model/certificate.h"
#include "core/model/policy.h"

#include <tuple>

namespace sstp {

/// Its purposes allow it to be shown as a client's: client authentication or any. Without the list of purposes a certificate is for
/// everything (RFC 5280 4.2.1.12).
bool is_for_clients(const Certificate& certificate);
/// Issuer (CN or whole DN) and DNS name are those of the selector, where it says any.
bool is_asked_for(const Certificate& certificate, const SelectClientCertificate& selector);

/// What tells certificates that could be shown to a receiver apart.
struct ClientCandidate {
    bool refused = false;         ///< the receiver has just refused it
    bool self_signed = false;
    bool trusted = false;         ///< this machine trusts its chain
    bool under_ca_file = false;   ///< its chain ends in a root of the destination's ca_file
    bool names_this_host = false; ///< it has this host's full name
    WallTime not_before{};
    WallTime not_after{};
    CertificateHash hash{};
};

/// Whether the first is to be shown rather than the second (DESIGN 5.1). The end of validity comes late: a device certificate of ten
/// years, or one that an agent signed for itself, would win over the CA's own one-year certificate for ever.
inline bool is_shown_rather(const ClientCandidate& left, const ClientCandidate& right) {
    const auto rank = [](const ClientCandidate& each) {
        return std::tuple(!each.refused, !each.self_signed, each.trusted || each.under_ca_file, each.under_ca_file, each.names_this_host,
                          each.not_after, each.not_before);
    };
    return rank(left) != rank(right) ? rank(left) > rank(right) : left.hash < right.hash;
}

}  // namespace sstp
