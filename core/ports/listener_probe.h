#pragma once

#include "core/model/server_state.h"
#include "core/model/time.h"

#include <cstdint>
#include <string>

namespace sstp {

/// Whom to call: one address of this machine, as a client of `server_name` would.
struct ProbeTarget {
    IpAddress address;
    std::uint16_t port = 443;
    std::string server_name;   ///< SNI and Host header; empty: none is sent in SNI
    std::string uri;           ///< path of the SSTP URI
    Duration timeout{};        ///< for the whole probe: connect, handshake, request
    friend bool operator==(const ProbeTarget&, const ProbeTarget&) = default;
};

/// A real TLS client: handshake, leaf certificate, chain that was sent, HEAD on the SSTP URI. It judges no certificate: an expired
/// one that is served is an answer, not an error. Facts: rras-sstp section 7.
class ListenerProbe {
public:
    virtual ~ListenerProbe() = default;
    /// Never NotProbed. A stop request while waiting yields Unreachable with ErrorKind::stopped.
    virtual ProbeOutcome probe(const ProbeTarget& target) = 0;
    /// Other processes than HTTP.SYS (System, pid 4) that listen on the port. Errors: not_supported, access_denied.
    virtual Result<std::vector<PortOwner>> port_taken_by(std::uint16_t port) = 0;
    /// Unicast addresses of this machine, loopback left out, those that are up; IPv4 first.
    virtual Result<std::vector<IpAddress>> addresses() = 0;
};

}  // namespace sstp
