#pragma once

#include "core/report/fleet.h"

#include <string>
#include <vector>

namespace sstp {

/// One self-contained page of many servers, as `render_report_html` makes one of one: who is broken, who drifts, what differs within a
/// farm, the next restarts on one line of time, and all of them. `now`: when it is made. Never throws for any content.
std::string render_fleet_html(const std::vector<FleetServer>& servers, WallTime now);

}  // namespace sstp
