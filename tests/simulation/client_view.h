#pragma once

#include "tests/simulation/server.h"

#include <array>
#include <optional>
#include <string>

namespace sstp::simulation {

using simulated::DialOutcome;

/// What clients of each family get: the worst over the addresses that they can dial; nothing for a family that nobody can dial.
struct ClientView {
    std::array<std::optional<DialOutcome>, 2> family;   ///< IPv4, IPv6

    [[nodiscard]] bool connects(std::size_t index) const { return family[index] == DialOutcome::connected; }
    /// A family that can be dialled at all does not come through.
    [[nodiscard]] bool somebody_is_out() const { return (family[0] && !connects(0)) || (family[1] && !connects(1)); }
    [[nodiscard]] std::string tell() const;
    friend bool operator==(const ClientView&, const ClientView&) = default;
};

ClientView look_as_clients(const Server& server);
/// From now, when clients may get something else though nobody does anything: a certificate begins or ends, or RRAS comes up. Who
/// counts minutes looks again then.
Duration look_again_in(const Server& server, const ClientView& now);

}  // namespace sstp::simulation
