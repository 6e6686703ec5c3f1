#include "core/model/server_state.h"

#include "core/model/text.h"

#include <algorithm>
#include <iterator>

namespace sstp {

namespace {

template <class Matches>
const Certificate* find_certificate(const ServerState& state, Matches matches) {
    const auto* certificates = value_of(state.certificates);
    if (!certificates) return nullptr;
    const auto found = std::find_if(certificates->begin(), certificates->end(), matches);
    return found == certificates->end() ? nullptr : &*found;
}

template <class Matches>
bool has_record(const ServerState& state, Matches matches) {
    const auto* shadowing = value_of(state.shadowing);
    return shadowing && std::any_of(shadowing->begin(), shadowing->end(), matches);
}

}  // namespace

const Certificate* ServerState::find(const Thumbprint& thumbprint) const {
    return find_certificate(*this, [&](const Certificate& each) { return each.thumbprint == thumbprint; });
}

const Certificate* ServerState::find(const CertificateHash& hash) const {
    return find_certificate(*this, [&](const Certificate& each) { return each.hash == hash; });
}

const ServiceStatus* ServerState::service(std::string_view name) const {
    const auto found =
        std::find_if(services.begin(), services.end(), [&](const auto& each) { return equal_ignoring_case(each.first, name); });
    return found == services.end() ? nullptr : value_of(found->second);
}

bool ServerState::listens_on(AddressFamily family) const {
    if (family == AddressFamily::ipv6 && ipv6_is_off) return false;
    const auto* listed = value_of(listen_list);
    if (!listed || listed->empty()) return true;
    return std::any_of(listed->begin(), listed->end(), [=](const IpAddress& each) { return each.family == family; });
}

bool ServerState::has_address(const IpAddress& address) const {
    return address.is_loopback() || interface_addresses.empty() ||
           std::find(interface_addresses.begin(), interface_addresses.end(), address) != interface_addresses.end();
}

std::vector<IpAddress> ServerState::listed_here(AddressFamily family) const {
    std::vector<IpAddress> listed;
    if (const auto* all = value_of(listen_list)) {
        std::copy_if(all->begin(), all->end(), std::back_inserter(listed), [=](const IpAddress& each) { return each.family == family; });
    }
    std::vector<IpAddress> here;
    std::copy_if(listed.begin(), listed.end(), std::back_inserter(here),
                 [&](const IpAddress& each) { return each.is_wildcard() || has_address(each); });
    return here.empty() ? listed : here;
}

bool ServerState::has_address_record(const IpAddress& address) const {
    return has_record(*this, [&](const ShadowingBinding& record) {
        return record.endpoint.kind == Endpoint::Kind::address && IpAddress::of(record.endpoint) == address;
    });
}

bool ServerState::has_sni_record(std::string_view name) const {
    return !name.empty() && has_record(*this, [&](const ShadowingBinding& record) {
        return record.endpoint.kind == Endpoint::Kind::host_name && equal_ignoring_case(record.endpoint.host, name);
    });
}

std::vector<const Probe*> ServerState::own_probes(AddressFamily family) const {
    std::vector<const Probe*> own;
    for (const Probe& probe : probes) {
        if (probe.address.family != family || has_address_record(probe.address) || has_sni_record(probe.server_name)) continue;
        own.push_back(&probe);
    }
    return own;
}

std::vector<const Probe*> ServerState::client_probes(AddressFamily family, const std::vector<std::string>& names) const {
    const bool all_by_sni =
        !names.empty() && std::all_of(names.begin(), names.end(), [&](const std::string& name) { return has_sni_record(name); });
    std::vector<const Probe*> asked;
    for (const Probe& probe : probes) {
        if (!all_by_sni || probe.address.family != family || !has_name(names, probe.server_name) || has_address_record(probe.address))
            continue;
        asked.push_back(&probe);
    }
    return asked.empty() ? own_probes(family) : asked;
}

}  // namespace sstp
