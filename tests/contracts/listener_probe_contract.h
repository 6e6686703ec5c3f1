#pragma once

#include "core/ports/listener_probe.h"

#include <memory>
#include <optional>
#include <string>
#include <utility>

namespace sstp::contract {

/// States of a listener that every world can show.
enum class Scene : std::uint8_t {
    fit,             ///< a fit certificate, SSTP answers 401
    expired,         ///< a certificate that ended on 2021-02-03 04:05:06 UTC, SSTP answers 401
    not_found,       ///< HTTP.SYS answers, SSTP does not
    nobody_listens,
    no_session,      ///< something listens, and no TLS session comes about
    chain_cut,       ///< the intermediate that this machine has is not sent
    chain_ended,     ///< the intermediate that is sent has ended
};

struct Listener {
    ProbeTarget target;
    std::optional<CertificateHash> serves;   ///< SHA-256 of the leaf
};

/// A machine on which listeners can be probed: the simulated one, or this one with the product's adapter.
class ListenerWorld {
public:
    virtual ~ListenerWorld() = default;
    virtual ListenerProbe& probe() = 0;
    virtual Listener listener(Scene scene, AddressFamily family) = 0;
    /// The name of one more process that listens on a port of the machine in both families, and the port. Nothing where no process
    /// can be blamed for a port.
    virtual std::optional<std::pair<std::string, std::uint16_t>> taken_port() = 0;
};

std::unique_ptr<ListenerWorld> make_listener_world();

}  // namespace sstp::contract
