#include "tests/contracts/listener_probe_contract.h"
#include "tests/simulated_windows/healthy_world.h"
#include "tests/simulated_windows/simulated_ports.h"

namespace sstp::contract {
namespace {

class SimulatedListenerWorld final : public ListenerWorld {
public:
    ListenerProbe& probe() override { return probe_; }

    Listener listener(Scene scene, AddressFamily family) override {
        Certificate served = simulated::make_certificate(1);
        switch (scene) {
            case Scene::fit: break;
            case Scene::expired:
                served = simulated::make_certificate(2);
                served.not_after = *from_rfc3339("2021-02-03T04:05:06Z");
                simulated::add_certificate(world_, served);
                simulated::bind(world_, family, served);
                break;
            case Scene::not_found:
                simulated::stop_service(world_, "RemoteAccess");
                world_.others_listen = true;
                break;
            case Scene::nobody_listens: world_.listener_off[family] = true; break;
            case Scene::no_session: world_.served_override[family] = std::nullopt; break;
            case Scene::chain_cut: simulated::stored(world_, served.thumbprint)->sent_chain = SentChain::incomplete; break;
            case Scene::chain_ended: simulated::stored(world_, served.thumbprint)->sent_chain = SentChain::bad; break;
        }
        const ProbeTarget target{IpAddress::loopback(family), world_.port(), "vpn.example.com", kServerUri, Duration(15000)};
        return {target, served.hash};
    }

    std::optional<std::pair<std::string, std::uint16_t>> taken_port() override {
        for (const AddressFamily family : {AddressFamily::ipv4, AddressFamily::ipv6}) {
            world_.port_takers.push_back({family, "nginx.exe (4242)", std::nullopt, false});
        }
        return std::pair{std::string{"nginx.exe (4242)"}, world_.port()};
    }

private:
    simulated::World world_ = simulated::healthy_world();
    simulated::SimulatedProbe probe_{world_};
};

}  // namespace

std::unique_ptr<ListenerWorld> make_listener_world() { return std::make_unique<SimulatedListenerWorld>(); }

}  // namespace sstp::contract
