#include "core/model/server_state.h"

#include "core/model/text.h"

#include <algorithm>

namespace sstp {

namespace {

template <class Matches>
const Certificate* find_certificate(const ServerState& state, Matches matches) {
    const auto* certificates = value_of(state.certificates);
    if (!certificates) return nullptr;
    const auto found = std::find_if(certificates->begin(), certificates->end(), matches);
    return found == certificates->end() ? nullptr : &*found;
}

/// A record that HTTP.SYS prefers to the family's wildcard for this probe.
bool has_a_record_of_its_own(const ServerState& state, const Probe& probe) {
    const auto* shadowing = value_of(state.shadowing);
    if (!shadowing) return false;
    return std::any_of(shadowing->begin(), shadowing->end(), [&](const ShadowingBinding& record) {
        if (record.endpoint.kind == Endpoint::Kind::address) return IpAddress::of(record.endpoint) == probe.address;
        return record.endpoint.kind == Endpoint::Kind::host_name && !probe.server_name.empty() &&
               equal_ignoring_case(record.endpoint.host, probe.server_name);
    });
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

std::vector<const Probe*> ServerState::own_probes(AddressFamily family) const {
    std::vector<const Probe*> own;
    for (const Probe& probe : probes) {
        if (probe.address.family == family && !has_a_record_of_its_own(*this, probe)) own.push_back(&probe);
    }
    return own;
}

}  // namespace sstp
