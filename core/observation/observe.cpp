#include "core/observation/observe.h"

#include "core/decision/choose_certificate.h"

#include <algorithm>
#include <utility>

namespace sstp {

namespace {

SstpSettings read_settings(SstpParameters& parameters) {
    SstpSettings settings;
    settings.sha1_hash = decode_sha1(parameters.read(SstpValue::sha1_certificate_hash));
    settings.sha256_hash = decode_sha256(parameters.read(SstpValue::sha256_certificate_hash));
    settings.hash_configured_by_admin = decode_dword(parameters.read(SstpValue::is_hash_configured_by_admin));
    settings.listener_port = decode_dword(parameters.read(SstpValue::listener_port));
    settings.use_https = decode_dword(parameters.read(SstpValue::use_https));
    settings.server_uri = decode_text(parameters.read(SstpValue::server_uri));
    return settings;
}

/// The policy's port, else ListenerPort, else 443 (0 and absent mean 443). A ListenerPort that cannot be read or makes
/// no sense stays visible in the settings, where it forbids writing.
std::uint16_t listener_port(const Policy& policy, const SstpSettings& settings) {
    if (policy.listener.port) return *policy.listener.port;
    const auto* configured = value_of(settings.listener_port);
    return configured && *configured != 0 && *configured <= 0xFFFF ? static_cast<std::uint16_t>(*configured) : std::uint16_t{443};
}

bool tls_is_ours(const SstpSettings& settings) {
    const auto* use_https = value_of(settings.use_https);
    return use_https == nullptr || *use_https != 0;
}

/// Could a client that asks for one of `names` be answered from the SNI record of `host`? Wildcards stand on either
/// side: a certificate's name in `names`, a wildcard record in HTTP.SYS. When no name is known, any record could match.
bool could_match(const std::string& host, const std::vector<std::string>& names) {
    return names.empty() || std::any_of(names.begin(), names.end(),
                                        [&](const std::string& name) { return name_matches(name, host) || name_matches(host, name); });
}

bool shadows(const ListenerBinding& record, std::uint16_t port, const std::vector<std::string>& names) {
    if (record.endpoint.port != port) return false;
    switch (record.endpoint.kind) {
        case Endpoint::Kind::address: return !record.endpoint.is_wildcard();
        case Endpoint::Kind::host_name: return could_match(record.endpoint.host, names);
        case Endpoint::Kind::central_store: return true;
    }
    return false;
}

Observed<ListenerBinding> wildcard_in(const std::vector<ListenerBinding>& all, AddressFamily family, std::uint16_t port) {
    const Endpoint wanted = Endpoint::wildcard(family, port);
    const auto found = std::find_if(all.begin(), all.end(), [&](const ListenerBinding& each) { return each.endpoint == wanted; });
    if (found == all.end()) return Absent{};
    return *found;
}

/// The names of the certificate in force, when nothing better is known: the one that hash or bindings name.
std::vector<std::string> names_in_force(const ServerState& state) {
    const auto names_of = [](const Certificate* certificate) -> std::vector<std::string> {
        if (certificate == nullptr) return {};
        if (!certificate->dns_names.empty() || certificate->subject_cn.empty()) return certificate->dns_names;
        return {certificate->subject_cn};
    };
    if (const auto* hash = value_of(state.settings.sha256_hash)) {
        if (auto names = names_of(state.find(*hash)); !names.empty()) return names;
    }
    for (const AddressFamily family : {AddressFamily::ipv4, AddressFamily::ipv6}) {
        const auto* binding = value_of(state.binding(family));
        const auto thumbprint = binding ? binding->thumbprint() : std::nullopt;
        if (!thumbprint) continue;
        if (auto names = names_of(state.find(*thumbprint)); !names.empty()) return names;
    }
    return {};
}

void read_bindings(ListenerBindings& bindings, ServerState& state, std::vector<ListenerBinding>& all) {
    auto listed = bindings.all();
    if (!listed) {
        state.ipv4_binding = Unreadable{listed.error()};
        state.ipv6_binding = Unreadable{listed.error()};
        state.shadowing = Unreadable{listed.error()};
        return;
    }
    all = std::move(*listed);
    state.ipv4_binding = wildcard_in(all, AddressFamily::ipv4, state.port);
    state.ipv6_binding = wildcard_in(all, AddressFamily::ipv6, state.port);
    state.shadowing = std::vector<ShadowingBinding>{};
}

void read_services(Services& services, const Policy& policy, ServerState& state) {
    std::vector<std::string> names = policy.restart.services;
    if (std::find(names.begin(), names.end(), kRemoteAccess) == names.end()) names.emplace_back(kRemoteAccess);
    for (const std::string& name : names) state.services.insert_or_assign(name, services.query(name));
}

void probe(ListenerProbe& probe, const Policy& policy, const std::vector<std::string>& names, ServerState& state) {
    if (!tls_is_ours(state.settings)) return;
    const auto concrete = std::find_if(names.begin(), names.end(), [](const std::string& name) {
        return !name.empty() && !name.starts_with('*');   // a wildcard is no name that a client could ask for
    });
    const auto* uri = value_of(state.settings.server_uri);
    ProbeTarget target;
    target.port = state.port;
    target.server_name = concrete == names.end() ? std::string{} : *concrete;
    target.uri = uri && !uri->empty() ? *uri : kDefaultServerUri;
    target.timeout = policy.verify.timeout;
    if (policy.listener.ipv4) {
        target.family = AddressFamily::ipv4;
        state.ipv4_served = probe.probe(target);
    }
    if (policy.listener.ipv6) {
        target.family = AddressFamily::ipv6;
        state.ipv6_served = probe.probe(target);
    }
}

}  // namespace

ServerState observe(Ports& ports, const Policy& policy, const std::vector<std::string>& names) {
    ServerState state;
    state.looked_at = ports.clock.now();
    state.settings = read_settings(ports.parameters);
    state.port = listener_port(policy, state.settings);

    std::vector<ListenerBinding> all;
    read_bindings(ports.bindings, state, all);
    auto certificates = ports.certificates.list(policy.certificate.store, policy.certificate.revocation, policy.verify.timeout);
    if (certificates) {
        state.certificates = std::move(*certificates);
    } else {
        state.certificates = Unreadable{certificates.error()};
    }
    const std::vector<std::string> whom = names.empty() ? names_in_force(state) : names;
    if (auto* shadowing = std::get_if<std::vector<ShadowingBinding>>(&state.shadowing)) {
        std::copy_if(all.begin(), all.end(), std::back_inserter(*shadowing),
                     [&](const ListenerBinding& each) { return shadows(each, state.port, whom); });
    }
    read_services(ports.services, policy, state);
    probe(ports.probe, policy, whom, state);
    return state;
}

std::vector<std::string> names_to_ask_for(const Policy& policy, const Memory& memory) {
    if (!policy.certificate.dns_names.empty()) return policy.certificate.dns_names;
    return memory.known_good ? memory.known_good->dns_names : std::vector<std::string>{};
}

}  // namespace sstp
