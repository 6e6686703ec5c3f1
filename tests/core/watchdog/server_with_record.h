#pragma once

#include "core/record/memory_record.h"
#include "core/watchdog/watchdog.h"
#include "tests/simulated_windows/healthy_world.h"
#include "tests/simulated_windows/simulated_ports.h"

#include <algorithm>
#include <string>

namespace sstp::test {

inline constexpr char kPolicyFile[] = "policy.json";

/// One server and the record that outlives processes of ours.
struct ServerWithRecord {
    simulated::World world = simulated::healthy_world();
    simulated::SimulatedClock record_clock{world};
    MemoryRecord record{std::string(32, 'a'), &record_clock};

    static WatchdogOptions options() {
        WatchdogOptions options;
        options.policy_file = kPolicyFile;
        options.data_folder = "data";
        options.version = "1.0.0";
        options.computer = "VPN1";
        return options;
    }
    [[nodiscard]] std::size_t told(EventType type) const {
        const auto& events = record.events();
        return static_cast<std::size_t>(
            std::count_if(events.begin(), events.end(), [=](const JournalEvent& each) { return each.type == type; }));
    }
};

}  // namespace sstp::test
