#pragma once

#include "service/host/log.h"

namespace sstp {

/// Sets what an MSI cannot reliably set (wixtoolset 5964) on our own service: recovery actions that end with "none",
/// also after an orderly exit with an error, an unrestricted service SID, the one privilege that is needed, the time
/// for an undo before a shutdown; and checks that the path to the program is quoted. Idempotent; each part is logged
/// and none is fatal: Windows versions (and Wine) differ in what they take.
void configure_own_service(Log& log);

}  // namespace sstp
