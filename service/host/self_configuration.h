#pragma once

#include "service/host/log.h"

#include <vector>

namespace sstp {

/// Sets what an MSI cannot reliably set (wixtoolset 5964) on our own service: recovery actions that end with "none",
/// also after an orderly exit with an error, an unrestricted service SID, the one privilege that is needed, the time
/// to end before a shutdown; and checks that the path to the program is quoted. Idempotent; each part is logged
/// and none is fatal: Windows versions (and Wine) differ in what they take. Before everything else: what makes a start fail
/// must find the recovery actions in place, on the very first one too. Gives what is to be logged once there is a log.
/// Privileges and SID type take effect at the next start of the service.
std::vector<LogLine> configure_own_service();

}  // namespace sstp
