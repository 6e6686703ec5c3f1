#include "core/selection/foreign_records.h"
#include "core/selection/names.h"
#include "core/selection/renewal_link.h"

#include <algorithm>

namespace sstp::selection {

namespace {

using Leaves = std::vector<const Certificate*>;

const Certificate* certificate_of(const ListenerBinding& record, const ServerState& state) {
    const auto thumbprint = record.thumbprint();
    const Certificate* stored = thumbprint ? state.find(*thumbprint) : nullptr;
    return stored && !stored->archived ? stored : nullptr;
}

/// Schannel follows the renewal link of the certificate that the record names: its clients get that one (facts: rras-sstp section 4).
void follow_its_link(DecidingRecord& deciding, const Leaves& leaves, const ServerState& state) {
    const auto thumbprint = deciding.record->thumbprint();
    const Certificate* named = thumbprint ? state.find(*thumbprint) : nullptr;
    if (!named) return;
    for (const Certificate* renewal : renewals_of(*named, state)) {
        const auto is_it = [&](const Certificate* leaf) { return leaf->hash == renewal->hash; };
        if (renewal->archived || !std::all_of(leaves.begin(), leaves.end(), is_it)) continue;
        deciding.certificate = renewal;
        deciding.evidence = Evidence::gets_it;
    }
}

/// All leaves must agree with the record, or with what its link leads to: where only some do, nobody can say what the others get.
void weigh(DecidingRecord& deciding, const Leaves& leaves, const ServerState& state) {
    if (leaves.empty()) return;
    const auto thumbprint = deciding.record->thumbprint();
    const auto agreeing =
        std::count_if(leaves.begin(), leaves.end(), [&](const Certificate* leaf) { return leaf->thumbprint == thumbprint; });
    deciding.served = leaves.front();
    if (agreeing == static_cast<std::ptrdiff_t>(leaves.size())) deciding.evidence = Evidence::gets_it;
    if (agreeing > 0) return;
    deciding.evidence = Evidence::gets_another;
    follow_its_link(deciding, leaves, state);
}

template <class Matches>
Leaves leaves_of_probes(const ServerState& state, Matches matches) {
    Leaves leaves;
    for (const Probe& probe : state.probes) {
        const auto* served = std::get_if<Served>(&probe.outcome);
        if (served && matches(probe)) leaves.push_back(&served->leaf);
    }
    return leaves;
}

void add_wildcards(const Basis& basis, std::vector<DecidingRecord>& found) {
    for (const AddressFamily family : basis.families) {
        const auto* record = value_of(basis.in.state.binding(family));
        if (!record || may_be_rewritten(*record, basis.in)) continue;
        DecidingRecord deciding{record, {}, certificate_of(*record, basis.in.state), nullptr, Evidence::none};
        Leaves leaves;
        for (const Probe* probe : basis.in.state.own_probes(family)) {
            if (const auto* served = std::get_if<Served>(&probe->outcome)) leaves.push_back(&served->leaf);
        }
        weigh(deciding, leaves, basis.in.state);
        found.push_back(deciding);
    }
}

/// The one of the names that an SNI record of this host answers. One that only a wildcard of ours covers is another site.
const std::string* answered_name(const std::string& host, const std::vector<std::string>& names) {
    const auto found = std::find_if(names.begin(), names.end(), [&](const std::string& name) { return name_matches(host, name); });
    return found == names.end() ? nullptr : &*found;
}

void add_sni(const Basis& basis, const ListenerBinding& record, std::vector<DecidingRecord>& found) {
    const std::vector<std::string> dialled = dialled_names(basis.names);
    const std::string* name = answered_name(record.endpoint.host, dialled);
    if (!name) return;
    DecidingRecord deciding{&record, *name, certificate_of(record, basis.in.state), nullptr, Evidence::none};
    const Leaves leaves = leaves_of_probes(basis.in.state, [&](const Probe& probe) {
        return !probe.server_name.empty() && name_matches(record.endpoint.host, probe.server_name);
    });
    weigh(deciding, leaves, basis.in.state);
    found.push_back(deciding);
}

/// Every address that HTTP.SYS listens on has a record of its own: those records answer everybody.
bool every_listened_address_has_a_record(const ServerState& state, const std::vector<ShadowingBinding>& records) {
    const auto* listed = value_of(state.listen_list);
    if (!listed || listed->empty()) return false;
    return std::all_of(listed->begin(), listed->end(), [&](const IpAddress& address) {
        return std::any_of(records.begin(), records.end(), [&](const ShadowingBinding& record) {
            return record.endpoint.kind == Endpoint::Kind::address && IpAddress::of(record.endpoint) == address;
        });
    });
}

bool is_listened_on(const ServerState& state, const IpAddress& address) {
    const auto* listed = value_of(state.listen_list);
    return !listed || listed->empty() || std::find(listed->begin(), listed->end(), address) != listed->end();
}

void add_exact(const Basis& basis, const ListenerBinding& record, std::vector<DecidingRecord>& found) {
    const IpAddress address = IpAddress::of(record.endpoint);
    const bool has_clients = std::find(basis.families.begin(), basis.families.end(), address.family) != basis.families.end();
    if (!has_clients || !is_listened_on(basis.in.state, address)) return;
    DecidingRecord deciding{&record, {}, certificate_of(record, basis.in.state), nullptr, Evidence::none};
    const Leaves leaves = leaves_of_probes(basis.in.state, [&](const Probe& probe) { return probe.address == address; });
    weigh(deciding, leaves, basis.in.state);
    found.push_back(deciding);
}

/// The central store names no certificate: it is seen to answer when a listener gives something other than the wildcard record
/// names, which neither an SNI record nor a renewal link explains.
void add_central_store(const Basis& basis, const ListenerBinding& record, std::vector<DecidingRecord>& found) {
    for (const AddressFamily family : basis.families) {
        const auto* wildcard = value_of(basis.in.state.binding(family));
        for (const Probe* probe : basis.in.state.own_probes(family)) {
            const auto* served = std::get_if<Served>(&probe->outcome);
            if (!served || (wildcard && wildcard->thumbprint() == served->leaf.thumbprint)) continue;
            if (wildcard && wildcard->thumbprint()) {
                const Certificate* bound = basis.in.state.find(*wildcard->thumbprint());
                if (bound && bound->renewed_by) continue;
            }
            const Certificate* stored = basis.in.state.find(served->leaf.hash);
            found.push_back(
                {&record, probe->server_name, stored && !stored->archived ? stored : nullptr, &served->leaf, Evidence::gets_it});
            return;
        }
    }
}

}  // namespace

std::vector<DecidingRecord> deciding_records(const Basis& basis) {
    std::vector<DecidingRecord> found;
    add_wildcards(basis, found);
    const auto* records = value_of(basis.in.state.shadowing);
    if (!records) return found;
    const auto each_of_kind = [&](Endpoint::Kind kind, auto add) {
        for (const ShadowingBinding& record : *records) {
            if (record.endpoint.kind == kind) add(basis, record, found);
        }
    };
    each_of_kind(Endpoint::Kind::host_name, add_sni);
    if (every_listened_address_has_a_record(basis.in.state, *records)) each_of_kind(Endpoint::Kind::address, add_exact);
    each_of_kind(Endpoint::Kind::central_store, add_central_store);
    return found;
}

std::vector<const ShadowingBinding*> records_of_other_names(const Basis& basis) {
    std::vector<const ShadowingBinding*> found;
    const auto* records = value_of(basis.in.state.shadowing);
    if (!records) return found;
    for (const ShadowingBinding& record : *records) {
        const bool is_by_name = record.endpoint.kind == Endpoint::Kind::host_name;
        if (!is_by_name || answered_name(record.endpoint.host, dialled_names(basis.names))) continue;
        if (answered_name(record.endpoint.host, basis.names.names)) found.push_back(&record);
    }
    return found;
}

}  // namespace sstp::selection
