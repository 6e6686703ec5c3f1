#pragma once

#include "core/model/server_state.h"
#include "core/model/time.h"

#include <cstdint>
#include <string>

namespace sstp {

/// Whom to call: 127.0.0.1 or [::1], as a client of `server_name` would.
struct ProbeTarget {
    AddressFamily family{};
    std::uint16_t port = 443;
    std::string server_name;   ///< SNI and Host header; empty: none is sent in SNI
    std::string uri;           ///< path of the ServerURI
    Duration timeout{};        ///< for the whole probe: connect, handshake, request
    friend bool operator==(const ProbeTarget&, const ProbeTarget&) = default;
};

/// A real TLS client: handshake, leaf certificate, HEAD on the ServerURI. It judges nothing: an expired certificate
/// that is served is an answer, not an error. Facts: rras-sstp section 6.
class ListenerProbe {
public:
    virtual ~ListenerProbe() = default;
    /// Never NotProbed. A stop request while waiting yields Unreachable with ErrorKind::stopped.
    virtual ProbeOutcome probe(const ProbeTarget& target) = 0;
};

}  // namespace sstp
