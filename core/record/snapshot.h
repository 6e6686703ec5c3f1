#pragma once

#include "core/model/server_state.h"
#include "core/model/state.h"
#include "core/model/utc_offset.h"
#include "core/ports/clock.h"
#include "core/ports/group_policy.h"

#include <optional>
#include <string>
#include <vector>

namespace sstp {

/// From then on local civil time is so far from UTC.
struct OffsetChange {
    WallTime from{};
    UtcOffset offset{};
    friend bool operator==(const OffsetChange&, const OffsetChange&) = default;
};

/// One observation of a server with all that decisions rest on besides: what a forecast and a rehearsal begin from. No key, no user, no
/// address of a client is in it.
struct Snapshot {
    std::string version;                         ///< of the product that took it
    std::string computer;
    ServerState state;
    RecordContents record;
    Observed<Sessions> sessions = Absent{};      ///< open when it was taken
    MachineIdentity machine;
    std::string domain;
    std::vector<OffsetChange> local_time;        ///< in order; before the first its offset holds; empty: UTC
    std::optional<std::string> policy_file;      ///< its text; nothing: there is none, or it could not be read
    GroupPolicyValues group_policy;
    Observed<std::string> kill_switch = Absent{};
    friend bool operator==(const Snapshot&, const Snapshot&) = default;
};

/// Offset of local time at a moment.
UtcOffset offset_at(const std::vector<OffsetChange>& changes, WallTime at);
/// The changes of local time in a span, each to the minute, its beginning included; at most one change within a day is expected.
std::vector<OffsetChange> offset_changes(Clock& clock, WallTime from, WallTime until);

}  // namespace sstp
