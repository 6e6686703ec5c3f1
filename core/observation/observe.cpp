#include "core/observation/observe.h"

#include "core/model/rare.h"
#include "core/model/text.h"
#include "core/observation/probe_plan.h"

#include <algorithm>
#include <iterator>
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
    settings.sha1_enabled = decode_dword(parameters.read(SstpValue::sha1_enabled));
    settings.applied_listener_port = decode_dword(parameters.read(SstpValue::applied_listener_port));
    settings.applied_use_https = decode_dword(parameters.read(SstpValue::applied_use_https));
    if (const auto written = parameters.last_written()) settings.written = *written;
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

Observed<ListenerBinding> wildcard_in(const std::vector<ListenerBinding>& all, AddressFamily family, std::uint16_t port) {
    const Endpoint wanted = Endpoint::wildcard(family, port);
    const auto found = std::find_if(all.begin(), all.end(), [&](const ListenerBinding& each) { return each.endpoint == wanted; });
    if (found == all.end()) return Absent{};
    return *found;
}

void read_bindings(ListenerBindings& bindings, ServerState& state) {
    const auto all = bindings.all();
    if (!all) {
        state.ipv4_binding = Unreadable{all.error()};
        state.ipv6_binding = Unreadable{all.error()};
        state.shadowing = Unreadable{all.error()};
    } else {
        state.ipv4_binding = wildcard_in(*all, AddressFamily::ipv4, state.port);
        state.ipv6_binding = wildcard_in(*all, AddressFamily::ipv6, state.port);
        std::vector<ShadowingBinding> shadowing;
        std::copy_if(all->begin(), all->end(), std::back_inserter(shadowing),
                     [&](const ListenerBinding& each) { return each.endpoint.port == state.port && !each.endpoint.is_wildcard(); });
        state.shadowing = std::move(shadowing);
        state.sstp_has_a_record =
            std::any_of(all->begin(), all->end(), [](const ListenerBinding& each) { return each.app_id == kSstpAppId; });
    }
    if (const auto written = bindings.last_written()) state.bindings_written = *written;
    auto listed = bindings.listen_list();
    if (listed) {
        state.listen_list = *std::move(listed);
    } else {
        state.listen_list = Unreadable{listed.error()};
    }
}

void read_services(Services& services, const Policy& policy, ServerState& state) {
    std::vector<std::string> names = policy.restart.services;
    names.insert(names.end(), policy.restart.then.begin(), policy.restart.then.end());
    names.emplace_back(kRemoteAccess);
    for (const std::string& name : names) {
        const bool known = std::any_of(state.services.begin(), state.services.end(),
                                       [&](const auto& each) { return equal_ignoring_case(each.first, name); });
        if (!known) state.services.emplace(name, services.query(name));
    }
}

void read_certificates(Certificates& certificates, const Policy& policy, bool open_keys_anew, ServerState& state) {
    CertificateQuery query;
    query.revocation = policy.certificate.revocation;
    query.timeout = policy.verify.timeout;
    query.open_keys_anew = open_keys_anew;
    for (const Probe& probe : state.probes) {
        if (const auto* served = std::get_if<Served>(&probe.outcome)) query.served.push_back(served->leaf.thumbprint);
    }
    auto listed = certificates.list(query);
    if (listed) {
        state.certificates = *std::move(listed);
    } else {
        state.certificates = Unreadable{listed.error()};
    }
}

/// The names of the certificate in force, when nothing better is known: the one that hash or records name.
std::vector<std::string> names_in_force(const ServerState& state) {
    if (const auto* hash = value_of(state.settings.sha256_hash)) {
        if (const Certificate* named = state.find(*hash)) return names_on(*named);
    }
    for (const AddressFamily family : kFamilies) {
        const auto* binding = value_of(state.binding(family));
        const auto thumbprint = binding ? binding->thumbprint() : std::nullopt;
        if (const Certificate* bound = thumbprint ? state.find(*thumbprint) : nullptr) return names_on(*bound);
    }
    return {};
}

bool refuses(const ProbeOutcome& outcome) {
    const auto* unreachable = std::get_if<Unreachable>(&outcome);
    return unreachable && unreachable->stage == "connect" && unreachable->why.kind != ErrorKind::stopped;
}

bool is_taken(const ServerState& state, AddressFamily family) {
    return std::any_of(state.port_taken_by.begin(), state.port_taken_by.end(),
                       [=](const PortOwner& owner) { return owner.family == family; });
}

class Probing {
public:
    Probing(ListenerProbe& port, const Policy& policy, const std::vector<std::string>& required, ServerState& state)
        : port_(port), required_(required), name_(name_for_sni(required)), state_(state) {
        target_.port = state.port;
        target_.uri = kServerUri;
        target_.timeout = policy.verify.timeout;
    }

    void family(AddressFamily family) {
        for (const IpAddress& address : addresses_to_probe(state_, family)) {
            for (const std::string& name : names_to_probe(state_, name_, required_)) at(address, name);
        }
    }

private:
    void at(const IpAddress& address, const std::string& name) {
        Probe probe{address, name, ask(address, name)};
        // Loopback that refuses says nothing of clients where another address answers: HTTP.SYS can be kept off it, or another
        // program can own it.
        const bool loopback = address == IpAddress::loopback(address.family);
        const bool stands_for_us = loopback && !state_.has_address_record(address);   // else the other one is asked in its place anyway
        if (stands_for_us && (refuses(probe.outcome) || is_taken(state_, address.family))) {
            if (const auto other = instead_of_loopback(state_, address.family)) {
                Probe instead{*other, name, ask(*other, name)};
                if (std::holds_alternative<Served>(instead.outcome)) probe = std::move(instead);
            }
        }
        state_.probes.push_back(std::move(probe));
    }

    ProbeOutcome ask(const IpAddress& address, const std::string& name) {
        target_.address = address;
        target_.server_name = name;
        return port_.probe(target_);
    }

    ListenerProbe& port_;
    const std::vector<std::string>& required_;
    std::string name_;
    ServerState& state_;
    ProbeTarget target_;
};

/// No interface has an IPv6 address, and not even loopback takes a connection: the stack is off (DisabledComponents).
bool ipv6_is_off(const ServerState& state) {
    if (state.interface_addresses.empty()) return false;
    for (const IpAddress& each : state.interface_addresses) {
        if (each.family == AddressFamily::ipv6) return false;
    }
    // Whoever has a record there: nothing takes a connection.
    const auto is_ipv6 = [](const Probe& probe) { return probe.address.family == AddressFamily::ipv6; };
    return std::any_of(state.probes.begin(), state.probes.end(), is_ipv6) &&
           std::all_of(state.probes.begin(), state.probes.end(),
                       [&](const Probe& probe) { return !is_ipv6(probe) || refuses(probe.outcome); });
}

void probe_listeners(ListenerProbe& port, const Policy& policy, const std::vector<std::string>& names, ServerState& state) {
    if (!tls_is_ours(state.settings)) return;
    Probing probing{port, policy, names, state};
    if (policy.listener.ipv4 && state.listens_on(AddressFamily::ipv4)) probing.family(AddressFamily::ipv4);
    if (policy.listener.ipv6 && state.listens_on(AddressFamily::ipv6)) probing.family(AddressFamily::ipv6);
    state.ipv6_is_off = ipv6_is_off(state);
}

/// What was read of it before is not what RRAS has read, perhaps: somebody may have written and restarted it in between.
bool rras_started_in_this_look(const ServerState& state) {
    const ServiceStatus* rras = state.service(kRemoteAccess);
    return rras && rras->started && rras->started->latest >= state.looked_at.wall;
}

void read_what_rras_reads(Ports& ports, const Policy& policy, ServerState& state) {
    state.settings = read_settings(ports.parameters);
    state.port = listener_port(policy, state.settings);
    read_bindings(ports.bindings, state);
}

}  // namespace

ServerState observe(Ports& ports, const Policy& policy, const ObserveHints& hints) {
    ServerState state;
    state.looked_at = ports.clock.now();
    read_what_rras_reads(ports, policy, state);
    if (auto addresses = ports.probe.addresses()) state.interface_addresses = *std::move(addresses);
    if (auto owners = ports.probe.port_taken_by(state.port)) state.port_taken_by = *std::move(owners);
    state.directaccess_or_nlb = ports.machine.has_directaccess_or_nlb();
    read_services(ports.services, policy, state);
    if (rras_started_in_this_look(state)) {
        SSTP_RARE("RRAS starts while a look reads what it reads");
        read_what_rras_reads(ports, policy, state);
    }
    if (hints.names.empty()) {
        // Whom to ask for stands in the store: keys are opened once without knowing what is served.
        read_certificates(ports.certificates, policy, hints.open_keys_anew, state);
        probe_listeners(ports.probe, policy, names_in_force(state), state);
        return state;
    }
    probe_listeners(ports.probe, policy, hints.names, state);
    read_certificates(ports.certificates, policy, hints.open_keys_anew, state);
    return state;
}

bool was_cut_short(const ServerState& state) {
    const auto stopped = [](const Error* why) { return why && why->kind == ErrorKind::stopped; };
    if (stopped(why_unreadable(state.certificates)) || stopped(why_unreadable(state.ipv4_binding))) return true;
    return std::any_of(state.probes.begin(), state.probes.end(), [](const Probe& probe) {
        const auto* unreachable = std::get_if<Unreachable>(&probe.outcome);
        return unreachable && unreachable->why.kind == ErrorKind::stopped;
    });
}

}  // namespace sstp
