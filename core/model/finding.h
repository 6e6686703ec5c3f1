#pragma once

#include "core/model/binding.h"

#include <array>
#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

namespace sstp {

/// Why something is wrong, in words that machines read. The words are stable for ever (DESIGN section 6).
enum class Reason : std::uint8_t {
    no_fit_certificate,
    ambiguous_certificate,
    successor_other_ca,
    names_presumed,
    names_changed,
    choice_not_confirmed,
    certificate_missing,
    certificate_archived,
    certificate_in_other_store,
    certificate_expired,
    certificate_not_yet_valid,
    certificate_expiring,
    certificate_superseded,
    eku_unfit,
    private_key_missing,
    private_key_unusable,
    private_key_unknown,
    name_mismatch,
    chain_untrusted,
    chain_unknown,
    certificate_revoked,
    revocation_unknown,
    weak_key,
    served_chain_incomplete,
    served_by_renewal_link,
    renewal_link_pending,
    binding_missing_ipv4,
    binding_missing_ipv6,
    binding_mismatch,
    binding_foreign_owner,
    binding_shadowed,
    binding_not_replaceable,
    hash_sha1_missing,
    hash_sha1_malformed,
    hash_sha1_mismatch,
    hash_sha256_missing,
    hash_sha256_malformed,
    hash_sha256_mismatch,
    hash_flag_malformed,
    hash_unknown_to_this_server,
    hash_newer_than_service,
    configuration_pending,
    served_certificate_differs_ipv4,
    served_certificate_differs_ipv6,
    listener_unreachable_ipv4,
    listener_unreachable_ipv6,
    listener_excluded_ipv4,
    listener_excluded_ipv6,
    port_taken,
    sstp_uri_unhealthy,
    service_stopped,
    service_starting,
    service_hung,
    service_disabled,
    service_missing,
    sstp_not_configured,
    tls_offloaded,
    heal_incomplete,
    heal_does_not_last,
    no_client_since_heal,
    budget_exhausted,
    policy_invalid,
    kill_switch_invalid,
    clock_not_believed,
    state_unreadable,
    record_unwritable,
    event_source_degraded,
    client_certificate_unfit,
};
inline constexpr std::size_t kReasonCount = static_cast<std::size_t>(Reason::client_certificate_unfit) + 1;

const char* word(Reason reason) noexcept;                        ///< "binding_missing_ipv6"
std::optional<Reason> reason_from_word(std::string_view word);
/// "binding_missing_ipv6,hash_sha1_missing"
std::string words(const std::vector<Reason>& reasons, std::string_view between = ",");
/// Every reason, in the order above.
const std::array<Reason, kReasonCount>& all_reasons();

/// Ordered: the worst compares greatest. `check` exits with 0, 1 or 2.
enum class Severity : std::uint8_t { information, warning, critical };
const char* word(Severity severity) noexcept;                    ///< "information", "warning", "critical"

/// One thing that is wrong, or will be.
struct Finding {
    Reason reason{};
    Severity severity = Severity::critical;
    std::string subject;      ///< the object, for grouping: "[::]:443", "Sha1CertificateHash", a thumbprint, a service
    std::string explanation;  ///< a sentence or two for a person, with the values that matter

    friend bool operator==(const Finding&, const Finding&) = default;
};
using Findings = std::vector<Finding>;

/// The worst severity; information when there are no findings.
Severity worst(const Findings& findings);
bool has(const Findings& findings, Reason reason);
/// Said by comparing the clock with the dates of a certificate: as true as the clock is.
bool is_of_dates(Reason reason) noexcept;

}  // namespace sstp
