// Windows' SSTP clients (facts: rras-sstp 3, 5): name, dates, purpose, chain and revocation are checked hard, and the leaf that was
// seen is bound to the hash that RRAS holds.

#include "tests/simulated_windows/clients.h"

#include "tests/simulated_windows/world.h"

#include <algorithm>

namespace sstp::simulated {

const char* word(DialOutcome outcome) noexcept {
    switch (outcome) {
        case DialOutcome::connected: return "connected";
        case DialOutcome::no_answer: return "no_answer";
        case DialOutcome::no_session: return "no_session";
        case DialOutcome::wrong_name: return "wrong_name";
        case DialOutcome::not_valid_now: return "not_valid_now";
        case DialOutcome::wrong_purpose: return "wrong_purpose";
        case DialOutcome::not_trusted: return "not_trusted";
        case DialOutcome::revoked: return "revoked";
        case DialOutcome::no_sstp: return "no_sstp";
        case DialOutcome::crypto_binding: return "crypto_binding";
    }
    return "unknown";
}

bool client_accepts_name(const std::string& on_certificate, const std::string& wanted) {
    if (equal_ignoring_case(on_certificate, wanted)) return true;
    if (!on_certificate.starts_with("*.")) return false;
    const auto dot = wanted.find('.');
    return dot != std::string::npos && dot != 0 && equal_ignoring_case(on_certificate.substr(1), wanted.substr(dot));
}

namespace {

DialOutcome judge_root(const World& world, const Certificate& leaf) {
    const auto outside = [&](const std::string& subject) -> DialOutcome {
        const auto known = world.roots_outside.find(subject);
        if (known == world.roots_outside.end() || !known->second.trusted) return DialOutcome::not_trusted;
        return known->second.revocation_published ? DialOutcome::connected : DialOutcome::revoked;
    };
    if (leaf.self_signed) return outside(leaf.subject);
    DialOutcome best = DialOutcome::not_trusted;
    for (const ChainRoot& root : leaf.roots) {
        const DialOutcome one = root.in_root_programme ? DialOutcome::connected : outside(root.subject);
        if (one == DialOutcome::connected) return one;
        if (one == DialOutcome::revoked) best = one;
    }
    return best;
}

DialOutcome judge_trust(const World& world, const StoredCertificate& served) {
    if (served.sent_chain == SentChain::bad) return DialOutcome::not_trusted;
    if (served.sent_chain == SentChain::incomplete && !world.clients_have_intermediates) return DialOutcome::not_trusted;
    switch (served.outside) {
        case Outside::accepted: return DialOutcome::connected;
        case Outside::not_trusted: return DialOutcome::not_trusted;
        case Outside::revoked: return DialOutcome::revoked;
        case Outside::by_its_root: break;
    }
    if (const auto* verdict = value_of(served.certificate.chain)) {
        if (verdict->revocation == Revocation::revoked) return DialOutcome::revoked;
        if (verdict->trust == ChainTrust::bad || chain_has_ended(world.true_time(), served.certificate)) return DialOutcome::not_trusted;
    }
    return judge_root(world, served.certificate);
}

/// Names that Windows' clients look for: SAN entries, and without any the CN.
bool names(const Certificate& leaf, const std::string& wanted) {
    for (const std::string& name : leaf.dns_names) {
        if (client_accepts_name(name, wanted)) return true;
    }
    if (std::find(leaf.ip_addresses.begin(), leaf.ip_addresses.end(), wanted) != leaf.ip_addresses.end()) return true;
    return leaf.dns_names.empty() && leaf.ip_addresses.empty() && client_accepts_name(leaf.subject_cn, wanted);
}

/// What a client that is shown this leaf comes to; SSTP and crypto binding included. Clients' clocks are right, whatever ours says.
DialOutcome judge(const World& world, const Client& client, const StoredCertificate& served) {
    const Certificate& leaf = served.certificate;
    if (!names(leaf, client.server_name)) return DialOutcome::wrong_name;
    const WallTime now = world.true_time();
    if (now < leaf.not_before || now >= leaf.not_after) return DialOutcome::not_valid_now;
    if (leaf.purposes) {
        const auto allows = [](const std::string& purpose) { return purpose == kServerAuthentication || purpose == kAnyPurpose; };
        if (std::none_of(leaf.purposes->begin(), leaf.purposes->end(), allows)) return DialOutcome::wrong_purpose;
    }
    if (const DialOutcome trust = judge_trust(world, served); trust != DialOutcome::connected) return trust;
    if (!world.sstp_ready()) return DialOutcome::no_sstp;
    return world.rras.sha256 == leaf.hash ? DialOutcome::connected : DialOutcome::crypto_binding;
}

const PortTaker* taker_of(const World& world, const IpAddress& address) {
    const bool loopback = address == IpAddress::loopback(address.family);
    const auto found = std::find_if(world.port_takers.begin(), world.port_takers.end(), [&](const PortTaker& each) {
        return each.family == address.family && (loopback || !each.loopback_only);
    });
    return found == world.port_takers.end() ? nullptr : &*found;
}

}  // namespace

DialOutcome try_to_dial(const World& world, const Client& client) {
    if (world.balancer) {
        StoredCertificate shown;
        shown.certificate = *world.balancer;
        return judge(world, client, shown);
    }
    if (const PortTaker* taker = taker_of(world, client.address)) return taker->serves ? DialOutcome::no_sstp : DialOutcome::no_session;
    const std::uint16_t port = world.running(kRemoteAccess) ? world.rras.port : world.port();
    if (!world.http_sys_answers(client.address, port)) return DialOutcome::no_answer;
    const ListenerBinding* record = world.record_for(client.address, port, client.server_name);
    const StoredCertificate* served = record ? world.served_for(*record, client.address.family, client.server_name) : nullptr;
    if (served == nullptr || !served->serves()) return DialOutcome::no_session;
    const bool ecdsa = served->certificate.key_algorithm == KeyAlgorithm::ecdsa;
    if (!(ecdsa ? world.traits.serves_ecdsa : world.traits.serves_rsa)) return DialOutcome::no_session;
    return judge(world, client, *served);
}

DialOutcome dial(World& world, const Client& client) {
    const DialOutcome outcome = try_to_dial(world, client);
    if (outcome == DialOutcome::connected) world.sessions.push_back({true, world.elapsed});
    if (outcome == DialOutcome::no_session) world.note_failed_handshake(client.address, client.server_name);
    return outcome;
}

std::vector<Client> clients_of(const World& world, const std::string& server_name) {
    std::vector<Client> clients;
    for (const IpAddress& address : world.interface_addresses) {
        if (address.family == AddressFamily::ipv6 && !world.traits.has_ipv6) continue;
        const auto& listed = world.listen_list;
        const bool reachable = listed.empty() || std::any_of(listed.begin(), listed.end(), [&](const IpAddress& each) {
                                   return each == address || (each.is_wildcard() && each.family == address.family);
                               });
        if (reachable) clients.push_back({address, server_name});
    }
    return clients;
}

}  // namespace sstp::simulated
