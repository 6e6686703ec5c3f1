#include "tests/simulation/client_view.h"

#include <algorithm>

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

Duration look_again_in(const Server& server, const ClientView& now) {
    using namespace std::chrono_literals;
    if (now.somebody_is_out()) return 15s;
    Duration soonest = 1h;
    const WallTime time = server.world.true_time();
    const auto note = [&](const simulated::StoredCertificate& each) {
        for (const WallTime date : {each.certificate.not_before, each.certificate.not_after})
            if (date >= time) soonest = std::min<Duration>(soonest, date - time + 1ms);
    };
    for (const auto& [name, all] : server.world.stores) std::for_each(all.begin(), all.end(), note);
    std::for_each(server.world.in_memory_of_http_sys.begin(), server.world.in_memory_of_http_sys.end(), note);
    return soonest;
}

std::string ClientView::tell() const {
    const auto one = [](const std::optional<DialOutcome>& outcome) { return outcome ? simulated::word(*outcome) : "nobody dials"; };
    return std::string{"IPv4 "} + one(family[0]) + ", IPv6 " + one(family[1]);
}

}  // namespace sstp::simulation
