#pragma once

#include "core/selection/desired_state.h"

#include <string>

namespace sstp {

/// The CN where it is a DNS name that the certificate covers, else the first name on it; empty when it has none.
std::string primary_name(const Certificate& certificate);

/// What is learned of a certificate once clients were seen to connect with it (the cycle stores it; DESIGN 2.1).
Learned learned_from(const Certificate& certificate, WallTime at);

namespace selection {

/// The names that a certificate must cover: the policy's, else the learned ones, else those of the active certificate.
RequiredNames required_names(const SelectionInput& input, const Certificate* active);

/// " Asked for are vpn.example.com: learned from …; certificate.dns_names ends that demand."; nothing where none are.
std::string what_is_asked_for(const RequiredNames& names);

/// Those that clients are taken to dial: of the policy's every one; of learned and presumed ones the primary, for the others are what
/// stands beside it on the certificate.
std::vector<std::string> dialled_names(const RequiredNames& names);

/// What clients of these names meet: of each that they are taken to dial where SNI records answer those, else of the wildcards.
std::vector<const Probe*> probes_of_clients(const ServerState& state, AddressFamily family, const RequiredNames& names);

/// The names by which a candidate is judged. A presumption makes nothing unfit that the policy pins.
std::vector<std::string> names_asked_of(const Certificate& certificate, const RequiredNames& names, const CertificatePolicy& policy);

/// Covers enough of the learned names to be taken when the active one has ended: the primary name; under a learned wildcard a
/// name that an earlier certificate or the policy has named.
bool is_second_choice(const Certificate& certificate, const RequiredNames& names, const Memory& memory);

/// A learned wildcard is the primary name, and the certificate stands below it: which of the names there clients use, it cannot say.
bool is_below_the_primary_wildcard(const Certificate& certificate, const RequiredNames& names);

}  // namespace selection
}  // namespace sstp
