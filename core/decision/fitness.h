#pragma once

#include "core/model/certificate.h"
#include "core/model/finding.h"
#include "core/policy/policy.h"

#include <string>
#include <string_view>
#include <vector>

namespace sstp {

/// What speaks against a certificate: one entry a reason, in the order of DESIGN promise 1 (dates, purpose, key, name,
/// chain, strength, revocation).
struct Unfitness {
    Reason reason{};
    Severity severity = Severity::critical;  ///< warning: it may be bound all the same (weak chain where policy only warns)
    std::string explanation;                 ///< what is said of the certificate: "ended 2026-11-21 02:14 UTC"
    friend bool operator==(const Unfitness&, const Unfitness&) = default;
};

/// All that speaks against a certificate, warnings included. `names` may be empty (then any name will do).
std::vector<Unfitness> judge(const Certificate& certificate, const std::vector<std::string>& names, const Policy& policy, WallTime now);
/// True when `judge` has nothing critical against it.
bool is_fit(const Certificate& certificate, const std::vector<std::string>& names, const Policy& policy, WallTime now);

/// RFC 9525 6.3: case-insensitive, one `*` as the whole left-most label matches exactly one label.
bool name_matches(std::string_view pattern, std::string_view name);
/// Every one of `names` is matched by one of the certificate's SAN entries. The subject is never looked at (RFC 9525 2).
bool covers(const Certificate& certificate, const std::vector<std::string>& names);

/// True when the policy's choice rests on facts about this certificate that could not be had: the chain engine failed,
/// or revocation is required and no answer came. That is not known to be bad, only not known to be good: such a
/// certificate is never bound anew, and one in force is not replaced for it.
bool is_unproven(const Certificate& certificate, const Policy& policy);

}  // namespace sstp
