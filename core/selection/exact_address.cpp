#include "core/selection/foreign_records.h"
#include "core/selection/names.h"

#include <fmt/format.h>

#include <algorithm>

namespace sstp::selection {

namespace {

/// Clients come by this address: it is one of this machine's that HTTP.SYS listens on, and no loopback.
bool has_clients(const IpAddress& address, const Basis& basis) {
    if (address == IpAddress::loopback(address.family)) return false;
    if (std::find(basis.families.begin(), basis.families.end(), address.family) == basis.families.end()) return false;
    const ServerState& state = basis.in.state;
    if (!state.has_address(address)) return false;
    const auto* listed = value_of(state.listen_list);
    return !listed || listed->empty() || std::any_of(listed->begin(), listed->end(), [&](const IpAddress& each) {
        return each == address || (each.is_wildcard() && each.family == address.family);
    });
}

bool covers_a_required_name(const Certificate& certificate, const Basis& basis) {
    return std::any_of(basis.names.names.begin(), basis.names.names.end(),
                       [&](const std::string& name) { return covers(certificate, name); });
}

const Certificate* leaf_at(const IpAddress& address, const ServerState& state) {
    for (const Probe& probe : state.probes) {
        const auto* served = std::get_if<Served>(&probe.outcome);
        if (served && probe.address == address) return &served->leaf;
    }
    return nullptr;
}

}  // namespace

/// What clients get there is what a probe got, else what the record names. Of another name it is another site (servers.md 21).
Findings exact_address_findings(const Basis& basis) {
    Findings findings;
    const ServerState& state = basis.in.state;
    const auto* records = value_of(state.shadowing);
    if (!records) return findings;
    const auto deciding = deciding_records(basis);
    for (const ShadowingBinding& record : *records) {
        if (record.endpoint.kind != Endpoint::Kind::address) continue;
        const bool decides =
            std::any_of(deciding.begin(), deciding.end(), [&](const DecidingRecord& each) { return each.record == &record; });
        const IpAddress address = IpAddress::of(record.endpoint);
        if (decides || !has_clients(address, basis)) continue;
        const auto thumbprint = record.thumbprint();
        const Certificate* leaf = leaf_at(address, state);
        const Certificate* given = leaf ? leaf : thumbprint ? state.find(*thumbprint) : nullptr;
        if (!given || !covers_a_required_name(*given, basis)) continue;
        const auto* stored = value_of(state.settings.sha256_hash);
        const bool right = stored && given->hash == *stored;
        findings.push_back(
            {Reason::binding_shadowed, right ? Severity::warning : Severity::critical, record.endpoint.to_string(),
             fmt::format("HTTP.SYS prefers {} to SSTP's own records: clients that come by {} get {}{}. It is never changed here: let its "
                         "owner remove it or name the certificate that SSTP uses.",
                         describe(record), address.to_string(), brief(*given),
                         right ? ", which the stored hash names" : ", which the stored hash does not name, and cannot connect")});
    }
    return findings;
}

}  // namespace sstp::selection
