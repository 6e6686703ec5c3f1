#include "tests/simulation/client_view.h"

namespace sstp::simulation {

ClientView look_as_clients(const Server& server) {
    ClientView view;
    for (const simulated::Client& client : simulated::clients_of(server.world, server.dialled)) {
        auto& worst = view.family[client.address.family == AddressFamily::ipv4 ? 0 : 1];
        const DialOutcome outcome = simulated::try_to_dial(server.world, client);
        if (!worst || *worst == DialOutcome::connected) worst = outcome;
    }
    return view;
}

std::string ClientView::tell() const {
    const auto one = [](const std::optional<DialOutcome>& outcome) { return outcome ? simulated::word(*outcome) : "nobody dials"; };
    return std::string{"IPv4 "} + one(family[0]) + ", IPv6 " + one(family[1]);
}

}  // namespace sstp::simulation
