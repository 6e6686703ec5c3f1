#include "tests/contracts/event_log_contract.h"
#include "tests/simulated_windows/healthy_world.h"
#include "tests/simulated_windows/simulated_ports.h"

namespace sstp::contract {
namespace {

class SimulatedEventLogWorld final : public EventLogWorld {
public:
    SimulatedEventLogWorld() { world_.log.clear(); }
    EventLog& log() override { return log_; }
    std::unique_ptr<EventLog> another_reader() override { return std::make_unique<simulated::SimulatedEventLog>(world_); }
    void write(const std::string& channel, const std::string& provider, std::uint32_t id, std::vector<std::string> strings) override {
        world_.write_event(provider, id, std::move(strings));
        world_.log.back().channel = channel;
    }
    void wrap(std::size_t keep) override { world_.wrap_log(keep); }
    void clear(const std::string& channel) override {
        std::erase_if(world_.log, [&](const LogEvent& each) { return each.channel == channel; });
        world_.log_cleared[channel] = world_.wall;
    }

private:
    simulated::World world_ = simulated::healthy_world();
    simulated::SimulatedEventLog log_{world_};
};

}  // namespace

std::unique_ptr<EventLogWorld> make_event_log_world() { return std::make_unique<SimulatedEventLogWorld>(); }

}  // namespace sstp::contract
