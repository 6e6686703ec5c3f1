// What a TLS client on the server itself meets (facts: rras-sstp 7).

#include "tests/simulated_windows/simulated_ports.h"

#include <algorithm>

namespace sstp::simulated {

namespace {

constexpr std::uint32_t kRefused = 10061;           // WSAECONNREFUSED
constexpr std::uint32_t kReset = 10054;             // WSAECONNRESET
constexpr std::uint32_t kNoCommonCipher = 0x80090331;   // SEC_E_ALGORITHM_MISMATCH

Unreachable unreachable(const ProbeTarget& target, const char* stage, std::uint32_t code, const char* text) {
    const std::string where = target.address.at(target.port).to_string();
    return {stage, Error{ErrorKind::unexpected, stage == std::string{"connect"} ? "connect to" : "shake hands with", where, code, text},
            false};
}

/// As parsed from the wire: a leaf says nothing of its store.
Certificate from_the_wire(Certificate leaf) {
    leaf.key = KeyState::usable;
    leaf.key_explanation.clear();
    leaf.archived = false;
    leaf.renewed_by.reset();
    return leaf;
}

const PortTaker* taker_of(const World& world, const IpAddress& address) {
    const bool loopback = address == IpAddress::loopback(address.family);
    const auto& all = world.port_takers;
    const auto found = std::find_if(
        all.begin(), all.end(), [&](const PortTaker& each) { return each.family == address.family && (loopback || !each.loopback_only); });
    return found == all.end() ? nullptr : &*found;
}

}  // namespace

ProbeOutcome SimulatedProbe::probe_now(const ProbeTarget& target) {
    if (const PortTaker* taker = taker_of(world_, target.address); taker != nullptr && target.port == world_.port()) {
        if (!taker->serves) return unreachable(target, "handshake", kReset, "connection reset");
        return Served{from_the_wire(*taker->serves), SentChain::complete, {}, 404};
    }
    if (!world_.http_sys_answers(target.address, target.port)) return unreachable(target, "connect", kRefused, "connection refused");
    const ListenerBinding* record = world_.record_for(target.address, target.port, target.server_name);
    const StoredCertificate* served = record ? world_.served_for(*record, target.address.family, target.server_name) : nullptr;
    if (served == nullptr || !served->serves()) {
        world_.note_failed_handshake(target.address, target.server_name);
        return unreachable(target, "handshake", kReset, "connection reset");
    }
    const bool ecdsa = served->certificate.key_algorithm == KeyAlgorithm::ecdsa;
    if (!(ecdsa ? world_.traits.serves_ecdsa : world_.traits.serves_rsa)) {
        Unreachable no_cipher = unreachable(target, "handshake", kNoCommonCipher, "the client and server cannot communicate");
        no_cipher.no_cipher_for_this_key = true;
        return no_cipher;
    }
    const bool sstp_runs = world_.running(kRemoteAccess) && world_.running("SstpSvc") && world_.rras.listens;
    const int status = !sstp_runs || target.uri != kServerUri ? 404 : world_.sstp_ready() ? world_.traits.uri_status : 503;
    std::string explanation;
    if (served->sent_chain == SentChain::incomplete) explanation = "the intermediate " + served->certificate.issuer + " was not sent";
    if (served->sent_chain == SentChain::bad) explanation = "the intermediate " + served->certificate.issuer + " is revoked";
    return Served{from_the_wire(judged_at(world_.wall, served->certificate)), served->sent_chain, std::move(explanation), status};
}

ProbeOutcome SimulatedProbe::probe(const ProbeTarget& target) {
    const std::string where = target.address.at(target.port).to_string();
    auto outcome = world_.call(PortCall::probe, "probe", where, [&]() -> Result<ProbeOutcome> {
        if (world_.stop_requested) {
            return ProbeOutcome{Unreachable{"request", Error{ErrorKind::stopped, "probe", where, 0, "our own stop was requested"}, false}};
        }
        return probe_now(target);
    });
    if (outcome) return *std::move(outcome);
    return Unreachable{"connect", outcome.error(), false};
}

Result<std::vector<PortOwner>> SimulatedProbe::port_taken_by(std::uint16_t port) {
    return world_.call(PortCall::probe_port_owner, "ask who owns port", std::to_string(port), [&]() -> Result<std::vector<PortOwner>> {
        std::vector<PortOwner> owners;
        if (port != world_.port()) return owners;
        for (const PortTaker& each : world_.port_takers) owners.push_back({each.family, each.process});
        return owners;
    });
}

Result<std::vector<IpAddress>> SimulatedProbe::addresses() {
    return world_.call(PortCall::probe_addresses, "list the addresses of", "this machine", [&]() -> Result<std::vector<IpAddress>> {
        std::vector<IpAddress> up;
        for (const IpAddress& each : world_.interface_addresses) {
            if (each.family == AddressFamily::ipv4 || world_.traits.has_ipv6) up.push_back(each);
        }
        std::stable_sort(up.begin(), up.end(), [](const IpAddress& a, const IpAddress& b) { return a.family < b.family; });
        return up;
    });
}

}  // namespace sstp::simulated
