#include "tests/simulation/faults.h"

#include <array>

namespace sstp::simulation {

using simulated::PortCall;

namespace {

constexpr auto kFaults = std::to_array<DocumentedFault>({
    {PortCall::bindings_all, ErrorKind::access_denied, 5},
    {PortCall::bindings_all, ErrorKind::malformed, 87},
    {PortCall::bindings_all, ErrorKind::unexpected, 31},
    {PortCall::bindings_last_written, ErrorKind::access_denied, 5},
    {PortCall::bindings_listen_list, ErrorKind::access_denied, 5},
    {PortCall::bindings_listen_list, ErrorKind::unexpected, 31},
    {PortCall::bindings_at, ErrorKind::access_denied, 5},
    {PortCall::bindings_at, ErrorKind::malformed, 87},
    {PortCall::bindings_put, ErrorKind::access_denied, 5},
    {PortCall::bindings_put, ErrorKind::already_exists, 183},
    {PortCall::bindings_put, ErrorKind::no_usable_key, 1312},
    {PortCall::bindings_put, ErrorKind::malformed, 87},
    {PortCall::bindings_put, ErrorKind::settling, 87},
    {PortCall::bindings_put, ErrorKind::not_replaceable, 50},
    {PortCall::bindings_remove, ErrorKind::access_denied, 5},
    {PortCall::bindings_remove, ErrorKind::not_found, 2},
    {PortCall::parameters_read, ErrorKind::access_denied, 5},
    {PortCall::parameters_read, ErrorKind::unexpected, 1018},
    {PortCall::parameters_last_written, ErrorKind::access_denied, 5},
    {PortCall::parameters_write, ErrorKind::access_denied, 5},
    {PortCall::parameters_write, ErrorKind::not_found, 2},
    {PortCall::parameters_write, ErrorKind::disk_full, 112},
    {PortCall::parameters_remove, ErrorKind::access_denied, 5},
    {PortCall::parameters_flush, ErrorKind::unexpected, 1016},
    {PortCall::services_query, ErrorKind::access_denied, 5},
    {PortCall::services_query, ErrorKind::unexpected, 1722},
    {PortCall::services_dependants, ErrorKind::access_denied, 5},
    {PortCall::services_stop, ErrorKind::access_denied, 5},
    {PortCall::services_stop, ErrorKind::dependents_running, 1051},
    {PortCall::services_stop, ErrorKind::busy, 1061},
    {PortCall::services_stop, ErrorKind::service_hung, 1053},
    {PortCall::services_stop, ErrorKind::timed_out, 1460},
    {PortCall::services_start, ErrorKind::access_denied, 5},
    {PortCall::services_start, ErrorKind::service_disabled, 1058},
    {PortCall::services_start, ErrorKind::service_gone, 1072},
    {PortCall::services_start, ErrorKind::service_hung, 1053},
    {PortCall::services_start, ErrorKind::timed_out, 1460},
    {PortCall::services_start, ErrorKind::unexpected, 1068},
    {PortCall::services_ask_to_start, ErrorKind::access_denied, 5},
    {PortCall::services_ask_to_start, ErrorKind::busy, 1061},
    {PortCall::services_ask_to_start, ErrorKind::service_disabled, 1058},
    {PortCall::certificates_list, ErrorKind::access_denied, 5},
    {PortCall::certificates_list, ErrorKind::not_found, 2},
    {PortCall::certificates_list, ErrorKind::timed_out, 1460},
    {PortCall::certificates_holds, ErrorKind::access_denied, 5},
    {PortCall::certificates_archive, ErrorKind::access_denied, 5},
    {PortCall::certificates_remove, ErrorKind::access_denied, 5},
    {PortCall::probe, ErrorKind::timed_out, 10060},
    {PortCall::probe, ErrorKind::unexpected, 10061},
    {PortCall::probe, ErrorKind::unexpected, 10054},
    {PortCall::probe_port_owner, ErrorKind::access_denied, 5},
    {PortCall::probe_addresses, ErrorKind::unexpected, 1168},
    {PortCall::sessions_read, ErrorKind::timed_out, 1460},
    {PortCall::sessions_read, ErrorKind::source_unavailable, 1722},
    {PortCall::sessions_read, ErrorKind::access_denied, 5},
    {PortCall::group_policy_read, ErrorKind::access_denied, 5},
    {PortCall::kill_switch_read, ErrorKind::access_denied, 5},
    {PortCall::kill_switch_read, ErrorKind::unexpected, 1018},
    {PortCall::files_read, ErrorKind::access_denied, 5},
    {PortCall::files_read, ErrorKind::busy, 32},
    {PortCall::files_replace, ErrorKind::access_denied, 5},
    {PortCall::files_replace, ErrorKind::busy, 32},
    {PortCall::files_replace, ErrorKind::disk_full, 112},
    {PortCall::event_log_subscribe, ErrorKind::position_lost, 15011},
    {PortCall::event_log_subscribe, ErrorKind::position_lost, 1168},
    {PortCall::event_log_subscribe, ErrorKind::source_unavailable, 15007},
    {PortCall::event_log_subscribe, ErrorKind::source_unavailable, 1722},
    {PortCall::event_log_read, ErrorKind::position_lost, 15011},
    {PortCall::event_log_read, ErrorKind::batch_too_large, 1734},
    {PortCall::event_log_read, ErrorKind::source_unavailable, 1818},
    {PortCall::event_sink_report, ErrorKind::unexpected, 1722},
    {PortCall::record_load, ErrorKind::corrupt, 11},
    {PortCall::record_load, ErrorKind::busy, 5},
    {PortCall::record_commit, ErrorKind::disk_full, 13},
    {PortCall::record_commit, ErrorKind::busy, 5},
    {PortCall::record_commit, ErrorKind::corrupt, 11},
});

}  // namespace

std::span<const DocumentedFault> documented_faults() { return kFaults; }

}  // namespace sstp::simulation
