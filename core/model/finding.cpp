#include "core/model/finding.h"

#include <algorithm>
#include <utility>

namespace sstp {

namespace {

constexpr std::array<std::pair<Reason, const char*>, kReasonCount> kWords{{
    {Reason::no_fit_certificate, "no_fit_certificate"},
    {Reason::ambiguous_certificate, "ambiguous_certificate"},
    {Reason::successor_other_ca, "successor_other_ca"},
    {Reason::names_presumed, "names_presumed"},
    {Reason::names_changed, "names_changed"},
    {Reason::choice_not_confirmed, "choice_not_confirmed"},
    {Reason::certificate_missing, "certificate_missing"},
    {Reason::certificate_archived, "certificate_archived"},
    {Reason::certificate_in_other_store, "certificate_in_other_store"},
    {Reason::certificate_expired, "certificate_expired"},
    {Reason::certificate_not_yet_valid, "certificate_not_yet_valid"},
    {Reason::certificate_expiring, "certificate_expiring"},
    {Reason::certificate_superseded, "certificate_superseded"},
    {Reason::eku_unfit, "eku_unfit"},
    {Reason::private_key_missing, "private_key_missing"},
    {Reason::private_key_unusable, "private_key_unusable"},
    {Reason::private_key_unknown, "private_key_unknown"},
    {Reason::name_mismatch, "name_mismatch"},
    {Reason::chain_untrusted, "chain_untrusted"},
    {Reason::chain_unknown, "chain_unknown"},
    {Reason::certificate_revoked, "certificate_revoked"},
    {Reason::revocation_unknown, "revocation_unknown"},
    {Reason::weak_key, "weak_key"},
    {Reason::served_chain_incomplete, "served_chain_incomplete"},
    {Reason::served_by_renewal_link, "served_by_renewal_link"},
    {Reason::renewal_link_pending, "renewal_link_pending"},
    {Reason::binding_missing_ipv4, "binding_missing_ipv4"},
    {Reason::binding_missing_ipv6, "binding_missing_ipv6"},
    {Reason::binding_mismatch, "binding_mismatch"},
    {Reason::binding_foreign_owner, "binding_foreign_owner"},
    {Reason::binding_shadowed, "binding_shadowed"},
    {Reason::binding_not_replaceable, "binding_not_replaceable"},
    {Reason::hash_sha1_missing, "hash_sha1_missing"},
    {Reason::hash_sha1_malformed, "hash_sha1_malformed"},
    {Reason::hash_sha1_mismatch, "hash_sha1_mismatch"},
    {Reason::hash_sha256_missing, "hash_sha256_missing"},
    {Reason::hash_sha256_malformed, "hash_sha256_malformed"},
    {Reason::hash_sha256_mismatch, "hash_sha256_mismatch"},
    {Reason::hash_flag_malformed, "hash_flag_malformed"},
    {Reason::hash_unknown_to_this_server, "hash_unknown_to_this_server"},
    {Reason::hash_newer_than_service, "hash_newer_than_service"},
    {Reason::configuration_pending, "configuration_pending"},
    {Reason::served_certificate_differs_ipv4, "served_certificate_differs_ipv4"},
    {Reason::served_certificate_differs_ipv6, "served_certificate_differs_ipv6"},
    {Reason::listener_unreachable_ipv4, "listener_unreachable_ipv4"},
    {Reason::listener_unreachable_ipv6, "listener_unreachable_ipv6"},
    {Reason::listener_excluded_ipv4, "listener_excluded_ipv4"},
    {Reason::listener_excluded_ipv6, "listener_excluded_ipv6"},
    {Reason::port_taken, "port_taken"},
    {Reason::sstp_uri_unhealthy, "sstp_uri_unhealthy"},
    {Reason::service_stopped, "service_stopped"},
    {Reason::service_starting, "service_starting"},
    {Reason::service_hung, "service_hung"},
    {Reason::service_disabled, "service_disabled"},
    {Reason::service_missing, "service_missing"},
    {Reason::sstp_not_configured, "sstp_not_configured"},
    {Reason::tls_offloaded, "tls_offloaded"},
    {Reason::heal_incomplete, "heal_incomplete"},
    {Reason::heal_does_not_last, "heal_does_not_last"},
    {Reason::no_client_since_heal, "no_client_since_heal"},
    {Reason::budget_exhausted, "budget_exhausted"},
    {Reason::policy_invalid, "policy_invalid"},
    {Reason::kill_switch_invalid, "kill_switch_invalid"},
    {Reason::clock_not_believed, "clock_not_believed"},
    {Reason::state_unreadable, "state_unreadable"},
    {Reason::record_unwritable, "record_unwritable"},
    {Reason::event_source_degraded, "event_source_degraded"},
    {Reason::client_certificate_unfit, "client_certificate_unfit"},
}};

constexpr bool words_are_in_order() {
    for (std::size_t i = 0; i < kWords.size(); ++i) {
        if (static_cast<std::size_t>(kWords[i].first) != i) return false;
    }
    return true;
}
static_assert(words_are_in_order(), "word() indexes the table by the reason's value");

}  // namespace

const char* word(Reason reason) noexcept { return kWords[static_cast<std::size_t>(reason)].second; }

std::optional<Reason> reason_from_word(std::string_view word) {
    const auto found = std::find_if(kWords.begin(), kWords.end(), [&](const auto& each) { return each.second == word; });
    return found == kWords.end() ? std::nullopt : std::optional{found->first};
}

std::string words(const std::vector<Reason>& reasons, std::string_view between) {
    std::string all;
    for (const Reason reason : reasons) {
        if (!all.empty()) all += between;
        all += word(reason);
    }
    return all;
}

const std::array<Reason, kReasonCount>& all_reasons() {
    static const auto kAll = [] {
        std::array<Reason, kReasonCount> all{};
        for (std::size_t i = 0; i < all.size(); ++i) all[i] = kWords[i].first;
        return all;
    }();
    return kAll;
}

const char* word(Severity severity) noexcept {
    switch (severity) {
        case Severity::information: return "information";
        case Severity::warning: return "warning";
        case Severity::critical: return "critical";
    }
    return "critical";
}

Severity worst(const Findings& findings) {
    Severity found = Severity::information;
    for (const Finding& finding : findings) found = std::max(found, finding.severity);
    return found;
}

bool has(const Findings& findings, Reason reason) {
    return std::any_of(findings.begin(), findings.end(), [=](const Finding& each) { return each.reason == reason; });
}

bool is_of_dates(Reason reason) noexcept {
    return reason == Reason::certificate_expired || reason == Reason::certificate_not_yet_valid ||
           reason == Reason::certificate_superseded || reason == Reason::certificate_expiring;
}

}  // namespace sstp
