#include "service/commands/taken_snapshot.h"

#include "service/commands/console.h"
#include "service/commands/looking.h"

namespace sstp {

namespace {

constexpr std::size_t kMostPolicyBytes = 1024 * 1024;
constexpr Duration kLocalTimeAhead = std::chrono::hours{24 * 366 * 2};

}  // namespace

Snapshot snapshot_with(const CycleReport& look, Ports& ports, const Environment& environment) {
    const WatchdogOptions options = options_of(environment);
    Snapshot snapshot;
    snapshot.version = options.version;
    snapshot.computer = options.computer;
    snapshot.state = look.state;
    snapshot.sessions = look.sessions;
    if (auto contents = ports.record.load()) {
        snapshot.record = *std::move(contents);
    } else {
        complain("what was learned, and the budget, are taken as new: " + with_way_out(contents.error()), 0);
    }
    snapshot.machine = ports.machine.identity();
    snapshot.domain = ports.machine.domain();
    const WallTime now = look.state.looked_at.wall;
    snapshot.local_time = offset_changes(ports.clock, now, now + kLocalTimeAhead);
    if (auto text = ports.files.read(environment.places.policy_file, kMostPolicyBytes)) snapshot.policy_file = *std::move(text);
    snapshot.group_policy = ports.group_policy.read();
    snapshot.kill_switch = ports.kill_switch.read();
    return snapshot;
}

Result<Snapshot> take_snapshot(const Environment& environment) {
    const StopSignal stop;
    auto assembled = environment.assemble({environment.places, Errand::look, stop, {}, [](const std::string& text) { complain(text, 0); }});
    if (!assembled) return assembled.error();
    Ports ports = (*assembled)->ports();
    const CycleReport look = Watchdog{ports, options_of(environment)}.look();
    return snapshot_with(look, ports, environment);
}

}  // namespace sstp
