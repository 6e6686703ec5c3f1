#pragma once

#include "core/record/member_list.h"
#include "core/record/snapshot.h"

namespace sstp::stored {

// What a snapshot holds besides the record: one look at a server.

template <>
struct Words<ServiceState> {
    static constexpr const char* all[] = {"stopped",          "start_pending", "stop_pending", "running",
                                          "continue_pending", "pause_pending", "paused"};
};
template <>
struct Words<StartType> {
    static constexpr const char* all[] = {"boot", "system", "automatic", "manual", "disabled"};
};
template <>
struct Words<SentChain> {
    static constexpr const char* all[] = {"complete", "incomplete", "bad", "unknown"};
};

template <class A>
void describe(A& archive, Is<IpAddress> auto& address) {
    archive.required("family", address.family);
    archive.required("bytes", address.bytes);
    archive("scope", address.scope);
}

template <class A>
void describe(A& archive, Is<Malformed> auto& malformed) {
    archive.required("raw", malformed.raw);
    archive("explanation", malformed.explanation);
}

template <class A>
void describe(A& archive, Is<SstpSettings> auto& settings) {
    archive("sha1_hash", settings.sha1_hash);
    archive("sha256_hash", settings.sha256_hash);
    archive("hash_configured_by_admin", settings.hash_configured_by_admin);
    archive("listener_port", settings.listener_port);
    archive("use_https", settings.use_https);
    archive("server_uri", settings.server_uri);
    archive("sha1_enabled", settings.sha1_enabled);
    archive("applied_listener_port", settings.applied_listener_port);
    archive("applied_use_https", settings.applied_use_https);
    archive("written", settings.written);
}

template <class A>
void describe(A& archive, Is<ServiceStatus> auto& service) {
    archive.required("name", service.name);
    archive.required("state", service.state);
    archive.required("start_type", service.start_type);
    archive("exit_code", service.exit_code);
    archive("specific_exit_code", service.specific_exit_code);
    archive("started", service.started);
    archive("start_began", service.start_began);
    archive("accepts_stop", service.accepts_stop);
    archive("pending_since", service.pending_since);
}

template <class A>
void describe(A& archive, Is<Served> auto& served) {
    archive.required("leaf", served.leaf);
    archive("sent_chain", served.sent_chain);
    archive("sent_chain_explanation", served.sent_chain_explanation);
    archive("uri_status", served.uri_status);
}

template <class A>
void describe(A& archive, Is<Unreachable> auto& unreachable) {
    archive("stage", unreachable.stage);
    archive("why", unreachable.why);
    archive("no_cipher_for_this_key", unreachable.no_cipher_for_this_key);
}

template <class A>
void describe(A& archive, Is<Probe> auto& probe) {
    archive.required("address", probe.address);
    archive("server_name", probe.server_name);
    archive("outcome", probe.outcome);
}

template <class A>
void describe(A& archive, Is<PortOwner> auto& owner) {
    archive("family", owner.family);
    archive("process", owner.process);
}

template <class A>
void describe(A& archive, Is<ServerState> auto& state) {
    archive.required("looked_at", state.looked_at);
    archive.required("port", state.port);
    archive.required("settings", state.settings);
    archive.required("ipv4_binding", state.ipv4_binding);
    archive.required("ipv6_binding", state.ipv6_binding);
    archive("shadowing", state.shadowing);
    archive("sstp_has_a_record", state.sstp_has_a_record);
    archive("bindings_written", state.bindings_written);
    archive("listen_list", state.listen_list);
    archive("interface_addresses", state.interface_addresses);
    archive("ipv6_is_off", state.ipv6_is_off);
    archive.required("certificates", state.certificates);
    archive.required("services", state.services);
    archive("probes", state.probes);
    archive("port_taken_by", state.port_taken_by);
    archive("directaccess_or_nlb", state.directaccess_or_nlb);
}

template <class A>
void describe(A& archive, Is<TunnelSessions> auto& sessions) {
    archive("open", sessions.open);
    archive("newest_began", sessions.newest_began);
}

template <class A>
void describe(A& archive, Is<Sessions> auto& sessions) {
    archive("sstp", sessions.sstp);
    archive("others", sessions.others);
}

template <class A>
void describe(A& archive, Is<OffsetChange> auto& change) {
    archive.required("from", change.from);
    archive.required("minutes", change.offset);
}

template <class A>
void describe(A& archive, Is<GroupPolicyValues> auto& values) {
    archive("DnsNames", values.dns_names);
    archive("SiemHosts", values.siem_hosts);
    archive("Issuer", values.issuer);
    archive("Thumbprint", values.thumbprint);
    archive("Ca", values.ca);
    archive("Window", values.window);
    archive("RestartsPerDay", values.restarts_per_day);
}

/// The record's contents by their members' names, as the database has them; `last_sequence` is left to the journal.
template <class A>
void describe(A& archive, Is<RecordContents> auto& contents) {
    std::apply([&](auto... member) { (archive(member.name, contents.*decltype(member)::pointer), ...); }, kMemberList);
}

template <class A>
void describe(A& archive, Is<Snapshot> auto& snapshot) {
    archive.required("version", snapshot.version);
    archive("computer", snapshot.computer);
    archive.required("state", snapshot.state);
    archive("sessions", snapshot.sessions);
    archive("machine", snapshot.machine);
    archive("domain", snapshot.domain);
    archive("local_time", snapshot.local_time);
    archive("policy_file", snapshot.policy_file);
    archive("group_policy", snapshot.group_policy);
    archive("kill_switch", snapshot.kill_switch);
    archive.required("record", snapshot.record);
}

}  // namespace sstp::stored
