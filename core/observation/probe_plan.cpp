#include "core/observation/probe_plan.h"

#include "core/model/text.h"

#include <algorithm>

namespace sstp {

namespace {

const std::vector<ShadowingBinding>& shadowing_of(const ServerState& state) {
    static const std::vector<ShadowingBinding> kNone;
    const auto* shadowing = value_of(state.shadowing);
    return shadowing ? *shadowing : kNone;
}

bool contains(const std::vector<IpAddress>& addresses, const IpAddress& wanted) {
    return std::find(addresses.begin(), addresses.end(), wanted) != addresses.end();
}

/// 169.254.0.0/16 and fe80::/10: no client comes there.
bool is_link_local(const IpAddress& address) {
    if (address.family == AddressFamily::ipv4) return address.bytes[0] == 169 && address.bytes[1] == 254;
    return address.bytes[0] == 0xFE && (address.bytes[1] & 0xC0) == 0x80;
}

/// Known to be here: where the machine's addresses could not be had, only loopback is.
bool is_local(const ServerState& state, const IpAddress& address) {
    return address.is_loopback() || contains(state.interface_addresses, address);
}

/// No listen list, or the family's wildcard in it.
bool listens_everywhere(const ServerState& state, AddressFamily family) {
    const auto* listed = value_of(state.listen_list);
    return !listed || listed->empty() ||
           std::any_of(listed->begin(), listed->end(), [=](const IpAddress& each) { return each.family == family && each.is_wildcard(); });
}

/// HTTP.SYS prefers a record of an address to the wildcard (Exchange and IIS have one for 127.0.0.1): what answers on loopback then is
/// theirs, and ours is met elsewhere.
IpAddress address_of_the_wildcard(const ServerState& state, AddressFamily family) {
    const IpAddress loopback = IpAddress::loopback(family);
    return state.has_address_record(loopback) ? instead_of_loopback(state, family).value_or(loopback) : loopback;
}

}  // namespace

std::vector<IpAddress> addresses_to_probe(const ServerState& state, AddressFamily family) {
    std::vector<IpAddress> addresses;
    const auto add = [&](const IpAddress& address) {
        if (address.family == family && !contains(addresses, address)) addresses.push_back(address);
    };
    if (listens_everywhere(state, family)) add(address_of_the_wildcard(state, family));
    for (const IpAddress& each : state.listed_here(family)) {
        if (!each.is_wildcard()) add(each);
    }
    if (!state.listens_on(family)) return addresses;
    for (const ShadowingBinding& record : shadowing_of(state)) {
        if (record.endpoint.kind == Endpoint::Kind::address && is_local(state, IpAddress::of(record.endpoint))) {
            add(IpAddress::of(record.endpoint));
        }
    }
    return addresses;
}

std::optional<IpAddress> instead_of_loopback(const ServerState& state, AddressFamily family) {
    if (!listens_everywhere(state, family)) return std::nullopt;
    const auto found = std::find_if(state.interface_addresses.begin(), state.interface_addresses.end(), [&](const IpAddress& each) {
        return each.family == family && !is_link_local(each) && !state.has_address_record(each);
    });
    return found == state.interface_addresses.end() ? std::nullopt : std::optional{*found};
}

std::vector<std::string> names_to_probe(const ServerState& state, const std::string& name, const std::vector<std::string>& required) {
    std::vector<std::string> names{name};
    if (!name.empty() && state.has_sni_record(name)) names.emplace_back();
    for (const std::string& each : required) {
        if (!has_name(names, each) && state.has_sni_record(each)) names.push_back(each);
    }
    return names;
}

std::string name_for_sni(const std::vector<std::string>& names) {
    const auto found = std::find_if(names.begin(), names.end(), [](const std::string& name) {
        return !name.empty() && !name.starts_with('*') && !IpAddress::parse(name);   // RFC 6066 3: no literal addresses
    });
    return found == names.end() ? std::string{} : *found;
}

}  // namespace sstp
