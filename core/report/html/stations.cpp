#include "core/report/html/sections.h"

namespace sstp::html {

Station station_of(Reason reason) noexcept {
    switch (reason) {
        case Reason::listener_unreachable_ipv4:
        case Reason::listener_unreachable_ipv6:
        case Reason::listener_excluded_ipv4:
        case Reason::listener_excluded_ipv6:
        case Reason::port_taken: return Station::address;
        case Reason::binding_missing_ipv4:
        case Reason::binding_missing_ipv6:
        case Reason::binding_mismatch:
        case Reason::binding_foreign_owner:
        case Reason::binding_shadowed:
        case Reason::binding_not_replaceable:
        case Reason::certificate_in_other_store: return Station::record;
        case Reason::hash_sha1_missing:
        case Reason::hash_sha1_malformed:
        case Reason::hash_sha1_mismatch:
        case Reason::hash_sha256_missing:
        case Reason::hash_sha256_malformed:
        case Reason::hash_sha256_mismatch:
        case Reason::hash_flag_malformed:
        case Reason::hash_unknown_to_this_server:
        case Reason::hash_newer_than_service: return Station::hash;
        case Reason::sstp_uri_unhealthy:
        case Reason::service_stopped:
        case Reason::service_starting:
        case Reason::service_hung:
        case Reason::service_disabled:
        case Reason::service_missing:
        case Reason::sstp_not_configured:
        case Reason::configuration_pending:
        case Reason::tls_offloaded:
        case Reason::no_client_since_heal: return Station::service;
        case Reason::heal_incomplete:
        case Reason::heal_does_not_last:
        case Reason::budget_exhausted:
        case Reason::policy_invalid:
        case Reason::kill_switch_invalid:
        case Reason::clock_not_believed:
        case Reason::state_unreadable:
        case Reason::record_unwritable:
        case Reason::event_source_degraded:
        case Reason::client_certificate_unfit: return Station::none;
        default: return Station::certificate;
    }
}

}  // namespace sstp::html
