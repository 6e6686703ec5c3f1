#pragma once

#include "core/model/digest.h"
#include "core/model/time.h"

#include <tuple>

namespace sstp {

/// What tells certificates that could be shown to a receiver apart.
struct ClientCandidate {
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
        return std::tuple(!each.self_signed, each.trusted || each.under_ca_file, each.under_ca_file, each.names_this_host, each.not_after,
                          each.not_before);
    };
    return rank(left) != rank(right) ? rank(left) > rank(right) : left.hash < right.hash;
}

}  // namespace sstp
