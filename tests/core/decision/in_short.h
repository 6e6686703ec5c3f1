#pragma once

#include "core/decision/decide.h"

#include <string>

namespace sstp::test {

// Decisions as tables write them. A certificate is the number from which the builder made it. A restart of other services than
// RemoteAccess alone names them: "restart RemoteAccess+RasMan+SstpSvc".

/// "bind ipv6 2", "sha1 2", "sha256 2", "flag 1", "restart"
std::string in_short(const Step& step);
/// "bind ipv6 2, sha1 2, sha256 2, restart"
std::string in_short(const std::vector<Step>& steps);
/// "nothing", "refused outside_window", "now: bind ipv6 1", "planned: bind ipv4 2, …"
std::string in_short(const Decision& decision);

}  // namespace sstp::test
