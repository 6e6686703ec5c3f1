// HTTP.SYS as the facts have it (rras-sstp 4): records, precedence, what is served and from where, who listens.

#include "tests/simulated_windows/world.h"

#include <algorithm>

namespace sstp::simulated {

namespace {

constexpr char kHttpEvent[] = "Microsoft-Windows-HttpEvent";

template <class Matches>
const StoredCertificate* find_stored(const std::vector<StoredCertificate>& all, Matches matches) {
    const auto found = std::find_if(all.begin(), all.end(), matches);
    return found == all.end() ? nullptr : &*found;
}

bool is_listed(const World& world, const IpAddress& address) {
    const auto& listed = world.listen_list;
    return listed.empty() || std::any_of(listed.begin(), listed.end(), [&](const IpAddress& each) {
               return each == address || (each.is_wildcard() && each.family == address.family);
           });
}

bool is_loopback(const IpAddress& address) { return address == IpAddress::loopback(address.family); }

}  // namespace

const StoredCertificate* World::find(const std::string& store, const Thumbprint& thumbprint) const {
    const auto in_store = stores.find(store);
    if (in_store == stores.end()) return nullptr;
    return find_stored(in_store->second, [&](const StoredCertificate& each) { return each.certificate.thumbprint == thumbprint; });
}

const StoredCertificate* World::find(const std::string& store, const CertificateHash& hash) const {
    const auto in_store = stores.find(store);
    if (in_store == stores.end()) return nullptr;
    return find_stored(in_store->second, [&](const StoredCertificate& each) { return each.certificate.hash == hash; });
}

const ListenerBinding* World::binding_at(const Endpoint& endpoint) const {
    const auto found =
        std::find_if(bindings.begin(), bindings.end(), [&](const ListenerBinding& each) { return each.endpoint == endpoint; });
    return found == bindings.end() ? nullptr : &*found;
}

void World::set_binding(const ListenerBinding& record) {
    erase_binding(record.endpoint);
    bindings.push_back(record);
    bindings_written = wall;
    write_event(kHttpEvent, 15301, {"\\Device\\Http\\ReqQueue", record.endpoint.to_string()});
}

void World::erase_binding(const Endpoint& endpoint) {
    const auto erased = std::erase_if(bindings, [&](const ListenerBinding& each) { return each.endpoint == endpoint; });
    if (erased == 0) return;
    bindings_written = wall;
    write_event(kHttpEvent, 15300, {"\\Device\\Http\\ReqQueue", endpoint.to_string()});
}

void World::set_parameter(SstpValue value, const std::optional<RawValue>& raw) {
    if (raw) {
        parameters[value] = *raw;
    } else {
        parameters.erase(value);
    }
    // Values of the subkey ConfigStore do not move the last-write time of Parameters.
    if (value < SstpValue::applied_listener_port) parameters_written = wall;
}

void World::take_from_store(const std::string& store, const Thumbprint& thumbprint) {
    auto& all = stores[store];
    const auto found =
        std::find_if(all.begin(), all.end(), [&](const StoredCertificate& each) { return each.certificate.thumbprint == thumbprint; });
    if (found == all.end()) return;
    const bool is_bound =
        std::any_of(bindings.begin(), bindings.end(), [&](const ListenerBinding& each) { return each.thumbprint() == thumbprint; });
    if (is_bound && found->serves()) in_memory_of_http_sys.push_back(*found);
    all.erase(found);
}

// Order: exact address, SNI name, central store, [::], 0.0.0.0 (which serves IPv6 too). Source: Microsoft,
// HTTP_SERVICE_CONFIG_ID; facts: rras-sstp 4.
const ListenerBinding* World::record_for(const IpAddress& address, std::uint16_t at_port, const std::string& server_name) const {
    if (const auto* exact = binding_at(address.at(at_port))) return exact;
    for (const ListenerBinding& each : bindings) {
        if (each.endpoint.kind == Endpoint::Kind::host_name && each.endpoint.port == at_port && !server_name.empty() &&
            client_accepts_name(each.endpoint.host, server_name)) {
            return &each;
        }
    }
    for (const ListenerBinding& each : bindings) {
        if (each.endpoint.kind == Endpoint::Kind::central_store && each.endpoint.port == at_port &&
            served_for(each, address.family, server_name) != nullptr) {
            return &each;
        }
    }
    if (address.family == AddressFamily::ipv6) {
        if (const auto* own = binding_at(Endpoint::wildcard(AddressFamily::ipv6, at_port))) return own;
    }
    return binding_at(Endpoint::wildcard(AddressFamily::ipv4, at_port));
}

const StoredCertificate* World::served_for(const ListenerBinding& record, AddressFamily family, const std::string& server_name) const {
    if (record.endpoint.kind == Endpoint::Kind::central_store) {
        const auto files_of_it = stores.find(kCentralStore);
        if (files_of_it == stores.end() || server_name.empty()) return nullptr;
        return find_stored(files_of_it->second, [&](const StoredCertificate& each) {
            const auto& names = each.certificate.dns_names;
            return std::any_of(names.begin(), names.end(), [&](const std::string& name) { return client_accepts_name(name, server_name); });
        });
    }
    auto named = record.thumbprint();
    if (const auto other = served_override.find(family); other != served_override.end()) named = other->second;
    if (!named) return nullptr;
    const std::string store = record.store.value_or("MY");
    const StoredCertificate* found = find(store, *named);
    if (found == nullptr) {
        found = find_stored(in_memory_of_http_sys, [&](const StoredCertificate& each) { return each.certificate.thumbprint == *named; });
    }
    if (!traits.follows_renewal_link) return found;
    // Schannel follows the link from the certificate that is bound to the one that renews it, to its end.
    for (int links = 0; links < 8 && found != nullptr && found->certificate.renewed_by; ++links) {
        const StoredCertificate* next = find(store, *found->certificate.renewed_by);
        if (next == nullptr || !next->serves()) break;
        found = next;
    }
    return found;
}

void World::note_failed_handshake(const IpAddress& address, const std::string& server_name) {
    const ListenerBinding* record = record_for(address, port(), server_name);
    if (record == nullptr) return;
    const StoredCertificate* served = served_for(*record, address.family, server_name);
    if (served != nullptr && served->serves()) return;   // a common cipher was missing: Schannel's affair
    write_event(kHttpEvent, 15021, {"\\Device\\Http\\ReqQueue", record->endpoint.to_string()});
}

bool World::http_sys_answers(const IpAddress& address, std::uint16_t at_port) const {
    const bool ipv6 = address.family == AddressFamily::ipv6;
    if (ipv6 && !traits.has_ipv6) return false;
    if (is_loopback(address)) {
        if (!(ipv6 ? traits.ipv6_loopback_answers : traits.ipv4_loopback_answers)) return false;
    } else if (std::find(interface_addresses.begin(), interface_addresses.end(), address) == interface_addresses.end()) {
        return false;
    }
    if (!is_listed(*this, address)) return false;
    if (const auto off = listener_off.find(address.family); off != listener_off.end() && off->second) return false;
    if (others_listen && at_port == port()) return true;
    const bool registered = running(kRemoteAccess) && running("SstpSvc") && rras.listens && rras.https && at_port == rras.port;
    return registered && (elapsed >= rras.ready_at || !traits.refuses_until_ready);
}

}  // namespace sstp::simulated
