#pragma once

#include "core/model/time.h"

#include <cstdint>
#include <map>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

namespace sstp {

/// One server of a fleet, as its status.json says.
struct FleetServer {
    std::string file;                          ///< where it was read from
    std::string problem;                       ///< why it is no status of ours; empty: it is one
    std::string computer;
    std::string version;
    std::string status;                        ///< "ok", "warning", "critical", "unknown"
    std::string summary;
    std::string permission;
    std::optional<WallTime> looked_at;         ///< end of its last cycle
    std::string name;                          ///< the primary name: servers that share it are one farm
    std::string thumbprint;                    ///< of the certificate in force; empty: none is known
    std::optional<WallTime> not_after;
    std::optional<WallTime> planned_for;       ///< when it restarts next, where that is known
    std::optional<std::uint32_t> sessions;     ///< open when last counted
    std::vector<std::string> drift;            ///< what somebody changed, and nobody put right yet: reasons
};
/// Text of any origin; never throws. What cannot be understood is a server with a problem, known by its file.
FleetServer read_fleet_server(const std::string& file, std::string_view status_json);

/// Servers under one name, and in what they are not alike.
struct Farm {
    std::string name;
    std::vector<const FleetServer*> servers;
    std::map<std::string, std::size_t> certificates;   ///< by thumbprint: on how many
    std::vector<std::string> skew;                     ///< sentences; empty: they are alike
};
/// Of more than one server, by name. Pointers go into `servers`.
std::vector<Farm> farms_of(const std::vector<FleetServer>& servers);

}  // namespace sstp
