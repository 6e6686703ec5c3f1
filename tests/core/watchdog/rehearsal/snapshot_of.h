#pragma once

#include "core/record/snapshot.h"
#include "tests/core/servers/watched_server.h"

namespace sstp::test {

/// What a command would take of a watched server just now. The service has looked since the last change.
inline Snapshot snapshot_of(WatchedServer& server) {
    server.look();
    simulated::ProcessPorts ports{server.world, server.record};
    Ports all = ports;
    Snapshot snapshot;
    snapshot.version = "1.0.0";
    snapshot.computer = server.world.machine.computer_name;
    snapshot.state = server.last().state;
    snapshot.record = server.record.contents();
    snapshot.sessions = server.last().sessions;
    snapshot.machine = all.machine.identity();
    snapshot.domain = all.machine.domain();
    snapshot.local_time = offset_changes(all.clock, server.world.wall, server.world.wall + std::chrono::days{400});
    snapshot.policy_file = server.policy;
    snapshot.group_policy = all.group_policy.read();
    snapshot.kill_switch = all.kill_switch.read();
    return snapshot;
}

}  // namespace sstp::test
